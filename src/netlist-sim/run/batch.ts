import { type GroupOptions, runGroups } from './groups.js';
import type { InputPort } from './ports.js';

/** What a thread needs to run a design: code, state and addresses, no names. Addresses count 32-bit words. */
export interface BatchPlan {
  readonly code: Uint8Array<ArrayBuffer>;
  readonly pages: number;
  /** Memory from which every stimulus starts. */
  readonly state: Uint8Array;
  readonly marks: number;
  readonly markWords: number;
  /** Word that is set when asynchronous controls do not come to rest. */
  readonly unstable: number;
  readonly inputs: readonly (InputPort & { readonly words: number })[];
  /** Words of all inputs in one cycle. */
  readonly inputWords: number;
  /** Words of the outputs: which output, and where the word lies, or its constant value. */
  readonly outputs: readonly { readonly port: number; readonly address: number; readonly constant: number }[];
}

/** At most four stimuli, one per lane. */
export interface BatchGroup {
  readonly index: number;
  readonly stimuli: readonly Uint32Array[];
  readonly upsets: readonly { readonly cycle: number; readonly address: number; readonly mask: number }[];
}

/** Runs groups of stimuli on threads, each from the same state: the words of the outputs, stimulus by stimulus. */
export async function runStimuli(
  plan: BatchPlan,
  groups: readonly BatchGroup[],
  options: GroupOptions,
): Promise<Uint32Array[]> {
  const url = new URL('./batch-worker.js', import.meta.url);
  return (await runGroups<readonly Uint32Array[]>(url, plan, groups, options)).flat();
}
