import { encoderLayers } from '../../encoder/index.js';
import { type GraphNode, type NetworkGraph, type Op, samePads } from '../graph/index.js';
import { badNetwork } from '../graph/network-error.js';
import { type ActivationLook, activationNotes, activationText, lookAtActivation } from './activation.js';
import { chainOf, type GraphWafer, inputOf } from './chain.js';
import { chooseShape } from './choose-shape.js';
import { exactFormat } from './formats.js';
import { isBent } from './growth.js';
import type { LoweredLayer, LoweredNetwork, NetworkNumber } from './lowered.js';
import { matchConvolution, type StageMatrix } from './match.js';
import { oddNode } from './odd-node.js';
import { type Stage, type Stages, stagesOf } from './stages.js';

/** Bits of activations that an encoder has when its network sets no limit. */
const MOST_ACTIVATION_BITS = 12;

/**
 * Makes an encoder of the chip of a network: weights, order of channels, pads, batch normalisation and scales are folded into
 * one convolution and dense layers. Activations become the chip's ReLU; what that changes is noted.
 * @param etx links whose bits the latents of an encoder that is not ECON-T's share
 * @throws EconError exchange/network naming the node that has no place on the chip
 */
export function lowerGraph(graph: NetworkGraph, etx: number, path: string): LoweredNetwork {
  const stages = stagesOf(graph, path);
  const chain = chainOf(stages, path);
  const input = inputOf(graph, stages, chain[0], path);
  const looks: ActivationLook[] = [];
  const spread: string[] = [];
  const layers: LoweredLayer[] = [];
  let before: Before = { rows: input.cells.length, numbers: input.numberOfCell };
  chain.forEach((number, depth) => {
    const stage = stages.stages[number];
    const matrix = matrixOf(stages, stage, before);
    // Behind a convolution without an activation a dense layer makes one matrix of both.
    const last2d = stage.weighted.at(-1);
    const next = chain[depth + 1];
    const last = next === undefined;
    const conv = depth === 0 && !last && last2d?.op.kind === 'conv2d' ? last2d : undefined;
    if (!conv && last2d && last2d.op.kind !== 'dense')
      spread.push(
        `${stage.name} (${last2d.op.kind}) becomes a dense layer of ${before.rows} x ${stage.sums.offset.length} weights: the chip has ${last ? 'its latents from a dense layer' : 'one convolution, first'}.`,
      );
    const { order, ...layer } = conv
      ? convLayer(graph, stage, conv, matrix, input.image, path)
      : denseLayer(stage, matrix);
    const places = last
      ? latentsOf(graph, stages, number, path)
      : placesOf(stages, stages.stages[next], number, path);
    const outputs = Array.from(order, (i) => (i < 0 ? undefined : (places[i] ?? lost(stage, i, path))));
    const look = lookAtActivation(graph, stage, outputs.filter(isThere), path);
    looks.push(look);
    const bits = Number.isFinite(look.largest) ? activationBits(look.largest) : undefined;
    layers.push({ ...layer, ...(bits === undefined || last ? {} : { activationBits: bits }), outputs });
    before = { rows: order.length, numbers: inverse(order) };
  });
  const latents = layers[layers.length - 1].outputs.filter(isThere);
  const shape = chooseShape(layers, input.image, etx, path);
  const notes = encoderLayers(shape).flatMap((layer, i) =>
    activationNotes(looks[i], layer.largest / (i === layers.length - 1 ? 256 : 128)),
  );
  notes.unshift(...spread);
  const { before: changed } = stages.stages[chain[0]];
  if (changed.length > 0)
    notes.unshift(
      `${activationText({ activation: changed })} changes cells before the first layer; the chip takes them as they are, in steps of 1/128 up to 255/128.`,
    );
  const { name, cells } = input;
  const bent = changed.find(isBent) ?? changed.at(-1);
  const seen = seenCells(stages, stages.stages[chain[0]], input);
  if (bent && seen.some(({ gain }) => gain === 0)) throw oddNode(bent, path);
  return { graph, input: name, cells, seen, layers, latents, notes, shape };
}

/** What a stage takes: rows of its matrix, and which number of the stage before (or of the input) each row is. */
interface Before {
  readonly rows: number;
  /** Row of each number; -1 for one that is always 0. */
  readonly numbers: Int32Array;
}

function isThere(number: NetworkNumber | undefined): number is NetworkNumber {
  return number !== undefined;
}

function inverse(order: Int32Array): Int32Array {
  const rows = new Int32Array(order.length);
  order.forEach((number, row) => {
    if (number >= 0) rows[number] = row;
  });
  return rows;
}

/** Weights of a stage from the chip's outputs before it, gains and shifts of activations taken in. */
function matrixOf({ origins }: Stages, { sums }: Stage, { rows, numbers }: Before): StageMatrix {
  const size = sums.offset.length;
  const matrix = Array.from({ length: rows }, () => new Float64Array(size));
  const offset = Float64Array.from(sums.offset);
  sums.elements.forEach((element, c) => {
    const origin = origins[element];
    // An element without an origin is a number of the file: padding between activations.
    if (!origin) return;
    const column = sums.matrix[c];
    const row = numbers[origin.index];
    for (let r = 0; r < size; r++) {
      offset[r] += column[r] * origin.shift;
      if (row >= 0) matrix[row][r] += column[r] * origin.gain;
    }
  });
  return { rows: matrix, offset };
}

/** A layer, and which number of its stage each output of the chip is: -1 for one that the network does not make. */
type Draft = Omit<LoweredLayer, 'outputs'> & { readonly order: Int32Array };

