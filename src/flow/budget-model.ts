import { type ChipCost, type Limits, limitsFor, type Technology, type Verdict } from '../budget/index.js';
import type { Model } from '../model/index.js';
import { modelJob, type PackageTask, vectorWafers } from './model-package.js';
import { type SimulateTask, simulateJob } from './simulate-job.js';
import { judgeChip } from './steps/cost.js';
import { simulationRecord } from './steps/simulate.js';

/** Cost and verdicts of a model's chip outside a run. */
export async function budgetModel(
  model: Model,
  task: PackageTask & SimulateTask & { readonly limits?: Limits; readonly technology?: Technology },
): Promise<{ readonly cost: ChipCost; readonly verdicts: readonly Verdict[] }> {
  const job = await modelJob(model, task);
  const { run } = await simulateJob(job, task);
  return judgeChip(job.description, simulationRecord(run), task.limits ?? limitsFor(model.detector), {
    progress: task.progress,
    technology: task.technology,
    stimulus: { model, batch: await vectorWafers(task, model) },
  });
}
