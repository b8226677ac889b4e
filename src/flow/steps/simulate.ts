import type { MeasuredQuality, MeasuredTimes } from '../../budget/index.js';
import { slice } from '../../dataset/index.js';
import { type ChipRun, renderDivergence, simulateChip } from '../../verify/index.js';
import type { FlowContext } from '../run/context.js';
import type { StepState } from '../run/run-folder.js';
import { chipQuality } from './chip-quality.js';
import { readSplit } from './data.js';
import { RTL, runJob } from './rtl.js';
import { runModel } from './train.js';

export const SIMULATION = 'simulation.json';

/** What simulation.json holds: of the run alone, nothing of the machine. */
export interface SimulationRecord {
  readonly runs: readonly {
    readonly engine: string;
    readonly bx: number;
    readonly bits: number;
    readonly mismatches: number;
    readonly latencyBx?: number;
    readonly firstDivergence?: string;
  }[];
  readonly times: MeasuredTimes;
  /** The weights were taken, and what was read back is what was written. */
  readonly commitAccepted: boolean;
  /** Of held-out wafers through the packets that came out; of a chip outside a run nothing is held out. */
  readonly quality?: MeasuredQuality;
}

/** Name of our simulator in tables. */
export const ENGINE = 'econ (WebAssembly)';

/** Simulates the emitted Verilog, weights over I2C, one held-out wafer per BX, against the integer reference. */
export async function simulateStep(context: FlowContext): Promise<StepState> {
  const { run, progress, signal, note } = context;
  return run.step('simulate', { package: run.outputHash(`${RTL}/MANIFEST.json`) }, async () => {
    const job = await runJob(context);
    const result = await simulateChip({ ...job, progress, signal });
    const { test } = await readSplit(context);
    const wafers = slice(test, 0, Math.min(test.count, result.rows));
    const quality = chipQuality(runModel(context), job.settings, result.words, wafers);
    if (result.divergence) note(renderDivergence(result.divergence));
    return [run.writeRecord(SIMULATION, { ...simulationRecord(result), quality })];
  });
}

export function readSimulation({ run }: FlowContext): SimulationRecord {
  return run.outputRecord<SimulationRecord>(SIMULATION)!;
}

export function simulationRecord(result: ChipRun): SimulationRecord {
  return {
    runs: [
      {
        engine: ENGINE,
        bx: result.rows,
        bits: result.bits,
        mismatches: result.mismatches,
        latencyBx: result.chipLatency,
        firstDivergence: result.divergence && renderDivergence(result.divergence),
      },
    ],
    times: {
      waferInterval: result.waferInterval,
      encoderLatency: result.encoderLatency,
      chipLatency: result.chipLatency,
    },
    commitAccepted: result.commitAccepted !== false && result.readBack.wrong === 0,
  };
}
