import type { Progress } from '../../base/index.js';
import type { Detector } from '../../detector/index.js';

/** How a file of wafers is to be read, where it does not say so itself. */
export interface ReadOptions {
  /** What the wafers are of. @default HGCAL */
  readonly detector?: Detector;
  /** Names of the columns of cells in TC_Number order: `tc_{0..47}`, a list, or what stands before the numbers. */
  readonly columns?: string;
  /** Data set (HDF5), tree (ROOT), array (NPZ) or column of lists (Parquet) with the wafers. */
  readonly dataset?: string;
  /** Charge of the number 1; products are rounded to integers, and told. @default 1, and fractions are refused */
  readonly scale?: number;
  /** Gets what was taken for granted, left out or rounded, a sentence each. */
  readonly note?: (text: string) => void;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}
