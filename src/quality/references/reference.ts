import type { WaferBatch } from '../../dataset/index.js';
import { triggerCells } from '../../detector/index.js';

/** A way to send a wafer over N links that a model is compared with. */
export interface Reference {
  readonly name: string;
  /** Does it send the whole wafer, or its best try, in the packet of N links (1..13)? */
  fits(etx: number): boolean;
  reconstruct(batch: WaferBatch, etx: number): Reconstruction;
}

export interface Reconstruction {
  /** count*48 charges in TC_Number order, CALQ units. */
  readonly charges: Float32Array;
  /** What a reader of the table must know, e.g. a budget that is not kept. */
  readonly note?: string;
}

/**
 * The algorithms number cells by mux output. This is the mux of the reference board (post-mux position of each
 * TC_Number), which makes 4 and 16 consecutive outputs neighbours on the wafer, as super trigger cells need.
 */
export const muxOutput: Uint8Array = Uint8Array.from(triggerCells, (cell) => cell.postMux);

/** Charges in mux output order. */
export function toMuxOrder({ charges, count }: WaferBatch): Uint32Array {
  const out = new Uint32Array(count * muxOutput.length);
  for (let row = 0; row < out.length; row += muxOutput.length)
    for (let cell = 0; cell < muxOutput.length; cell++) out[row + muxOutput[cell]] = charges[row + cell];
  return out;
}

/** Charges given in mux output order back in TC_Number order. */
export function toCellOrder(charges: Float32Array): Float32Array {
  const out = new Float32Array(charges.length);
  for (let row = 0; row < out.length; row += muxOutput.length)
    for (let cell = 0; cell < muxOutput.length; cell++) out[row + cell] = charges[row + muxOutput[cell]];
  return out;
}
