import {
  accumulatorBits,
  type EncoderLayer,
  type EncoderShape,
  encoderLayers,
  encoderStages,
  FIELD_BITS,
  fieldLength,
  IMAGE_CELLS,
  INPUT_BITS,
  LATENT_BITS,
  largestMultiplier,
  setBits,
  usedBlocks,
  WEIGHT_BITS,
  type WeightFormat,
  weightBits,
  weightSections,
} from '../../encoder/index.js';
import { concat, declare, instance, literal, type Signal, section, slice } from '../../hdl/index.js';
import { type BuildContext, type ChipBlock, emitModule } from '../build.js';
import { SUM_CODE_BITS } from '../normaliser/parameters.js';
import {
  anyError,
  bxSignal,
  pipelineRegisters,
  pipelineSignals,
  pipelineState,
  type StageSignal,
} from '../stage.js';
import { BANK_BITS, encoderGroups, weightSlice } from './bank-ports.js';

/** The encoder of a shape: one layer per BX, every product in parallel; the largest latents are chosen in a BX of their own. */
export function shapeEncoderBlock(shape: EncoderShape): ChipBlock {
  const layers = encoderLayers(shape);
  return {
    name: 'encoder',
    instance: 'u_encoder',
    module: 'econ_encoder',
    latency: encoderStages(shape),
    state: () => stageSignals(shape, layers).flatMap(pipelineState),
    emit: (context) => emit(context, shape, layers),
  };
}

/** Register of the outputs of a layer before the last: `act_conv`, `act_dense0`. */
export function layerSignal(layer: EncoderLayer): string {
  return layer.name === 'latents' ? 'latents' : `act_${layer.name}`;
}

/** Name of a stage's sum code and BX behind their first part; those of the last stage have none. */
function stageSuffix({ latents }: EncoderShape, layer: EncoderLayer): string {
  if (layer.name !== 'latents') return `_${layer.name}`;
  return latents.largest === undefined ? '' : '_values';
}

/** Registers stage by stage: a layer each, and where latents are chosen those that are sent. */
function stageSignals(shape: EncoderShape, layers: readonly EncoderLayer[]): StageSignal[][] {
  const field: Signal = {
    name: 'latents',
    width: fieldLength(shape.latents),
    note:
      shape.latents.largest === undefined
        ? 'codes, the first latent lowest'
        : 'number of the set of the largest, then their codes, the first latent lowest',
  };
  const values = ({ name, outputs, outputBits }: EncoderLayer): Signal =>
    name === 'latents'
      ? { name: 'latent_values', width: outputs * outputBits, note: `${outputs} x ${outputBits} bits` }
      : {
          name: `act_${name}`,
          width: outputs * outputBits,
          note: `${outputs} x ${outputBits} bits, 7 of them fraction`,
        };
  const stage = (signal: Signal, suffix: string): StageSignal[] => [
    signal,
    { name: `sum_code${suffix}`, width: SUM_CODE_BITS, note: '5E4M' },
    bxSignal(`bx${suffix}`),
  ];
  const stages = layers.map((layer) => {
    const suffix = stageSuffix(shape, layer);
    return stage(suffix === '' ? field : values(layer), suffix);
  });
  return shape.latents.largest === undefined ? stages : [...stages, stage(field, '')];
}

