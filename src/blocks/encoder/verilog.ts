import {
  type EncoderLayer,
  type EncoderShape,
  encoderLayers,
  encoderStages,
  fieldLength,
  INPUT_BITS,
  imageCells,
  imageText,
  latentField,
  usedBlocks,
  WEIGHT_BITS,
  weightBits,
  weightSections,
} from '../../encoder/index.js';
import { type Bits, bits, cat, constant, type Expression, type ModuleBuilder } from '../../hdl/index.js';
import { type BuiltBlock, builtBlock, type ChipOptions, leaf, type ModuleFacts } from '../build.js';
import { SUM_CODE_BITS } from '../normaliser/parameters.js';
import { BANK_BITS, bankName, weightSlice } from './bank-ports.js';
import { largestField, latentCodes } from './latents.js';
import {
  firstWeight,
  hasTriples,
  imagePlaces,
  type Neurons,
  neuronParameters,
  neuronsOf,
  type OutputPlace,
  outputPlaces,
} from './neurons.js';

/** The encoder of a shape: one layer per BX, every product in parallel; the largest latents are chosen in a BX of their own. */
export function encoderBlock(shape: EncoderShape): BuiltBlock {
  return builtBlock({
    name: 'encoder',
    latency: encoderStages(shape),
    facts: (options) => facts(shape, options),
    build: (m, options) => build(m, shape, options),
  });
}

/** Register of the outputs of a layer before the last: `act_conv`, `act_dense0`. */
export function layerSignal(layer: EncoderLayer): string {
  return layer.name === 'latents' ? 'latents' : `act_${layer.name}`;
}

/** What the neurons of a layer read: a signal, where each number stands in it, and three times some of them. */
interface Inputs {
  readonly signal: Bits;
  readonly places: readonly OutputPlace[];
  /** By the place's lowest bit. */
  readonly triples: ReadonlyMap<number, Expression>;
}

function build(m: ModuleBuilder, shape: EncoderShape, options: ChipOptions): void {
  const layers = encoderLayers(shape);
  const sections = weightSections(shape);
  void m.clock;
  const ports = m.inputs(
    'weights, one port per bank',
    Object.fromEntries(
      Array.from({ length: usedBlocks(shape) }, (_, n): [string, number | readonly [number, string]] => [
        `${bankName(n)}_i`,
        n === 0 ? [BANK_BITS, 'the weight string, block after block'] : BANK_BITS,
      ]),
    ),
  );
  const banks = Object.values(ports);
  const { x_i, sum_code_i, bx_i } = m.inputs('from the normaliser', {
    x_i: imageCells(shape) * INPUT_BITS,
    sum_code_i: SUM_CODE_BITS,
    bx_i: 5,
  });
  let [signal, sumCode, bx] = [x_i, sum_code_i, bx_i];
  let places: readonly OutputPlace[] = imagePlaces(shape);
  /** The stage's registers beside the data. */
  const follow = (suffix: string): void => {
    sumCode = m.pipeline(`sum_code${suffix}`, sumCode, '5E4M');
    bx = m.register(`bx${suffix}`, bx, { kind: 'control' });
  };
  const chosen = shape.latents.largest !== undefined;
  layers.forEach((layer, i) => {
    m.section(`BX ${i + 1}: ${layerText(layer)}`);
    const outputs = layerOutputs(
      m,
      layer,
      sections[i],
      banks,
      withTriples(m, layer, signal, places),
      options,
    );
    places = outputPlaces(layer).places;
    if (layer.name !== 'latents') {
      const note = '7 fraction bits, only the bits that a position can need';
      signal = m.pipeline(layerSignal(layer), outputs, note);
      follow(`_${layer.name}`);
      return;
    }
    if (chosen) {
      signal = m.pipeline('latent_values', outputs, 'before their codes');
      follow('_values');
      m.section(`BX ${i + 2}: the ${shape.latents.largest} largest latents`);
    } else signal = m.wire('latent_values', outputs, 'before their codes');
    const codes = latentCodes(m, shape, signal, places);
    signal = m.pipeline(
      'latents',
      chosen ? largestField(m, shape, layer, signal, places, codes) : codes,
      chosen ? 'number of the set of the largest, then their codes' : 'codes, the first latent lowest',
    );
    follow('');
  });
  unusedBits(m, shape, banks, x_i);
  const rest = latentField.bits - fieldLength(shape.latents);
  m.outputs('to the formatter', {
    latents_o: rest === 0 ? signal : cat(constant(rest, 0), signal),
    sum_code_o: sumCode,
    bx_o: bx,
  });
}

/** Three times each input of a layer whose weights have digits that ask for it, made once for all its products. */
function withTriples(
  m: ModuleBuilder,
  layer: EncoderLayer,
  signal: Bits,
  places: readonly OutputPlace[],
): Inputs {
  const triples = new Map<number, Expression>();
  const { name, taps } = layer;
  if (!hasTriples(layer)) return { signal, places, triples };
  const seen = new Map(taps.flat().map(({ input }) => [places[input].lsb, places[input]]));
  const sorted = [...seen.values()].sort((a, b) => a.lsb - b.lsb);
  for (const width of [...new Set(sorted.map((place) => place.bits))].sort((a, b) => b - a)) {
    const same = sorted.filter((place) => place.bits === width);
    const triple = m
      .instance(`u_triple_${name}_${width}`, leaf('econ_triple', { Width: width, Count: same.length }), {
        value_i: cat(...same.map(({ lsb }) => bits(signal, lsb, width)).reverse()),
      })
      .out('triple_o', { name: `triple_${name}_${width}`, note: `3 times the inputs of ${width} bits` });
    same.forEach(({ lsb }, k) => {
      triples.set(lsb, bits(triple, (width + 2) * k, width + 2));
    });
  }
  return { signal, places, triples };
}

