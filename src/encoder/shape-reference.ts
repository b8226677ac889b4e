import { readField, writeField } from './field.js';
import { fieldWidths, largestOf, numberOfSet, setBits, setOfNumber } from './largest.js';
import { latentCode, latentValue } from './latent-code.js';
import { type EncoderLayer, encoderLayers } from './layers.js';
import {
  type Arithmetic,
  type EncoderOutput,
  type EncoderWeights,
  IMAGE_CELLS,
  LATENTS,
  type LayerWeights,
} from './parameters.js';
import { type EncoderShape, econtShape } from './shape.js';

/** Shape of weights: their own, or ECON-T's. */
export function shapeOf(weights: Pick<EncoderWeights, 'shape'>): EncoderShape {
  return weights.shape ?? econtShape;
}

/** Kernel and bias of each layer, in the order of encoderLayers. */
export function layerWeights(weights: EncoderWeights): LayerWeights[] {
  const { convKernel, convBias, hidden = [], denseKernel, denseBias } = weights;
  const conv = shapeOf(weights).conv ? [{ kernel: convKernel, bias: convBias }] : [];
  return [...conv, ...hidden, { kernel: denseKernel, bias: denseBias }];
}

/** The inverse of layerWeights. */
export function weightsOfLayers(shape: EncoderShape, layers: readonly LayerWeights[]): EncoderWeights {
  const none = { kernel: new Int8Array(0), bias: new Int8Array(0) };
  const conv = shape.conv ? layers[0] : none;
  const last = layers[layers.length - 1];
  return {
    shape,
    convKernel: conv.kernel,
    convBias: conv.bias,
    hidden: layers.slice(shape.conv ? 1 : 0, -1),
    denseKernel: last.kernel,
    denseBias: last.bias,
  };
}

/** Values that a wafer has in all layers before the latents. */
export function activationCount(shape: EncoderShape): number {
  return encoderLayers(shape)
    .slice(0, -1)
    .reduce((n, layer) => n + layer.outputs, 0);
}

/**
 * The encoder of any shape in integers: the truth that engines, Verilog and ECON-T's fast path are compared with.
 * `out.activations`: n * activationCount, layer after layer; `out.latents`: n * 16, the 144 bits of the field.
 */
export function encodeShape(
  weights: EncoderWeights,
  arithmetic: Arithmetic,
  x: Uint8Array,
  n: number,
  out: EncoderOutput,
): void {
  const shape = shapeOf(weights);
  const layers = encoderLayers(shape);
  const tensors = layerWeights(weights);
  const run = layers.map((layer, i) => layerFunction(layer, tensors[i], arithmetic));
  const perWafer = activationCount(shape);
  const values = layers.map((layer) => new Int32Array(layer.outputs));
  const image = new Int32Array(IMAGE_CELLS);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < IMAGE_CELLS; k++) image[k] = x[i * IMAGE_CELLS + k];
    let at = i * perWafer;
    layers.forEach((layer, depth) => {
      run[depth](depth === 0 ? image : values[depth - 1], values[depth]);
      if (depth === layers.length - 1) return;
      out.activations?.set(values[depth], at);
      at += layer.outputs;
    });
    packField(shape.latents, values[layers.length - 1], out.latents, i * LATENTS);
  }
}

/**
 * Runs an encoder wafer by wafer, for who wants to see every layer.
 * @param what outputs: behind rectifier and saturation, the latents before they are coded; sums: in the same units, before
 * @returns a function of 48 normalised cells in image order: the values of each layer
 */
export function layerOutputs(
  weights: EncoderWeights,
  arithmetic: Arithmetic,
  what: 'outputs' | 'sums' = 'outputs',
): (x: Uint8Array) => Int32Array[] {
  const tensors = layerWeights(weights);
  const layers = encoderLayers(shapeOf(weights));
  const run = layers.map((layer, i) => layerSums(layer, tensors[i], arithmetic));
  return (x) => {
    let from = Int32Array.from(x);
    return layers.map((layer, i) => {
      const sums = new Int32Array(layer.outputs);
      run[i](from, sums);
      from = sums.map((sum) => Math.min(layer.largest, Math.max(0, sum)));
      return what === 'sums' ? sums : from;
    });
  };
}

