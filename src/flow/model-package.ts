import type { TmrMode } from '../chip/index.js';
import {
  defaultGenerator,
  generateWafers,
  readWafers,
  selectWafers,
  type WaferBatch,
} from '../dataset/index.js';
import type { Model } from '../model/index.js';
import { type ChipJob, chipJob, cycle, writePackage } from './steps/rtl.js';

export interface PackageTask {
  readonly folder: string;
  /** Wafers of the vectors; generated ones when left out. */
  readonly data?: string;
  /** Rows of the vectors. */
  readonly bx: number;
  readonly tmr: TmrMode;
}

/** The hand-over package of a model, outside a run. */
export async function writeModelPackage(
  model: Model,
  task: PackageTask,
): Promise<{ files: string[]; job: ChipJob }> {
  const job = chipJob(model, task.tmr, cycle(await vectorWafers(task.data, task.bx), task.bx));
  return { files: writePackage(task.folder, job), job };
}

/** Wafers to simulate: of a file, or a few hundred generated ones, enough for every kind of wafer. */
export async function vectorWafers(file: string | undefined, bx: number): Promise<WaferBatch> {
  if (file !== undefined) return selectWafers(await readWafers(file));
  return selectWafers(generateWafers({ ...defaultGenerator, wafers: Math.min(bx, 2000) }).batch);
}