type Sections = ReturnType<typeof weightSections>[number];

/** All instances of a layer; the first output is the lowest. */
function layerOutputs(
  m: ModuleBuilder,
  layer: EncoderLayer,
  { kernel, bias }: Sections,
  banks: readonly Bits[],
  { signal, places, triples }: Inputs,
  { arithmetic }: ChipOptions,
): Expression {
  const width = weightBits(layer.weights);
  const row = (neurons: Neurons, at: number): Expression =>
    weightSlice(banks, kernel.at + width * firstWeight(layer, neurons, at), width * neurons.outputs);
  const outputs = neuronsOf(layer, places).map((neurons) => {
    const { taps, first, outputs: count, place } = neurons;
    const number = String(layer.kind === 'dense' ? first : first / count).padStart(2, '0');
    const bias_i = weightSlice(banks, bias.at + WEIGHT_BITS * neurons.bias, WEIGHT_BITS * count);
    if (taps.length === 0) {
      const parameters = {
        Outputs: count,
        BiasShift: layer.biasShift,
        OutBits: place.bits,
        Zeros: place.zeros,
      };
      return m
        .instance(`u_${layer.name}_empty`, leaf('econ_bias_outputs', parameters), { bias_i })
        .out('out_o', { name: `${layer.name}_empty`, note: 'of all positions that see no cell' });
    }
    const inputs = taps.map(({ input }) => places[input]).reverse();
    const component = leaf('econ_neurons', neuronParameters(layer, neurons, arithmetic));
    return m
      .instance(`u_${layer.name}_${number}`, component, {
        x_i: cat(...inputs.map(({ lsb, bits: size }) => bits(signal, lsb, size))),
        triple_i: cat(...inputs.map(({ lsb, bits: size }) => triples.get(lsb) ?? constant(size + 2, 0))),
        weights_i: cat(...taps.map((tap) => row(neurons, tap.kernel)).reverse()),
        bias_i,
      })
      .out('out_o', { name: `${layer.name}_${number}` });
  });
  return cat(...outputs.reverse());
}

/** Bits of the blocks between and behind the layers, rows of a kernel beyond every image edge, cells not looked at. */
function unusedBits(m: ModuleBuilder, shape: EncoderShape, banks: readonly Bits[], x: Bits): void {
  const layers = encoderLayers(shape);
  const sections = weightSections(shape);
  const parts: Expression[] = [];
  const end = usedBlocks(shape) * BANK_BITS;
  sections.forEach(({ kernel, bias }, i) => {
    const { taps, kernelRows, channels, weights } = layers[i];
    const used = new Set(taps.flatMap((list) => list.map((tap) => tap.kernel)));
    const row = channels * weightBits(weights);
    for (let k = 0; k < kernelRows; k++)
      if (!used.has(k)) parts.unshift(weightSlice(banks, kernel.at + row * k, row));
    const from = bias.at + bias.values * WEIGHT_BITS;
    const to = sections[i + 1]?.kernel.at ?? end;
    if (to > from) parts.unshift(weightSlice(banks, from, to - from));
  });
  const seen = new Set(layers[0].taps.flatMap((list) => list.map((tap) => tap.input)));
  const cells = Array.from({ length: imageCells(shape) }, (_, k) => k).filter((k) => !seen.has(k));
  if (parts.length > 0) m.unused(cat(...parts), 'weights');
  if (cells.length > 0)
    m.unused(cat(...cells.map((k) => bits(x, INPUT_BITS * k, INPUT_BITS)).reverse()), 'cells');
}

function facts(shape: EncoderShape, { arithmetic }: ChipOptions): Omit<ModuleFacts, 'latency'> {
  const layers = encoderLayers(shape);
  const sections = weightSections(shape);
  const { largest } = shape.latents;
  const products = layers.map(
    ({ taps, channels }) => channels * taps.reduce((n, list) => n + list.length, 0),
  );
  return {
    purpose: [
      `Encoder: ${imageText(shape)} image, ${layers.map(layerText).join(', ')}.`,
      `Fully parallel, one layer per BX: ${products.join(', ')} products.`,
      ...(largest === undefined
        ? []
        : [`Of the latents the ${largest} largest are sent, chosen in the last BX.`]),
      '',
      'BX   signals             weights in the string of the weight blocks',
      ...layers.map((layer, i) => {
        const { kernel, bias } = sections[i];
        const end = bias.at + bias.values * WEIGHT_BITS - 1;
        const name = layer.name === 'latents' && largest !== undefined ? 'latent_values' : layerSignal(layer);
        return `${i + 1}    ${`${name}_q`.padEnd(20)}bits ${kernel.at}..${end}: ${layer.weights.kind}, ${weightBits(layer.weights)} bits, then biases`;
      }),
      ...(largest === undefined ? [] : [`${layers.length + 1}    ${'latents_q'.padEnd(20)}none`]),
    ],
    layer: `${layers.map((layer) => layer.name).join(', ')}; arithmetic '${arithmetic}' (${
      arithmetic === 'exact' ? 'one truncation per sum' : 'each product floored by itself'
    })`,
    formats: [
      'x u1.7, 8 bits; biases s1.5, 6 bits with sign; activations with 7 fraction bits',
      `latents u1.8, 9 bits, saturating at 511, sent as ${codeText(shape)}`,
    ],
  };
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
  const widths = [...new Set(latents.bits)].join(', ');
  return latents.code.kind === 'linear' ? `their top ${widths} bits` : `${widths}-bit levels`;
}