/** The outputs of a layer: its sums behind rectifier and saturation. */
function layerFunction(
  layer: EncoderLayer,
  weights: LayerWeights,
  arithmetic: Arithmetic,
): (from: Int32Array, to: Int32Array) => void {
  const sums = layerSums(layer, weights, arithmetic);
  const { largest } = layer;
  return (from, to) => {
    sums(from, to);
    for (let i = 0; i < to.length; i++) to[i] = Math.min(largest, Math.max(0, to[i]));
  };
}

function layerSums(
  layer: EncoderLayer,
  { kernel, bias }: LayerWeights,
  arithmetic: Arithmetic,
): (from: Int32Array, to: Int32Array) => void {
  const { taps, channels, kernelRows, kind, shift, biasShift } = layer;
  const after = arithmetic === 'exact' ? Math.max(0, shift) : 0;
  const perProduct = arithmetic === 'exact' ? 0 : Math.max(0, shift);
  const up = Math.max(0, -shift);
  // conv kernels are [tap][filter], dense ones [output][input].
  const [tapStep, channelStep] = kind === 'dense' ? [1, kernelRows] : [channels, 1];
  return (from, to) => {
    taps.forEach((list, position) => {
      for (let c = 0; c < channels; c++) {
        let sum = bias[kind === 'local' ? position : c] * 2 ** (biasShift + after);
        for (const { input, kernel: row } of list) {
          const product = from[input] * kernel[row * tapStep + c * channelStep];
          sum += (product << up) >> perProduct;
        }
        to[position * channels + c] = sum >> after;
      }
    });
  };
}

/** Latents 0..511 as they are sent, into the field. */
function packField(
  latents: EncoderShape['latents'],
  values: Int32Array,
  fields: Uint16Array,
  at: number,
): void {
  const { bits, code, largest } = latents;
  const words = bits.map((width, o) => latentCode(code, width, values[o]));
  const members = largest === undefined ? [] : largestOf(values, largest);
  const parts = largest === undefined ? words : [numberOfSet(members), ...members.map((o) => words[o])];
  writeField(parts, fieldWidths(latents), fields, at);
}

/**
 * Latents of received fields; bits that the shape does not send, and latents that are not among the largest, are 0.
 * @param fields n * 16 of 9 bits
 * @returns n * latents of the shape, 0..511
 */
export function latentsOfFields(shape: EncoderShape, fields: Uint16Array, n: number): Uint16Array {
  const { bits, largest } = shape.latents;
  const widths = fieldWidths(shape.latents);
  const latents = new Uint16Array(n * bits.length);
  for (let i = 0; i < n; i++) {
    const parts = readField(widths, fields, i * LATENTS);
    const at = i * bits.length;
    if (largest === undefined)
      parts.forEach((word, o) => {
        latents[at + o] = latentValue(bits[o], word);
      });
    else
      setOfNumber(parts[0], largest, bits.length).forEach((o, j) => {
        latents[at + o] = latentValue(bits[o], parts[j + 1]);
      });
  }
  return latents;
}

/**
 * Bits of the field that carry the top `kept[o]` bits of each latent: the register keep_auto_encoder_bits.
 * @param kept 0..bits of each latent; of those of which the largest are sent the same for all
 */
export function fieldMask({ latents }: EncoderShape, kept: readonly number[]): bigint {
  const tops = latents.largest === undefined ? kept : [kept[0] > 0 ? setBits(latents) : 0, ...kept];
  let mask = 0n;
  let from = 0;
  fieldWidths(latents).forEach((width, o) => {
    const top = Math.min(width, tops[o]);
    mask |= ((1n << BigInt(top)) - 1n) << BigInt(from + width - top);
    from += width;
  });
  return mask;
}
