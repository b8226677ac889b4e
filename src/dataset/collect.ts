import { cellsOf, type Detector } from '../detector/index.js';
import { streamWafers } from './read.js';
import { type Selection, selectWafers, type WaferBatch, wafers } from './row/batch.js';
import { dataError } from './row/errors.js';
import type { ReadOptions } from './row/options.js';
import { findRow, hashRows } from './row/row-hash.js';

/** Wafers that are held in memory at most unless more are asked for: 48 MB of charges, docs/data.md says what memory that takes. */
export const MOST_WAFERS = 250_000;

/** How a file of any length is to be read. */
export interface DataOptions extends ReadOptions {
  /** Largest number of wafers to hold. Of more, an even sample is drawn, and told. @default MOST_WAFERS */
  readonly most?: number;
}

export interface CollectOptions extends DataOptions {
  /** Wafers to take; `false` takes all of them. @default at least 3 cells and one MIP */
  readonly select?: Selection | false;
  /** Takes equal wafers once. @default false */
  readonly distinct?: boolean;
}

export interface CollectedWafers {
  readonly batch: WaferBatch;
  /** Wafers in the file. */
  readonly read: number;
  /** Of them selected; with `distinct`, distinct ones among those that were looked at. */
  readonly usable: number;
  /** Share of the usable ones that is in the batch: 1, or a half, a quarter ... */
  readonly share: number;
}

/**
 * The usable wafers of a file of any length, in its order: `dedupe(selectWafers(readWafers(path)))` as long as they are
 * not more than `most`. Of more, those are kept whose hash (of the contents when distinct, of the place otherwise) lies in
 * the lower half, quarter ... of all hashes: the same ones whatever the order of a file of distinct wafers.
 */
export async function collectWafers(path: string, options: CollectOptions = {}): Promise<CollectedWafers> {
  const { select = {}, distinct = false, most = MOST_WAFERS } = options;
  const store = new Store(most, distinct, options.detector);
  let usable = 0;
  const read = await streamWafers(
    path,
    (batch) => {
      const chosen = select === false ? batch : selectWafers(batch, select);
      usable += chosen.count;
      store.add(chosen);
    },
    options,
  );
  const batch = store.batch();
  if (batch.count === 0)
    throw dataError(
      'no-wafers',
      { path },
      `none of the ${read} wafers has 3 cells or more and one MIP (35 CALQ) or more.`,
      options.scale === undefined
        ? 'Check that these are CALQ in units of the trigger charge (35 = one transverse MIP), not normalised charges: --scale multiplies them.'
        : 'Give a larger --scale: 35 stands for one transverse MIP.',
    );
  const share = store.share;
  if (share < 1)
    options.note?.(
      `${path} has ${usable} usable wafers, more than are held in memory: ${batch.count} of them are used, one in ${1 / share} drawn evenly${distinct ? ' by their contents' : ''} (--max-wafers ${most})`,
    );
  return { batch, read, usable, share };
}

/** Seed of the drawing: another than that of any split. */
const DRAW = 0x6d0f27bd;

/** Rows that were kept so far, in one array that grows. */
class Store {
  share = 1;
  private readonly cells: number;
  private charges: Uint32Array;
  private modules: Uint16Array | undefined;
  private hashes = new Uint32Array(1024);
  private table = new Uint32Array(4096);
  private count = 0;
  private seen = 0;

  constructor(
    private readonly most: number,
    private readonly distinct: boolean,
    private readonly detector?: Detector,
  ) {
    this.cells = cellsOf({ detector });
    this.charges = new Uint32Array(1024 * this.cells);
  }

  add({ charges, count, modules }: WaferBatch): void {
    if (modules && !this.modules) this.modules = new Uint16Array(this.hashes.length);
    const { cells } = this;
    const hashes = this.distinct ? hashRows(charges, cells, DRAW) : undefined;
    for (let row = 0; row < count; row++) {
      const hash = hashes ? hashes[row] : mix(this.seen++);
      if (hash >= this.share * 4294967296) continue;
      if (this.count === this.hashes.length) this.grow();
      const at = this.count;
      this.charges.set(charges.subarray(row * cells, (row + 1) * cells), at * cells);
      this.hashes[at] = hash;
      if (this.distinct) {
        const slot = findRow(this.table, this.charges, cells, this.hashes, at);
        if (this.table[slot]) continue;
        this.table[slot] = at + 1;
      }
      if (this.modules && modules) this.modules[at] = modules[row];
      this.count++;
      if (this.count > this.most) this.halve();
    }
  }

  batch(): WaferBatch {
    const { charges, modules, count, cells, detector } = this;
    return wafers(charges.slice(0, count * cells), modules?.slice(0, count), detector);
  }

  private grow(): void {
    const size = Math.min(2 * this.hashes.length, Math.max(this.most + 1, this.hashes.length + 1));
    const larger = <T extends Uint32Array | Uint16Array>(from: T, into: T): T => {
      into.set(from);
      return into;
    };
    this.charges = larger(this.charges, new Uint32Array(size * this.cells));
    this.hashes = larger(this.hashes, new Uint32Array(size));
    if (this.modules) this.modules = larger(this.modules, new Uint16Array(size));
    if (this.distinct) this.index(4 * size);
  }

  /** Puts all rows into a table of at least `slots`. */
  private index(slots: number): void {
    this.table = new Uint32Array(2 ** Math.ceil(Math.log2(slots)));
    for (let row = 0; row < this.count; row++)
      this.table[findRow(this.table, this.charges, this.cells, this.hashes, row)] = row + 1;
  }

  private halve(): void {
    const { cells } = this;
    while (this.count > this.most) {
      this.share /= 2;
      let n = 0;
      for (let row = 0; row < this.count; row++) {
        if (this.hashes[row] >= this.share * 4294967296) continue;
        this.charges.copyWithin(n * cells, row * cells, (row + 1) * cells);
        this.hashes[n] = this.hashes[row];
        if (this.modules) this.modules[n] = this.modules[row];
        n++;
      }
      this.count = n;
    }
    if (this.distinct) this.index(this.table.length);
  }
}

/** Hash of a row's place. */
function mix(place: number): number {
  let h = Math.imul(place ^ DRAW, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