function denseLayer({ name }: Stage, { rows, offset }: StageMatrix): Draft {
  const units = offset.length;
  const kernel = new Float64Array(rows.length * units);
  rows.forEach((row, i) => {
    kernel.set(row, i * units);
  });
  const order = Int32Array.from(offset, (_, i) => i);
  const shape = [rows.length, units];
  return { name, kind: 'dense', shape, kernel, bias: offset, order, ...formatEntry(kernel) };
}

function formatEntry(kernel: Float64Array): Pick<LoweredLayer, 'format'> {
  const format = exactFormat(kernel);
  return format ? { format } : {};
}

function convLayer(
  graph: NetworkGraph,
  stage: Stage,
  conv: GraphNode,
  matrix: StageMatrix,
  image: '8x8' | '4x4x3',
  path: string,
): Draft {
  const { op, inputs } = conv;
  if (op.kind !== 'conv2d') throw new Error('no convolution');
  // What the file says is tried first: a smaller kernel is the same with zeros around it.
  const kernel2d = graph.nodes.find(({ output }) => output === inputs[1]);
  const hint = { kernel: kernel2d?.shape[0] ?? 3, stride: op.strides[0] };
  const found = matchConvolution(matrix, image, stage.sums.shape, hint);
  if (!found) throw noConvolution(conv.name, op, kernel2d ? kernel2d.shape : [], image, path);
  return { name: stage.name, kind: 'conv', ...found, ...formatEntry(found.kernel) };
}

function noConvolution(
  name: string,
  { pads, strides, dilations, groups }: Op<'conv2d'>,
  kernel: readonly number[],
  image: '8x8' | '4x4x3',
  path: string,
): Error {
  const text = `${name} (a convolution with pads ${pads.join(', ')} at the top, left, bottom, right, strides ${strides.join('x')}${
    dilations.some((d) => d !== 1) ? `, dilations ${dilations.join('x')}` : ''
  }${groups === 1 ? '' : `, ${groups} groups`}) is none of the chip's over ${image}`;
  const before = pads[0] > 0 && pads[0] >= pads[2] && strides[0] > 1;
  const [rows, columns] = kernel;
  const [stride] = strides;
  const plain =
    groups === 1 && dilations.every((d) => d === 1) && rows === columns && rows <= 5 && stride === strides[1];
  const side = image === '8x8' ? 8 : 4;
  const [less, , more] = samePads([side, side], [rows, columns], strides);
  const remedy = before
    ? `The chip pads as TensorFlow's 'same' does, the odd zero behind. In torch put torch.nn.ZeroPad2d((0, ${pads[0]}, 0, ${pads[0]})) before a convolution with padding=0 (in Keras padding='same') and train again.`
    : plain && stride <= 4
      ? `With a kernel of ${rows}x${columns} and stride ${stride} the chip has ${less} zeros before and ${more} behind: train with padding='same', or with ZeroPadding2D(((${less}, ${more}), (${less}, ${more}))) before it. A batch normalisation or an offset before its padding has no place.`
      : "The chip has square kernels up to 5x5, one stride of 1 to 4, padding 'same' (zeros behind where they are odd) or a part of its outputs, no groups, and a bias per filter.";
  return badNetwork(path, text, remedy);
}

/** Where the numbers of a stage are when the next one takes them. */
function placesOf(
  { origins, places, stages }: Stages,
  next: Stage,
  layer: number,
  path: string,
): Readonly<Record<number, NetworkNumber>> {
  const found: Record<number, NetworkNumber> = {};
  let value: string | undefined;
  for (const element of next.sums.elements) {
    const origin = origins[element];
    if (!origin || !('layer' in origin.from) || origin.from.layer !== layer) continue;
    const place = places[element];
    value ??= place.value;
    if (place.value !== value)
      throw badNetwork(
        path,
        `${next.name} takes the values of ${stages[layer].name} twice, as ${value} and as ${place.value}`,
      );
    found[origin.index] = { ...place, gain: origin.gain, shift: origin.shift };
  }
  return found;
}

/** Where the latents are among the outputs. */
function latentsOf(
  graph: NetworkGraph,
  { outputs, stages }: Stages,
  layer: number,
  path: string,
): Readonly<Record<number, NetworkNumber>> {
  const found: Record<number, NetworkNumber> = {};
  outputs.forEach(({ value, origins }, output) => {
    origins.forEach((origin, index) => {
      if (!origin || !('layer' in origin.from) || origin.from.layer !== layer) return;
      if (found[origin.index])
        throw badNetwork(
          path,
          `output ${graph.outputs[output]} holds a value of ${stages[layer].name} that an output holds already`,
          'Export the network with each latent once.',
        );
      found[origin.index] = { value, index, gain: origin.gain, shift: origin.shift };
    });
  });
  return found;
}

function lost({ name }: Stage, index: number, path: string): never {
  throw badNetwork(
    path,
    `number ${index} of ${name} is left out behind it`,
    'Train the layer with as many units as are taken on.',
  );
}

/** What the first stage sees of each cell: the input behind its own activations (quantisers). */
function seenCells(
  { origins, places }: Stages,
  { sums }: Stage,
  { cells, name }: GraphWafer,
): NetworkNumber[] {
  const seen = new Map<number, NetworkNumber>();
  for (const element of sums.elements) {
    const origin = origins[element];
    if (origin) seen.set(origin.index, { ...places[element], gain: origin.gain, shift: origin.shift });
  }
  return Array.from(cells, (place) => seen.get(place) ?? { value: name, index: place, gain: 1, shift: 0 });
}

/** Bits whose largest number is nearest to a bound. */
function activationBits(largest: number): number {
  let best = 1;
  for (let bits = 1; bits <= MOST_ACTIVATION_BITS; bits++)
    if (Math.abs((2 ** bits - 1) / 128 - largest) < Math.abs((2 ** best - 1) / 128 - largest)) best = bits;
  return best;
}
