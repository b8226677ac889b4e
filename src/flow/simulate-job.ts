import { type Progress, silent } from '../base/index.js';
import {
  ALGORITHMS,
  type ChipSettings,
  type ConformRunner,
  describeChip,
  runChip,
  settingsToRegisterWrites,
  type TmrMode,
} from '../chip/index.js';
import type { Model } from '../model/index.js';
import {
  type ChipRun,
  type NativeRun,
  type NativeSimulator,
  renderDivergence,
  runTestbench,
  simulateChip,
} from '../simulation/index.js';
import { vectorWafers } from './model-package.js';
import { chipJob, cycle } from './steps/rtl.js';

export interface SimulateTask {
  /** Wafers to stream; generated ones when left out. */
  readonly data?: string;
  readonly bx: number;
  readonly tmr: TmrMode;
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

/** A model's chip against the integer reference, in our simulator and in others that are installed. */
export async function simulateModel(model: Model, task: SimulateTask): Promise<SimulateResult> {
  const { data, bx, tmr, progress = silent, signal } = task;
  const job = chipJob(model, tmr, cycle(await vectorWafers(data, bx), bx));
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
    run.commitAccepted &&
    run.readBack.wrong === 0 &&
    native.every((n) => 'skipped' in n || n.passed);
  return { run, native, equal };
}

/** Lines for the user; `skipped: reason` for what could not run. */
export function renderSimulation({ run, native }: SimulateResult): string {
  const lines = [
    `econ       ${run.equalRows}/${run.rows} wafers equal, ${run.mismatches} of ${run.bits} bits differ, latency ${run.chipLatency ?? '?'} BX (encoder ${run.encoderLatency ?? '?'}), commit ${run.commitAccepted ? 'accepted' : 'REFUSED'}, ${run.readBack.wrong} of ${run.readBack.bytes} bytes read back wrong`,
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
 * Runs vector cases on the emitted Verilog, registers and weights from the case's settings over I2C. Algorithms that
 * the chip does not have are skipped with that reason.
 */
export function rtlConformRunner(options: {
  readonly progress?: Progress;
  readonly note?: (text: string) => void;
}): ConformRunner {
  return async (settings: ChipSettings, words: Uint32Array, name: string) => {
    if (settings.algorithm !== ALGORITHMS[4])
      return { skipped: `the emitted chip has no ${settings.algorithm} yet` };
    const vectors = { writes: settingsToRegisterWrites(settings), words, expected: runChip(settings, words) };
    const description = describeChip({ arithmetic: settings.arithmetic });
    const run = await simulateChip({ description, settings, vectors, progress: options.progress });
    if (run.divergence) options.note?.(`${name}: ${renderDivergence(run.divergence)}`);
    return run.words;
  };
}
