import { EconError } from '../base/index.js';
import { WEIGHT_BITS, WEIGHT_FRACTION_BITS } from './formats.js';
import { encoderLayers } from './layers.js';
import { badShape, type EncoderShape, econtShape } from './shape.js';
import { multiplierOf, type WeightFormat, weightBits, wordOf } from './weight-format.js';

/** Multipliers of one layer, and its biases of -32..31. */
export interface LayerWeights {
  /** Of a dense layer [output][input], of others [kernel row][channel]; a local layer has one channel. */
  readonly kernel: Int8Array;
  /** One per channel, or of a local layer one per output. */
  readonly bias: Int8Array;
}

/** Integer weights of an encoder. */
export interface EncoderWeights {
  readonly shape: EncoderShape;
  /** In the order of encoderLayers. Of ECON-T's encoder: 72 + 8 of the convolution, 2048 + 16 of the latents. */
  readonly layers: readonly LayerWeights[];
}

/** Weights that are all zero, the reset value of the weight registers; of formats without a zero all +1. */
export function zeroWeights(shape: EncoderShape = econtShape): EncoderWeights {
  return unpackWeights(new Uint8Array(WEIGHT_BYTES), shape);
}

/** Bytes of the weight registers: 12 blocks of 134 (spec econt-behaviour 9.6). */
export const WEIGHT_BYTES = 1608;
export const WEIGHT_BLOCKS = 12;
export const WEIGHT_BLOCK_BYTES = 134;

/** The layers that pack one after the other: kernel, then bias. */
interface Section {
  readonly name: string;
  readonly format: WeightFormat;
  readonly values: number;
  /** Bit of the weight string where it begins. */
  readonly at: number;
}

const bias: WeightFormat = { kind: 'fixed', bits: WEIGHT_BITS, fraction: WEIGHT_FRACTION_BITS };
const BANK_BITS = 8 * WEIGHT_BLOCK_BYTES;

/**
 * Where the weights of a shape lie in the weight string, each kernel followed by its bias. A block never holds parts of
 * more than two layers, because a commit moves through the encoder layer by layer: a third begins in the next block.
 * @throws EconError chip/bad-shape when they need more than the 12 blocks
 */
export function weightSections(shape: EncoderShape): readonly { kernel: Section; bias: Section }[] {
  let bit = 0;
  let boundary = -1; // block that already holds the end of one layer and the start of another
  return encoderLayers(shape).map((layer, i) => {
    const block = Math.floor(bit / BANK_BITS);
    if (i > 0 && bit % BANK_BITS !== 0) {
      if (boundary === block) bit = (block + 1) * BANK_BITS;
      boundary = Math.floor(bit / BANK_BITS);
    }
    const values = layer.kernelRows * layer.channels;
    const kernel = { name: `${layer.name}.kernel`, format: layer.weights, values, at: bit };
    bit += kernel.values * weightBits(layer.weights);
    const section = {
      kernel,
      bias: { name: `${layer.name}.bias`, format: bias, values: layer.biases, at: bit },
    };
    bit += layer.biases * WEIGHT_BITS;
    if (bit > 8 * WEIGHT_BYTES)
      throw badShape(
        layer.name,
        `with it the weights need ${bit} bits; the weight memory has ${8 * WEIGHT_BYTES}.`,
      );
    return section;
  });
}

/**
 * Packs weights into the byte string of the weight registers: weight q in bits 6q+5..6q, byte B of block n at
 * 134 n + B, lowest bits first (spec econt-behaviour 9.6).
 * @returns 1608 bytes
 * @throws EconError chip/bad-weights on a wrong length or a value outside -32..31
 */
export function packWeights({ shape, layers }: EncoderWeights): Uint8Array {
  const bytes = new Uint8Array(WEIGHT_BYTES);
  weightSections(shape).forEach((section, i) => {
    pack(section.kernel, layers[i].kernel, bytes);
    pack(section.bias, layers[i].bias, bytes);
  });
  return bytes;
}

function pack({ name, format, values, at }: Section, given: Int8Array, bytes: Uint8Array): void {
  if (given.length !== values) throw badWeights(name, `has ${given.length} values, not ${values}.`);
  const width = weightBits(format);
  for (let i = 0, bit = at; i < values; i++, bit += width) {
    const word = wordOf(format, given[i]);
    if (word === undefined) {
      const range =
        format.kind === 'fixed'
          ? `outside ${-(2 ** (width - 1))}..${2 ** (width - 1) - 1}`
          : `not ${format.kind}`;
      throw badWeights(`${name}[${i}]`, `is ${given[i]}, ${range}.`);
    }
    const field = word << (bit & 7);
    bytes[bit >> 3] |= field;
    // A weight may straddle two bytes.
    if (field > 255) bytes[(bit >> 3) + 1] |= field >> 8;
  }
}

/**
 * The inverse of packWeights.
 * @param bytes 1608 bytes, blocks 0..11 one after the other
 * @param shape left out: ECON-T's encoder
 * @throws EconError chip/bad-weights on a wrong length
 */
export function unpackWeights(bytes: Uint8Array, shape: EncoderShape = econtShape): EncoderWeights {
  if (bytes.length !== WEIGHT_BYTES) {
    throw badWeights('weight bytes', `are ${bytes.length}, not ${WEIGHT_BYTES}.`);
  }
  const layers = weightSections(shape).map((section) => ({
    kernel: unpack(section.kernel, bytes),
    bias: unpack(section.bias, bytes),
  }));
  return { shape, layers };
}

function unpack({ format, values, at }: Section, bytes: Uint8Array): Int8Array {
  const width = weightBits(format);
  return Int8Array.from({ length: values }, (_, i) => {
    const bit = at + i * width;
    const low = bytes[bit >> 3] | ((bytes[(bit >> 3) + 1] ?? 0) << 8);
    return multiplierOf(format, (low >> (bit & 7)) & (2 ** width - 1));
  });
}

/** What stands at a bit of the weight string: `conv.kernel[17]`. */
export function weightAt(shape: EncoderShape, bit: number): string {
  for (const { name, format, values, at } of weightSections(shape).flatMap((s) => [s.kernel, s.bias])) {
    const i = Math.floor((bit - at) / weightBits(format));
    if (i >= 0 && i < values) return `${name}[${i}]`;
  }
  return `unused bit ${bit}`;
}

/** Blocks of the weight memory that a shape uses, from block 0. */
export function usedBlocks(shape: EncoderShape): number {
  const last = weightSections(shape).at(-1) as { bias: Section };
  return Math.ceil((last.bias.at + last.bias.values * WEIGHT_BITS) / BANK_BITS);
}

function badWeights(where: string, what: string): EconError {
  return new EconError({
    code: 'chip/bad-weights',
    where,
    what,
    remedy:
      "ECON-T's are 6-bit integers, 72 + 8 + 2048 + 16 of them in 1608 bytes; a shape says its own. Train or export the model again.",
  });
}
