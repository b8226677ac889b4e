import {
  ACTIVATIONS,
  activationRegister,
  CONV_FILTERS,
  CONV_KERNEL_WEIGHTS,
  convTaps,
  DENSE_KERNEL_WEIGHTS,
  type DenseGroup,
  denseGroups,
  EMPTY_BITS,
  INPUT_BITS,
  LATENT_BITS,
  LATENTS,
  livePositions,
  positionName,
  WEIGHT_BITS,
  WEIGHT_BLOCKS,
} from '../../encoder/index.js';
import { concat, declare, instance, type Signal, section, slice } from '../../hdl/index.js';
import { type BuildContext, type ChipBlock, emitModule } from '../build.js';
import { SUM_CODE_BITS } from '../normaliser/parameters.js';
import { anyError, bxSignal, pipelineRegisters, pipelineSignals } from '../stage.js';
import { encoderGroups, weightSlice } from './bank-ports.js';

/** First weight number of each section of the weight string (spec econt-behaviour 9.6). */
const CONV_BIAS = CONV_KERNEL_WEIGHTS;
const DENSE_KERNEL = CONV_BIAS + CONV_FILTERS;
const DENSE_BIAS = DENSE_KERNEL + DENSE_KERNEL_WEIGHTS;
/** Weight bits that the convolution uses: the lowest of bank 0. */
export const CONV_WEIGHT_BITS = DENSE_KERNEL * WEIGHT_BITS;

/** Multipliers after leaving out masked cells and padding: 680 and 2048. */
export const CONV_PRODUCTS = CONV_FILTERS * convTaps.reduce((n, taps) => n + taps.length, 0);
export const DENSE_PRODUCTS = LATENTS * ACTIVATIONS;

/** Weights first .. first + count - 1. */
function weights(first: number, count: number): string {
  return weightSlice(first * WEIGHT_BITS, count * WEIGHT_BITS);
}

/** Encoder: conv layer (BX 1) and dense layer (BX 2), every product in parallel. */
export const encoderBlock: ChipBlock = {
  name: 'encoder',
  instance: 'u_encoder',
  module: 'econ_encoder',
  latency: 2,
  state: () => [
    {
      what: 'activations',
      bits: livePositions.reduce((n, p) => n + CONV_FILTERS * activationRegister(p).bits, 0),
      kind: 'pipeline',
    },
    { what: 'activations of the empty positions', bits: CONV_FILTERS * EMPTY_BITS, kind: 'pipeline' },
    { what: 'latents', bits: LATENTS * LATENT_BITS, kind: 'pipeline' },
    { what: 'sum code, two stages', bits: 2 * SUM_CODE_BITS, kind: 'pipeline' },
    { what: 'BX, two stages', bits: 10, kind: 'control' },
  ],
  emit,
};

