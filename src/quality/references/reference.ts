import type { WaferBatch } from '../../dataset/index.js';
import { inOrder, invert, triggerCells } from '../../detector/index.js';

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
const muxOutput = Uint8Array.from(triggerCells, (cell) => cell.postMux);
const cellOfOutput = invert(muxOutput);

/** Charges in mux output order. */
export function toMuxOrder({ charges }: WaferBatch): Uint32Array {
  return inOrder(charges, cellOfOutput);
}

/** Charges given in mux output order back in TC_Number order. */
export function toCellOrder(charges: Float32Array): Float32Array {
  return inOrder(charges, muxOutput);
}
