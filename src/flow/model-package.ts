import {
  collectWafers,
  type DataOptions,
  defaultGenerator,
  generateWafers,
  selectWafers,
  type WaferBatch,
} from '../dataset/index.js';
import type { TmrMode } from '../hdl/index.js';
import type { Model } from '../model/index.js';
import { type ChipJob, chipJob, cycle } from './steps/rtl.js';

export interface PackageTask {
  /** Wafers of the vectors; generated ones when left out. */
  readonly data?: string;
  /** How to read it. */
  readonly reading?: DataOptions;
  /** Rows of the vectors. */
  readonly bx: number;
  readonly tmr: TmrMode;
}

/** The chip of a model on wafers, outside a run. */
export async function modelJob(model: Model, task: PackageTask): Promise<ChipJob> {
  return chipJob(model, task.tmr, cycle(await vectorWafers(task), task.bx));
}

/** Wafers to simulate: of a file, or a few hundred generated ones, enough for every kind of wafer. */
export async function vectorWafers({
  data,
  reading,
  bx,
}: Pick<PackageTask, 'data' | 'reading' | 'bx'>): Promise<WaferBatch> {
  if (data !== undefined) return (await collectWafers(data, reading)).batch;
  return selectWafers(generateWafers({ ...defaultGenerator, wafers: Math.min(bx, 2000) }).batch);
}
