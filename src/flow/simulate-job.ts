import { type Progress, silent } from '../base/index.js';
import { type ChipSettings, defaultEcontOptions } from '../blocks/index.js';
import { type ConformRunner, chipWrites, describeChip, runChip } from '../chips/index.js';
import type { Simulator } from '../netlist-sim/index.js';
import {
  type ChipRun,
  loadChip,
  type NativeRun,
  type NativeSimulator,
  renderDivergence,
  runTestbench,
  simulateChip,
} from '../verify/index.js';
import type { ChipJob } from './steps/rtl.js';

export interface SimulateTask {
  /** Also through the emitted testbench in these simulators. */
  readonly native?: readonly NativeSimulator[];
  /** Takes a VCD file of the 32 BX before the first wrong packet. */
  readonly wave?: (text: string) => void;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

export interface SimulateResult {
  readonly run: ChipRun;
  readonly native: readonly (NativeRun | { readonly simulator: NativeSimulator; readonly skipped: string })[];
  /** Every simulator that ran agrees with the reference. */
  readonly equal: boolean;
}

/** A chip on its words against what must come out. */
export async function simulateJob(job: ChipJob, task: SimulateTask): Promise<SimulateResult> {
  const { progress = silent, signal } = task;
  const run = await simulateChip({ ...job, wave: task.wave, progress, signal });
  const native: SimulateResult['native'][number][] = [];
  for (const simulator of task.native ?? []) {
    progress.start(simulator, 1, 'run');
    const result = await runTestbench(simulator, job.description, job.vectors);
    progress.stop();
    native.push('skipped' in result ? { simulator, ...result } : result);
  }
  const equal =
    run.mismatches === 0 &&
    run.commitAccepted !== false &&
    run.readBack.wrong === 0 &&
    native.every((n) => 'skipped' in n || n.passed);
  return { run, native, equal };
}

/** As measured, where the words let it be seen. */
function latencyOf({ chipLatency, encoderLatency }: SimulateResult['run']): string {
  const encoder = encoderLatency === undefined ? '' : ` (encoder ${encoderLatency})`;
  return chipLatency === undefined
    ? `latency not measured (it shows in words that begin with BX 0)${encoder}`
    : `latency ${chipLatency} BX${encoder}`;
}

/** Lines for the user; `skipped: reason` for what could not run. */
export function renderSimulation({ run, native }: SimulateResult): string {
  const lines = [
    `econ       ${run.equalRows}/${run.rows} wafers equal, ${run.mismatches} of ${run.bits} bits differ, ${latencyOf(run)}, ${run.commitAccepted === undefined ? '' : `commit ${run.commitAccepted ? 'accepted' : 'REFUSED'}, `}${run.readBack.wrong} of ${run.readBack.bytes} bytes read back wrong`,
  ];
  if (run.divergence) lines.push(renderDivergence(run.divergence));
  for (const n of native) {
    const name = n.simulator.padEnd(10);
    if ('skipped' in n) lines.push(`${name} skipped: ${n.skipped}`);
    else {
      lines.push(
        `${name} ${n.equalRows}/${n.rows} wafers equal, testbench ${n.passed ? 'passed' : 'FAILED'}`,
      );
      if (!n.passed) lines.push(n.output.trim());
    }
  }
  return lines.join('\n');
}

/**
 * Runs vector cases on the emitted Verilog of the whole ECON-T, registers and weights from the case's settings over
 * I2C. A chip is built for each generation and arithmetic of the cases, and configured anew for every case.
 */
export function rtlConformRunner(options: {
  readonly progress?: Progress;
  readonly note?: (text: string) => void;
}): ConformRunner {
  const chips = new Map<string, Promise<Simulator>>();
  return async (settings: ChipSettings, words: Uint32Array, name: string) => {
    const { arithmetic, generation, stcTie } = settings;
    const description = describeChip({ arithmetic, econt: { ...defaultEcontOptions, generation, stcTie } });
    const writes = chipWrites(description.options, settings);
    if (!chips.has(description.hash)) chips.set(description.hash, loadChip(description));
    const run = await simulateChip({
      description,
      settings,
      vectors: { writes, words, expected: runChip(settings, words) },
      chip: await chips.get(description.hash),
      progress: options.progress,
    });
    if (run.divergence) options.note?.(`${name}: ${renderDivergence(run.divergence)}`);
    return run.words;
  };
}
