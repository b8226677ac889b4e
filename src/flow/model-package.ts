import {
  builtInWafers,
  collectWafers,
  type DataOptions,
  selectWafers,
  type WaferBatch,
} from '../dataset/index.js';
import type { TmrMode } from '../hdl/index.js';
import { detectorOfModel, type Model } from '../model/index.js';
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
  return chipJob(model, task.tmr, cycle(await vectorWafers(task, model), task.bx));
}

/** That of the generator when nobody says another. */
const SEED = 1;

/** Wafers to simulate: of a file, or a few hundred generated ones, enough for every kind of wafer. */
export async function vectorWafers(
  { data, reading, bx }: Pick<PackageTask, 'data' | 'reading' | 'bx'>,
  model: Pick<Model, 'detector'> = {},
): Promise<WaferBatch> {
  const of = detectorOfModel(model);
  if (data !== undefined) return (await collectWafers(data, { ...reading, ...of })).batch;
  return selectWafers(builtInWafers(of.detector, SEED, Math.min(bx, 2000)));
}
