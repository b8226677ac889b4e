import { type ChipCost, defaultLimits, type Limits, type Verdict } from '../budget/index.js';
import type { Model } from '../model/index.js';
import { vectorWafers } from './model-package.js';
import { type SimulateTask, simulateModel } from './simulate-model.js';
import { judgeChip } from './steps/cost.js';
import { chipOfModel } from './steps/rtl.js';
import { simulationRecord } from './steps/simulate.js';

/** Cost and verdicts of a model's chip outside a run. */
export async function budgetModel(
  model: Model,
  task: SimulateTask & { readonly limits?: Limits },
): Promise<{ readonly cost: ChipCost; readonly verdicts: readonly Verdict[] }> {
  const { run } = await simulateModel(model, task);
  const description = chipOfModel(model, task.tmr);
  return judgeChip(description, simulationRecord(run), task.limits ?? defaultLimits, {
    progress: task.progress,
    stimulus: { model, batch: await vectorWafers(task.data, task.bx) },
  });
}
