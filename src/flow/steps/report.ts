import { existsSync, statSync } from 'node:fs';
import { version, writeFileAtomic } from '../../base/index.js';
import { latentBits } from '../../blocks/index.js';
import type { ChipCost, Verdict } from '../../budget/index.js';
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
      ...(data ? { dataSource: data.source, dataHash: data.sha256 } : {}),
      ...(modelHash(context) ? { modelHash: modelHash(context) } : {}),
      settings: Object.fromEntries(
        Object.entries({ ...settings, ...settings.training }).flatMap(([key, value]) =>
          key === 'training' || key === 'detector'
            ? []
            : [[key, Array.isArray(value) ? value.join(', ') : String(value)]],
        ),
      ),
      steps: Object.entries(stepSections).map(([name, provides]) => ({
        name,
        state: run.isDone(name) ? 'done' : failure?.step === name ? 'failed' : 'not run',
        provides: [...provides],
        ...(failure?.step === name ? { note: failure.error } : {}),
      })),
    },
    ...(settings.detector ? { detector: settings.detector } : {}),
    ...(cost ? { verdicts: cost.verdicts.map(verdictRow) } : {}),
    ...(quality ? better(quality, context) : {}),
    ...(data ? { dataset: datasetSection(data, distributions) } : {}),
    ...(history ? { training: trainingSection(history) } : {}),
    ...(quality ? { quality: qualityOf(quality, context), wafers: quality.examples.map(exampleRow) } : {}),
    ...(run.isDone('rtl') ? { chip: chipSection(runChipDescription(context)) } : {}),
    ...(simulation
      ? {
          simulation: simulationSection(simulation),
          registers: registerSection(
            settingsToRegisterWrites(settingsForModel(runModel(context))),
            simulation.commitAccepted,
          ),
        }
      : {}),
    ...(cost ? { cost: costSection(cost.cost) } : {}),
    artefacts: run
      .artefacts()
      .filter(({ path }) => existsSync(run.file(path)))
      .map(({ path, sha256 }) => ({ path, sha256, bytes: statSync(run.file(path)).size })),
  };
}

function verdictRow(v: Verdict): NonNullable<RunSummary['verdicts']>[number] {
  const { name, value, unit, relation, limit, method, holds, note } = v;
  return {
    name,
    value,
    unit,
    relation,
    method,
    holds,
    limit: limit ?? NO_LIMIT,
    ...(note ? { note } : {}),
  };
}

function better({ comparison, ours }: QualityRecord, context: FlowContext): { better?: string } {
  const { etx } = context.settings;
  const econtEncoder = sameShape(runModel(context).encoder.shape, econtShape);
  const sentence = betterChoice({ comparison, ours, etx, econtEncoder });
  return sentence === undefined ? {} : { better: sentence };
}

function datasetSection(data: DataRecord, beside?: DistributionRecord): RunSummary['dataset'] {
  return {
    wafers: data.selected,
    splits: Object.entries(data.splits).map(([name, wafers]) => ({ name, wafers })),
    note: `${data.source}: ${data.read} wafers, of which ${data.selected} are distinct and have at least 3 cells and one MIP.`,
    ...(beside ? { distributions: distributionSections(beside.pairs, beside.names, quantileLevels) } : {}),
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
      ...(epoch.learningRate > 0 ? { learningRate: epoch.learningRate } : {}),
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

function exampleRow({ name, charges, reconstruction, emd }: QualityRecord['examples'][number]) {
  return { name, charges: [...charges], reconstruction: [...reconstruction], emd };
}

function simulationSection({ runs }: SimulationRecord): RunSummary['simulation'] {
  // The simulator is a part of econ.
  return { runs: runs.map((run) => ({ ...run, version })) };
}

function costSection(cost: ChipCost): RunSummary['cost'] {
  return {
    technology: cost.technology,
    rows: cost.chip.children.map((block) => ({
      block: block.path,
      cells: block.logic + block.flipFlops,
      ...(block.planned === undefined ? {} : { flipFlopsPlanned: block.planned }),
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
