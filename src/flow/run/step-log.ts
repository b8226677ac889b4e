import { existsSync } from 'node:fs';
import { version as yosys } from '@yowasp/yosys';
import { z } from 'zod';
import { readJson, version, writeFileAtomic } from '../../base/index.js';

const entry = z.strictObject({
  /** Wall time in s, of the last time that the step ran. */
  seconds: z.number().min(0),
  /** Versions of what ran it. */
  econ: z.string(),
  node: z.string(),
  yosys: z.string(),
});
export type StepLogEntry = z.infer<typeof entry>;
const logSchema = z.record(z.string(), entry);

/** Beside run.json, not in it: what a run leaves is the same bytes every time, how long it took is not. */
export const STEP_LOG = 'steps.json';

/** How each step went when it last ran; empty when nothing is written of it. @param path of steps.json */
export function readStepLog(path: string): Readonly<Record<string, StepLogEntry>> {
  if (!existsSync(path)) return {};
  const parsed = logSchema.safeParse(readJson(path, 'Remove the file: it is for information only.'));
  return parsed.success ? parsed.data : {};
}

/** Notes that a step ran. */
export function logStep(path: string, name: string, seconds: number): void {
  const log = {
    ...readStepLog(path),
    [name]: { seconds, econ: version, node: process.versions.node, yosys },
  };
  writeFileAtomic(path, `${JSON.stringify(log, null, 2)}\n`);
}