function emit(context: BuildContext, shape: EncoderShape, layers: readonly EncoderLayer[]): string {
  const { options } = context;
  const sections = weightSections(shape);
  const exact = options.arithmetic === 'exact';
  const registers = stageSignals(shape, layers);
  const last = layers[layers.length - 1];
  const sent = fieldLength(shape.latents);
  const { largest } = shape.latents;
  const values = { name: 'latent_values', width: last.outputs * last.outputBits, note: 'before their codes' };
  const codes = { name: 'latent_codes', width: shape.latents.bits.reduce((sum, bits) => sum + bits, 0) };
  return emitModule(
    context,
    {
      purpose: [
        `Encoder of a free shape: ${shape.image} image, ${layers.map(layerText).join(', ')}.`,
        largest === undefined
          ? 'Fully parallel, one layer per BX.'
          : `Fully parallel, one layer per BX; of the latents the ${largest} largest are sent, chosen in the last BX.`,
        '',
        'BX   signals             weights in the string of the weight blocks',
        ...layers.map((layer, i) => {
          const { kernel, bias } = sections[i];
          const end = bias.at + bias.values * WEIGHT_BITS - 1;
          return `${i + 1}    ${`${registers[i][0].name}_q`.padEnd(20)}bits ${kernel.at}..${end}: ${layer.weights.kind}, ${weightBits(layer.weights)} bits, then biases`;
        }),
        ...(largest === undefined ? [] : [`${layers.length + 1}    ${'latents_q'.padEnd(20)}none`]),
      ],
      layer: `${layers.map((layer) => layer.name).join(', ')}; arithmetic '${options.arithmetic}' (${
        exact ? 'one truncation per sum' : 'each product floored by itself'
      })`,
      formats: [
        'x u1.7, 8 bits; biases s1.5, 6 bits with sign; activations with 7 fraction bits, saturating',
        `latents u1.8, 9 bits, saturating at 511, sent as ${codeText(shape)}`,
      ],
      latency: `${registers.length} BX`,
    },
    {
      name: 'econ_encoder',
      groups: encoderGroups(usedBlocks(shape), 'the weight string, block after block'),
      body: [
        ...declare('wire', [
          largest === undefined ? values : codes,
          ...registers.flatMap((list) => pipelineSignals(list)),
        ]),
        ...unusedBits(shape, layers),
        '',
        ...layers.flatMap((layer, i) => {
          const before = i === 0 ? undefined : layers[i - 1];
          const suffix = stageSuffix(shape, layer);
          const from = before ? `_${before.name}_q` : '_i';
          return [
            section(`BX ${i + 1}: ${layerText(layer)}`),
            ...layerInstances(
              layer,
              sections[i],
              before ? `${layerSignal(before)}_q` : 'x_i',
              layer === last && largest === undefined ? 'latent_values' : `${registers[i][0].name}_d`,
              exact,
            ),
            ...(layer === last && largest === undefined
              ? latentCodes(shape, last, 'latent_values', 'latents_d')
              : []),
            `assign sum_code${suffix}_d = sum_code${from};`,
            `assign bx${suffix}_d = bx${from};`,
            '',
            ...pipelineRegisters(options, registers[i]),
            '',
          ];
        }),
        ...(largest === undefined
          ? []
          : [
              section(`BX ${layers.length + 1}: the ${largest} largest latents`),
              ...latentCodes(shape, last, 'latent_values_q', 'latent_codes'),
              ...largestInstance(shape, last, largest),
              'assign sum_code_d = sum_code_values_q;',
              'assign bx_d = bx_values_q;',
              '',
              ...pipelineRegisters(options, registers[layers.length]),
              '',
            ]),
        `assign latents_o  = ${sent === FIELD_BITS ? 'latents_q' : `{${literal(FIELD_BITS - sent, 0)}, latents_q}`};`,
        'assign sum_code_o = sum_code_q;',
        'assign bx_o       = bx_q;',
        `assign err_o      = ${anyError(registers.flat()).replaceAll(' | ', '\n    | ')};`,
      ],
    },
  );
}

function layerText({ kind, name, taps, channels, inputs, outputs }: EncoderLayer): string {
  const most = Math.max(...taps.map((list) => list.length));
  if (kind === 'conv')
    return `convolution of ${taps.length} positions x ${channels} filters, at most ${most} taps`;
  const what = name === 'latents' ? 'latents' : 'units';
  return kind === 'local'
    ? `${outputs} ${what} of ${most} of ${inputs} inputs`
    : `dense ${inputs} x ${outputs} ${what}`;
}

function codeText({ latents }: EncoderShape): string {
  const bits = [...new Set(latents.bits)].join(', ');
  return latents.code.kind === 'linear' ? `their top ${bits} bits` : `${bits}-bit levels`;
}

/** Bits of the blocks between and behind the layers, rows of a kernel beyond every image edge, cells not looked at. */
function unusedBits(shape: EncoderShape, layers: readonly EncoderLayer[]): string[] {
  const sections = weightSections(shape);
  const parts: string[] = [];
  const end = usedBlocks(shape) * BANK_BITS;
  sections.forEach(({ kernel, bias }, i) => {
    const { taps, kernelRows, channels, weights } = layers[i];
    const used = new Set(taps.flatMap((list) => list.map((tap) => tap.kernel)));
    const row = channels * weightBits(weights);
    for (let k = 0; k < kernelRows; k++)
      if (!used.has(k)) parts.unshift(weightSlice(kernel.at + row * k, row));
    const from = bias.at + bias.values * WEIGHT_BITS;
    const to = sections[i + 1]?.kernel.at ?? end;
    if (to > from) parts.unshift(weightSlice(from, to - from));
  });
  const seen = new Set(layers[0].taps.flatMap((list) => list.map((tap) => tap.input)));
  const cells = Array.from({ length: IMAGE_CELLS }, (_, k) => k).filter((k) => !seen.has(k));
  const lines: string[] = [];
  if (parts.length > 0) lines.push('wire unused_weights;', `assign unused_weights = |${concat(parts)};`);
  if (cells.length > 0) {
    const list = concat(cells.map((k) => slice('x_i', INPUT_BITS * k, INPUT_BITS)).reverse());
    lines.push('wire unused_cells;', `assign unused_cells = |${list};`);
  }
  return lines;
}

/** Number of a weight format in econ_product. */
function kindNumber({ kind }: WeightFormat): number {
  return ['fixed', 'binary', 'ternary', 'power-of-two'].indexOf(kind);
}

/** Bits of an exact product: magnitude and sign. */
function productBits({ inputBits, weights }: EncoderLayer): number {
  const magnitude = (2 ** inputBits - 1) * largestMultiplier(weights);
  return 33 - Math.clz32(magnitude);
}

type Sections = ReturnType<typeof weightSections>[number];

