import { cellsOf, type Detector, hgcal, UNKNOWN_MODULE } from '../../detector/index.js';
import { findRow, hashRows } from './row-hash.js';

/** Largest charge of a trigger cell: CALQ has 22 bits. */
export const MAX_CHARGE = 4194303;

/** `count` wafers: row-major [wafer][TC_Number], each charge an integer in 0 .. {@link MAX_CHARGE}. */
export interface WaferBatch {
  readonly charges: Uint32Array;
  readonly count: number;
  /** Numbers of the modules (wafer/modules) that the wafers are of; left out: nothing is known of them. */
  readonly modules?: Uint16Array;
  /** What the wafers are of; left out: HGCAL. */
  readonly detector?: Detector;
}

/** A batch over the arrays themselves (no copy). @param charges whole rows of cells @param modules one number per row */
export function wafers(charges: Uint32Array, modules?: Uint16Array, detector?: Detector): WaferBatch {
  const cells = cellsOf({ detector });
  if (charges.length % cells) throw new RangeError(`${charges.length} charges are no whole number of wafers`);
  const count = charges.length / cells;
  if (modules && modules.length !== count)
    throw new RangeError(`${modules.length} modules for ${count} wafers`);
  return { charges, count, ...(modules ? { modules } : {}), ...(detector ? { detector } : {}) };
}

/**
 * The rows of the given numbers, in their order.
 * @param indices each in 0 .. count - 1; repeats are allowed
 * @throws RangeError for a number that is no row
 */
export function rows(batch: WaferBatch, indices: ArrayLike<number>): WaferBatch {
  const { modules, detector } = batch;
  const cells = cellsOf(batch);
  const charges = new Uint32Array(indices.length * cells);
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i] * cells;
    if (!(from >= 0 && from < batch.charges.length)) throw new RangeError(`there is no row ${indices[i]}`);
    charges.set(batch.charges.subarray(from, from + cells), i * cells);
  }
  return wafers(charges, modules && Uint16Array.from(indices, (row) => modules[row]), detector);
}

/** All rows of all batches. */
export function concat(batches: readonly WaferBatch[]): WaferBatch {
  if (batches.length === 1) return batches[0];
  const charges = new Uint32Array(batches.reduce((sum, batch) => sum + batch.charges.length, 0));
  let at = 0;
  for (const batch of batches) {
    charges.set(batch.charges, at);
    at += batch.charges.length;
  }
  return wafers(charges, concatModules(batches), batches[0]?.detector);
}

function concatModules(batches: readonly WaferBatch[]): Uint16Array | undefined {
  if (batches.every(({ modules }) => modules === undefined)) return undefined;
  const all = new Uint16Array(batches.reduce((sum, { count }) => sum + count, 0)).fill(UNKNOWN_MODULE);
  let at = 0;
  for (const { modules, count } of batches) {
    if (modules) all.set(modules, at);
    at += count;
  }
  return all;
}

/** The rows first .. end-1, over the same arrays. */
export function slice(batch: WaferBatch, first: number, end: number): WaferBatch {
  const { charges, modules, detector } = batch;
  const cells = cellsOf(batch);
  return wafers(charges.subarray(first * cells, end * cells), modules?.subarray(first, end), detector);
}

export interface Selection {
  /** Cells that hold a charge. @default 3 */
  readonly minCells?: number;
  /** Sum of the charges. @default 35, one transverse MIP */
  readonly minSum?: number;
}

/** The wafers worth compressing: enough cells hit and enough charge. Keeps the order. */
export function selectWafers(batch: WaferBatch, { minCells = 3, minSum = 35 }: Selection = {}): WaferBatch {
  const chosen = new Uint32Array(batch.count);
  const width = cellsOf(batch);
  let n = 0;
  for (let row = 0; row < batch.count; row++) {
    let cells = 0;
    let sum = 0;
    for (let i = row * width; i < (row + 1) * width; i++) {
      const charge = batch.charges[i];
      if (charge > 0) cells++;
      sum += charge;
    }
    if (cells >= minCells && sum >= minSum) chosen[n++] = row;
  }
  return rows(batch, chosen.subarray(0, n));
}

/** Each distinct wafer once, at the place where it came first, whatever module it is of. */
export function dedupe(batch: WaferBatch): WaferBatch {
  const cells = cellsOf(batch);
  const hashes = hashRows(batch.charges, cells, 0);
  // Open addressing, at most half full; holds row + 1.
  const table = new Uint32Array(2 ** Math.ceil(Math.log2(2 * batch.count + 2)));
  const chosen = new Uint32Array(batch.count);
  let n = 0;
  for (let row = 0; row < batch.count; row++) {
    const slot = findRow(table, batch.charges, cells, hashes, row);
    if (table[slot]) continue;
    table[slot] = row + 1;
    chosen[n++] = row;
  }
  return rows(batch, chosen.subarray(0, n));
}

/**
 * Wafers in every turn of the detector: HGCAL's as they are, then turned by 120 degrees, then by 240. Showers have no
 * preferred direction on a symmetric wafer. Augment the training part only, after the split.
 */
export function rotateAugment(batch: WaferBatch): WaferBatch {
  const { cells, turns } = batch.detector ?? hgcal();
  const charges = new Uint32Array(turns.length * batch.charges.length);
  for (const [i, perm] of turns.entries()) {
    const start = i * batch.charges.length;
    for (let row = 0; row < batch.charges.length; row += cells) {
      for (let cell = 0; cell < cells; cell++) charges[start + row + cell] = batch.charges[row + perm[cell]];
    }
  }
  return wafers(charges, concatModules(turns.map(() => batch)), batch.detector);
}
