import {
  type ChipCost,
  type CostOptions,
  judge,
  type Limits,
  measureCost,
  technologies,
  type Verdict,
} from '../../budget/index.js';
import { type ChipDescription, emitChip } from '../../chips/index.js';
import { detectorOf } from '../../detector/index.js';
import type { FlowContext } from '../run/context.js';
import type { StepState } from '../run/run-folder.js';
import { readSplit } from './data.js';
import { runChipDescription } from './rtl.js';
import { readSimulation, SIMULATION, type SimulationRecord } from './simulate.js';
import { modelHash, runModel } from './train.js';

export const COST = 'cost.json';

export interface CostRecord {
  readonly cost: ChipCost;
  readonly verdicts: readonly Verdict[];
}

/** Synthesis, area, energy and power of the chip, latency as simulated, all against the limits. */
export async function costStep(context: FlowContext, limits: Limits): Promise<StepState> {
  const { run, progress, settings } = context;
  const description = runChipDescription(context);
  const inputs = {
    chip: description.hash,
    model: modelHash(context),
    limits,
    simulation: run.outputHash(SIMULATION),
    technology: settings.technology,
  };
  const technology =
    settings.technology === undefined
      ? undefined
      : technologies.get(settings.technology, 'setting technology');
  return run.step('budget', inputs, async () => {
    const { cost, verdicts } = await judgeChip(description, readSimulation(context), limits, {
      progress,
      technology,
      stimulus: { model: runModel(context), batch: (await readSplit(context)).test },
    });
    // Seconds are no property of the chip: the same run leaves the same bytes.
    const record: CostRecord = { cost: { ...cost, synthesisSeconds: 0 }, verdicts };
    return [run.writeRecord(COST, record)];
  });
}

export function costRecord({ run }: FlowContext): CostRecord {
  return run.outputRecord<CostRecord>(COST)!;
}

/** What a chip costs, its switching measured on the given wafers, and whether it and its simulation hold the limits. */
export async function judgeChip(
  description: ChipDescription,
  simulation: SimulationRecord,
  limits: Limits,
  options: Pick<CostOptions, 'progress' | 'stimulus' | 'technology'>,
): Promise<CostRecord> {
  const cost = await measureCost(emitChip(description).files, description, options);
  return {
    cost,
    verdicts: [
      equalityVerdict(simulation),
      ...judge(cost, simulation.times, limits, simulation.quality, detectorOf(description.options.detector)),
    ],
  };
}

/** Every output bit of every simulated bunch crossing against the integer reference. */
function equalityVerdict(simulation: SimulationRecord): Verdict {
  const [main] = simulation.runs;
  return {
    name: 'Verilog = integer reference',
    value: main.mismatches,
    unit: 'differing bits',
    relation: '=',
    limit: 0,
    method: 'measured',
    holds: main.mismatches === 0 && simulation.commitAccepted,
    note: `${main.bx} wafers, ${main.bits} bits compared; weights loaded over I2C, commit ${simulation.commitAccepted ? 'accepted' : 'refused'}`,
  };
}