function layerInstances(
  layer: EncoderLayer,
  { kernel, bias }: Sections,
  from: string,
  to: string,
  exact: boolean,
): string[] {
  const { kind, taps, channels, inputBits, outputBits, weights, shift, biasShift, kernelRows } = layer;
  const width = weightBits(weights);
  const product = productBits(layer);
  const accumulator = accumulatorBits(layer, exact ? 'exact' : 'econt');
  const sumBits = Math.max(accumulator, outputBits + 2, product + Math.max(0, -shift) + 1, 8 + biasShift);
  const neurons = (at: number, count: number, inputs: string, kernelBits: string, biasAt: number) => {
    const outputs = kind === 'dense' ? 1 : channels;
    return instance(
      'econ_neurons',
      `u_${layer.name}_${String(at).padStart(2, '0')}`,
      [
        ['Inputs', count],
        ['InBits', inputBits],
        ['Outputs', outputs],
        ['WeightBits', width],
        ['Kind', kindNumber(weights)],
        ['ProductBits', product],
        ['Shift', Math.max(0, shift)],
        ['Scale', Math.max(0, -shift)],
        ['BiasShift', biasShift],
        ['Exact', exact ? 1 : 0],
        ['SumBits', sumBits],
        ['OutBits', outputBits],
      ],
      [
        ['x_i', inputs],
        ['weights_i', kernelBits],
        ['bias_i', weightSlice(bias.at + WEIGHT_BITS * biasAt, WEIGHT_BITS * outputs)],
        ['out_o', slice(to, outputBits * outputs * at, outputBits * outputs)],
      ],
    );
  };
  if (kind === 'dense') {
    const row = width * kernelRows;
    return Array.from({ length: channels }, (_, o) =>
      neurons(o, kernelRows, from, weightSlice(kernel.at + row * o, row), o),
    ).flat();
  }
  return taps.flatMap((list, p) => {
    const biasAt = kind === 'local' ? p : 0;
    // A position that sees no cell holds its bias.
    if (list.length === 0) return neurons(p, 1, literal(inputBits, 0), literal(width * channels, 0), biasAt);
    // The first tap is the least significant part.
    const inputs = list.map((tap) => slice(from, inputBits * tap.input, inputBits)).reverse();
    const rows = list.map((tap) => weightSlice(kernel.at + width * channels * tap.kernel, width * channels));
    return neurons(p, list.length, concat(inputs), concat(rows.reverse()), biasAt);
  });
}

/** Values of the latents to what is sent of them. */
function latentCodes(
  { latents }: EncoderShape,
  layer: EncoderLayer,
  values: string,
  codes: string,
): string[] {
  const { code, bits } = latents;
  const pad = LATENT_BITS - layer.outputBits;
  let at = 0;
  const lines = bits.flatMap((width, o) => {
    const from = slice(values, layer.outputBits * o, layer.outputBits);
    const value = pad > 0 ? concat([literal(pad, 0), from]) : from;
    const to = slice(codes, at, width);
    at += width;
    if (code.kind === 'linear') {
      // Low bits of the value, and bits that it never has, fall away.
      const low = LATENT_BITS - width;
      const kept = layer.outputBits - low;
      const top = kept > 0 ? slice(values, layer.outputBits * o + low, kept) : '';
      const parts = kept <= 0 ? [literal(width, 0)] : pad > 0 ? [literal(pad, 0), top] : [top];
      return [`assign ${to} = ${concat(parts)};`];
    }
    return instance(
      'econ_level_code',
      `u_code_${String(o).padStart(2, '0')}`,
      [
        ['Bits', width],
        ['Levels', code.thresholds.length],
        ['Thresholds', 'LevelThresholds'],
      ],
      [
        ['value_i', value],
        ['code_o', to],
      ],
    );
  });
  if (code.kind === 'levels') lines.unshift(...levelThresholds(code.thresholds));
  const dropped = code.kind === 'linear' && bits.some((width) => width < LATENT_BITS);
  if (!dropped) return lines;
  return [...lines, 'wire unused_low;', `assign unused_low = ^${values};`];
}

/** The thresholds that all latents share, as a constant of the module. */
function levelThresholds(thresholds: readonly number[]): string[] {
  const highestFirst = [...thresholds].reverse().map((t) => `${LATENT_BITS}'d${t}`);
  return [
    '// Latents from which each level is reached, the highest first.',
    `localparam [${LATENT_BITS * thresholds.length - 1}:0] LevelThresholds = ${concat(highestFirst)};`,
  ];
}

/** Which latents are the largest, and what is sent of them. */
function largestInstance({ latents }: EncoderShape, layer: EncoderLayer, largest: number): string[] {
  return instance(
    'econ_largest_latents',
    'u_largest',
    [
      ['Latents', layer.outputs],
      ['ValueBits', layer.outputBits],
      ['CodeBits', latents.bits[0]],
      ['Count', largest],
      ['SetBits', setBits(latents)],
    ],
    [
      ['values_i', 'latent_values_q'],
      ['codes_i', 'latent_codes'],
      ['field_o', 'latents_d'],
    ],
  );
}
