import type { TmrMode } from '../blocks/index.js';
import {
  collectWafers,
  defaultGenerator,
  generateWafers,
  selectWafers,
  type WaferBatch,
} from '../dataset/index.js';
import type { Model } from '../model/index.js';
import { type ChipJob, chipJob, cycle } from './steps/rtl.js';

export interface PackageTask {
  /** Wafers of the vectors; generated ones when left out. */
  readonly data?: string;
  /** Rows of the vectors. */
  readonly bx: number;
  readonly tmr: TmrMode;
}

/** The chip of a model on wafers, outside a run. */
export async function modelJob(model: Model, { data, bx, tmr }: PackageTask): Promise<ChipJob> {
  return chipJob(model, tmr, cycle(await vectorWafers(data, bx), bx));
}

/** Wafers to simulate: of a file, or a few hundred generated ones, enough for every kind of wafer. */
export async function vectorWafers(file: string | undefined, bx: number): Promise<WaferBatch> {
  if (file !== undefined) return (await collectWafers(file)).batch;
  return selectWafers(generateWafers({ ...defaultGenerator, wafers: Math.min(bx, 2000) }).batch);
}
