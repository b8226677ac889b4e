import { collectWafers, splitWafers } from '../dataset/index.js';
import { meanEmd } from '../quality/index.js';
import { type TrainingInput, trainEncoder, trainFloatTwin } from '../training/index.js';
import type { WaferTask } from './run/context.js';

export interface GapTask extends WaferTask {
  /** Wafers, in any form that streamWafers knows. */
  readonly data: string;
  /** Links, seed, length: the same for all trainings. The arithmetic is not taken from here. */
  readonly settings: TrainingInput & { readonly seed: number };
}

export interface ArithmeticGap {
  /** Held-out wafers, of the split with the training's seed. */
  readonly wafers: number;
  readonly rows: readonly {
    readonly arithmetic: 'float' | 'exact' | 'econt';
    /** Mean EMD on the held-out wafers; of the integer path where there is one. */
    readonly emd: number;
    /** emd / that of float - 1. */
    readonly gap: number;
  }[];
}

/** Trains the same network in float and in both integer arithmetics, and tells what the integers cost. */
export async function arithmeticGap(task: GapTask): Promise<ArithmeticGap> {
  const { settings, threads, progress, signal } = task;
  const { batch: wafers } = await collectWafers(task.data, {
    progress,
    signal,
    ...task.reading,
    distinct: true,
  });
  const { train, validation, test } = splitWafers(wafers, { seed: settings.seed });
  const common = { train, validation, threads, progress, signal };
  const float = await trainFloatTwin({ ...common, test, settings });
  const rows: ArithmeticGap['rows'][number][] = [{ arithmetic: 'float', emd: float, gap: 0 }];
  for (const arithmetic of ['exact', 'econt'] as const) {
    signal?.throwIfAborted();
    const { model } = await trainEncoder({ ...common, settings: { ...settings, arithmetic } });
    signal?.throwIfAborted();
    const emd = meanEmd(model, test);
    rows.push({ arithmetic, emd, gap: emd / float - 1 });
  }
  return { wafers: test.count, rows };
}

export function renderGap({ wafers, rows }: ArithmeticGap): string {
  const lines = rows.map(
    ({ arithmetic, emd, gap }) =>
      `${arithmetic.padEnd(12)}${emd.toFixed(3)}   ${arithmetic === 'float' ? '' : `${gap < 0 ? '' : '+'}${(100 * gap).toFixed(1)} %`}`,
  );
  return [`Mean EMD on ${wafers} held-out wafers, same data, seed and length of training:`, ...lines].join(
    '\n',
  );
}