function emit(context: BuildContext): string {
  const { options } = context;
  const exact = options.arithmetic === 'exact' ? 1 : 0;
  const activations: Signal[] = [
    ...livePositions.map((p) => {
      const { name, bits } = activationRegister(p);
      return { name, width: CONV_FILTERS * bits, note: `${CONV_FILTERS} x u${bits - 7}.7` };
    }),
    { name: 'act_empty', width: CONV_FILTERS * EMPTY_BITS, note: '8 x bits 6:2 of u0.7' },
  ];
  const conv = [
    ...activations,
    { name: 'sum_code_conv', width: SUM_CODE_BITS, note: '5E4M' },
    bxSignal('bx_conv'),
  ];
  const dense = [
    { name: 'latents', width: LATENTS * LATENT_BITS, note: 'u1.8, latent o in [9o+8:9o]' },
    { name: 'sum_code', width: SUM_CODE_BITS, note: '5E4M' },
    bxSignal(),
  ];
  return emitModule(
    context,
    {
      purpose: [
        'Encoder: 8x8 image -> convolution 3x3, stride 2, 8 filters, ReLU -> dense 128 x 16, ReLU, saturation.',
        `Fully parallel: ${CONV_PRODUCTS} products in the convolution (padding and the masked quarter left out), ${DENSE_PRODUCTS} in the`,
        'dense layer. Positions r2c2, r2c3, r3c2, r3c3 see no cell: they share one register that holds the bias.',
        'Positions with fewer taps have smaller activations, hence narrower registers and products.',
        '',
        'BX   signals             content',
        '0    x_i                 image',
        '1    act_*_q             activations; uses weights 0..79',
        '2    latents_q           latents; uses weights 80..2143',
      ],
      layer: `conv and dense, arithmetic '${options.arithmetic}' (${
        exact ? 'one truncation per sum' : 'each product floored by itself'
      })`,
      formats: [
        'x u1.7, 8 bits; weights s1.5, 6 bits with sign (value / 32)',
        'activations u5.7, 11 or 12 bits, <= 2347; latents u1.8, 9 bits, saturating at 511',
      ],
      latency: '2 BX',
    },
    {
      name: 'econ_encoder',
      groups: encoderGroups(WEIGHT_BLOCKS, 'weight q of the whole string in [6q+5:6q], s1.5'),
      body: [
        ...declare('wire', [
          { name: 'conv_bias', width: CONV_FILTERS * WEIGHT_BITS, note: 's1.5, filter f in [6f+5:6f]' },
          ...denseGroups.flatMap((group) => [
            { name: `act_${group.name}`, width: group.bits * group.values, note: group.note },
            { name: `triple_${group.name}`, width: (group.bits + 2) * group.values, note: '3 times that' },
          ]),
          ...pipelineSignals([...conv, ...dense]),
        ]),
        '',
        section('BX 1: convolution'),
        `assign conv_bias = ${weights(CONV_BIAS, CONV_FILTERS)};`,
        '',
        ...livePositions.flatMap((p) => convPosition(p, exact)),
        ...instance(
          'econ_conv_empty',
          'u_conv_empty',
          [['Filters', CONV_FILTERS]],
          [
            ['bias_i', 'conv_bias'],
            ['act_o', 'act_empty_d'],
          ],
        ),
        'assign sum_code_conv_d = sum_code_i;',
        'assign bx_conv_d       = bx_i;',
        '',
        ...pipelineRegisters(options, conv),
        '',
        section('BX 2: dense layer'),
        ...denseGroups.flatMap(groupWires),
        '',
        ...Array.from({ length: LATENTS }, (_, o) => denseNeuron(o, exact)).flat(),
        'assign sum_code_d = sum_code_conv_q;',
        'assign bx_d       = bx_conv_q;',
        '',
        ...pipelineRegisters(options, dense),
        '',
        'assign latents_o  = latents_q;',
        'assign sum_code_o = sum_code_q;',
        'assign bx_o       = bx_q;',
        `assign err_o      = ${concatOr([...conv, ...dense])};`,
      ],
    },
  );
}

function convPosition(p: number, exact: number): string[] {
  const taps = convTaps[p];
  // Tap 0 is the least significant part.
  const pixels = taps.map((t) => slice('x_i', INPUT_BITS * t.input, INPUT_BITS)).reverse();
  const kernel = taps.map((t) => weights(CONV_FILTERS * t.kernel, CONV_FILTERS)).reverse();
  const name = positionName(p);
  return [
    ...instance(
      'econ_conv_position',
      `u_conv_${name}`,
      [
        ['Taps', taps.length],
        ['Filters', CONV_FILTERS],
        ['ActBits', activationRegister(p).bits],
        ['Exact', exact],
      ],
      [
        ['x_i', concat(pixels)],
        ['weights_i', concat(kernel)],
        ['bias_i', 'conv_bias'],
        ['act_o', `act_${name}_d`],
      ],
    ),
  ];
}

function groupWires({ name, bits, values, registers }: DenseGroup): string[] {
  // The first position is the least significant part.
  const sources = registers.map((p) => `${activationRegister(p).name}_q`).reverse();
  return [
    `assign act_${name} = ${concat(sources)};`,
    ...instance(
      'econ_triple',
      `u_triple_${name}`,
      [
        ['Width', bits],
        ['Count', values],
      ],
      [
        ['value_i', `act_${name}`],
        ['triple_o', `triple_${name}`],
      ],
    ),
  ];
}

function denseNeuron(o: number, exact: number): string[] {
  const kernel = (p: number): string =>
    weights(DENSE_KERNEL + ACTIVATIONS * o + CONV_FILTERS * p, CONV_FILTERS);
  return instance(
    'econ_dense_neuron',
    `u_dense_${String(o).padStart(2, '0')}`,
    [
      ['Filters', CONV_FILTERS],
      ...denseGroups.map(({ parameter, positions }): [string, number] => [parameter, positions.length]),
      ['Exact', exact],
    ],
    [
      ...denseGroups.flatMap(({ name, positions }): [string, string][] => [
        [`${name}_i`, `act_${name}`],
        [`${name}_triple_i`, `triple_${name}`],
        [`${name}_weights_i`, concat(positions.map(kernel).reverse())],
      ]),
      ['bias_i', weights(DENSE_BIAS + o, 1)],
      ['latent_o', slice('latents_d', LATENT_BITS * o, LATENT_BITS)],
    ],
  );
}

function concatOr(signals: readonly Signal[]): string {
  return anyError(signals).replaceAll(' | ', '\n    | ');
}
