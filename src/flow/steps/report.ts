import { existsSync, statSync } from 'node:fs';
import { version, writeFileAtomic } from '../../base/index.js';
import { latentBits } from '../../blocks/index.js';
import type { ChipCost } from '../../budget/index.js';
import { settingsToRegisterWrites } from '../../chips/index.js';
import { quantileLevels } from '../../dataset/index.js';
import { econtShape, sameShape } from '../../encoder/index.js';
import {
  chipSection,
  distributionSections,
  NO_LIMIT,
  qualitySection,
  type RunSummary,
  registerSection,
  renderHtml,
  renderJson,
} from '../../report/index.js';
import type { FlowContext } from '../run/context.js';
import { betterChoice } from './better.js';
import { COST, type CostRecord } from './cost.js';
import { ABOUT, type DataRecord, DISTRIBUTIONS, type DistributionRecord } from './data.js';
import { QUALITY, type QualityRecord } from './evaluate.js';
import { settingsForModel } from './model-on-chip.js';
import { runChipDescription } from './rtl.js';
import { SIMULATION, type SimulationRecord } from './simulate.js';
import { HISTORY, type HistoryRecord, modelHash, runModel } from './train.js';

/** Steps of a flow in their order, with the sections of the report that each fills. */
export const stepSections = {
  data: ['dataset'],
  train: ['training'],
  refit: [],
  evaluate: ['quality', 'wafers'],
  rtl: ['chip', 'artefacts'],
  simulate: ['simulation', 'registers'],
  budget: ['cost'],
} as const;

/** Writes summary.json and report.html of what the run has reached so far; missing parts say that they are missing. */
export function writeReport(context: FlowContext, failure?: { step: string; error: string }): RunSummary {
  const summary = summarise(context, failure);
  const timed = withTimes(summary, context);
  writeFileAtomic(context.run.file('summary.json'), renderJson(summary));
  writeFileAtomic(context.run.file('report.html'), renderHtml(timed));
  return timed;
}

/** With wall times and versions of the steps, which differ where the results are the same. */
function withTimes(summary: RunSummary, { run }: FlowContext): RunSummary {
  const { log } = run;
  const steps = summary.provenance?.steps?.map((step) => {
    const entry = log[step.name];
    if (entry === undefined) return step;
    const { seconds, econ, node, yosys } = entry;
    return { ...step, seconds, versions: `econ ${econ}, Node.js ${node}, Yosys ${yosys}` };
  });
  return summary.provenance ? { ...summary, provenance: { ...summary.provenance, steps } } : summary;
}

function summarise(context: FlowContext, failure?: { step: string; error: string }): RunSummary {
  const { run, settings } = context;
  const data = run.outputRecord<DataRecord>(ABOUT);
  const distributions = run.outputRecord<DistributionRecord>(DISTRIBUTIONS);
  const history = run.outputRecord<HistoryRecord>(HISTORY);
  const quality = run.outputRecord<QualityRecord>(QUALITY);
  const simulation = run.outputRecord<SimulationRecord>(SIMULATION);
  const cost = run.outputRecord<CostRecord>(COST);
  return {
    format: 'econ-report',
    version: 1,
    title: `econ: autoencoder chip for ${settings.etx} output link${settings.etx === 1 ? '' : 's'}`,
    provenance: {
      econVersion: version,
      seed: settings.seed,
      dataSource: data?.source,
      dataHash: data?.sha256,
      modelHash: modelHash(context),
      settings: Object.fromEntries(
        Object.entries({ ...settings, ...settings.training, training: undefined, detector: undefined })
          .filter(([, value]) => value !== undefined)
          .map(([key, value]) => [key, Array.isArray(value) ? value.join(', ') : String(value)]),
      ),
      steps: Object.entries(stepSections).map(([name, provides]) => ({
        name,
        state: run.isDone(name) ? 'done' : failure?.step === name ? 'failed' : 'not run',
        provides: [...provides],
        note: failure?.step === name ? failure.error : undefined,
      })),
    },
    detector: settings.detector,
    verdicts: cost?.verdicts.map((verdict) => ({ ...verdict, limit: verdict.limit ?? NO_LIMIT })),
    better: quality && better(quality, context),
    dataset: data && datasetSection(data, distributions),
    training: history && trainingSection(history),
    quality: quality && qualityOf(quality, context),
    wafers: quality?.examples.map(({ charges, reconstruction, ...example }) => ({
      ...example,
      charges: [...charges],
      reconstruction: [...reconstruction],
    })),
    chip: run.isDone('rtl') ? chipSection(runChipDescription(context)) : undefined,
    // The simulator is a part of econ.
    simulation: simulation && { runs: simulation.runs.map((one) => ({ ...one, version })) },
    registers:
      simulation &&
      registerSection(
        settingsToRegisterWrites(settingsForModel(runModel(context))),
        simulation.commitAccepted,
      ),
    cost: cost && costSection(cost.cost),
    artefacts: run
      .artefacts()
      .filter(({ path }) => existsSync(run.file(path)))
      .map(({ path, sha256 }) => ({ path, sha256, bytes: statSync(run.file(path)).size })),
  };
}

function better({ comparison, ours }: QualityRecord, context: FlowContext): string | undefined {
  const { etx } = context.settings;
  const econtEncoder = sameShape(runModel(context).encoder.shape, econtShape);
  return betterChoice({ comparison, ours, etx, econtEncoder });
}

function datasetSection(data: DataRecord, beside?: DistributionRecord): RunSummary['dataset'] {
  return {
    wafers: data.selected,
    splits: Object.entries(data.splits).map(([name, wafers]) => ({ name, wafers })),
    note: `${data.source}: ${data.read} wafers, of which ${data.selected} are distinct and have at least 3 cells and one MIP.`,
    distributions: beside && distributionSections(beside.pairs, beside.names, quantileLevels),
  };
}

function trainingSection({ engine, wafers, bestEpoch, history }: HistoryRecord): RunSummary['training'] {
  return {
    engine,
    wafers,
    bestEpoch,
    history: history.map((epoch) => ({
      epoch: epoch.epoch,
      loss: epoch.trainingLoss,
      validationEmd: epoch.validationEmd,
      learningRate: epoch.learningRate > 0 ? epoch.learningRate : undefined,
    })),
  };
}

function qualityOf(
  { comparison, ours, emds }: QualityRecord,
  { settings }: FlowContext,
): RunSummary['quality'] {
  return qualitySection(comparison, {
    data: 'the held-out part',
    ours,
    etx: settings.etx,
    emds: emds.map(({ name, emd }) => ({ name, emd: emd.map((value) => value ?? Number.NaN) })),
    bitsPerLatent: (etx) => latentBits(Math.min(etx, settings.etx)),
  });
}

function costSection(cost: ChipCost): RunSummary['cost'] {
  return {
    technology: cost.technology,
    rows: cost.chip.children.map((block) => ({
      block: block.path,
      cells: block.logic + block.flipFlops,
      flipFlopsPlanned: block.planned,
      flipFlopsFound: block.flipFlops,
      area: block.area * 1e6,
      energy: block.energy.total,
    })),
    note: [
      `Encoder in the verdicts: ${cost.encoderBlocks.join(', ')}, ${cost.encoder.area.toFixed(3)} mm2 together.`,
      ...cost.methods,
    ].join(' '),
  };
}
