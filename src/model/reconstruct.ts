import { type Normalised, normalise } from '../blocks/index.js';
import { slice, type WaferBatch } from '../dataset/index.js';
import { cellsOf, hgcal, inOrder } from '../detector/index.js';
import { encodeLatents } from '../encoder/index.js';
import { told } from './context.js';
import { decode } from './decoder.js';
import { checkDetector } from './detector.js';
import type { Model } from './model.js';
import { cutToSent } from './sent.js';

/** Wafers handled at a time: bounds the memory of a long batch. */
const CHUNK = 4096;

/** Charges from TC_Number order to the order of the encoder's image. */
export function toImageOrder({ charges, detector = hgcal() }: WaferBatch): Uint32Array {
  return inOrder(charges, detector.imageOrder);
}

/** Charges in TC_Number order to what the chip's encoder sees: image order, normalised, with the sums. */
export function encoderInput(batch: WaferBatch): Normalised {
  return normalise(toImageOrder(batch), batch.count);
}

/**
 * Latents of the integer encoder as the receiver gets them: the bits that the links do not carry are 0.
 * @param x n * cells, normalised cells in image order
 * @returns n rows of latents (16 of ECON-T's encoder), 0..511
 */
export function receivedLatents(model: Model, x: Uint8Array, n: number): Uint16Array {
  const latents = encodeLatents(model.encoder, model.arithmetic, x, n);
  cutToSent(latents, model.latentBits);
  return latents;
}

/**
 * Wafers through the chip's integer encoder, the links and the float decoder.
 * @returns count * cells fractions of the wafer's charge in TC_Number order (multiply by the wafer's sum for CALQ)
 */
export function reconstruct(model: Model, batch: WaferBatch): Float32Array {
  checkDetector(model, batch);
  const cells = cellsOf(batch);
  const out = new Float32Array(batch.count * cells);
  for (let first = 0; first < batch.count; first += CHUNK) {
    const count = Math.min(CHUNK, batch.count - first);
    const part = slice(batch, first, first + count);
    const { x, sumCode } = encoderInput(part);
    const latents = receivedLatents(model, x, count);
    decode(model.decoder, latents, told(sumCode, part.modules), count, out.subarray(first * cells));
  }
  return out;
}
