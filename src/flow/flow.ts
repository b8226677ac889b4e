import { silent } from '../base/index.js';
import { type Limits, limitsFor, type Verdict } from '../budget/index.js';
import type { DataOptions } from '../dataset/index.js';
import type { RunSummary } from '../report/index.js';
import type { FlowContext, RunTask } from './run/context.js';
import { RunFolder } from './run/run-folder.js';
import { type FlowInput, type FlowSettings, flowSettings } from './run/settings.js';
import { costRecord, costStep } from './steps/cost.js';
import { compareDataStep, dataStep } from './steps/data.js';
import { evaluateStep, type QualityRecord, qualityRecord, referenceModelFolder } from './steps/evaluate.js';
import { writeReport } from './steps/report.js';
import { rtlStep } from './steps/rtl.js';
import { simulateStep } from './steps/simulate.js';
import { refitStep, trainStep } from './steps/train.js';

export interface FlowTask extends RunTask {
  readonly input: FlowInput;
  /** Wafers of the user; the generator makes them when left out. */
  readonly data?: string;
  /** Folder of CMSSW float autoencoders; looked for beside the data when left out. */
  readonly referenceModels?: string;
  readonly limits?: Limits;
  /** Folder of a model whose reconstruction the training is to come near, too. */
  readonly teacher?: string;
  /** One line for the user, such as why a check was skipped. */
  readonly note?: (text: string) => void;
}

export interface TrainRunResult {
  readonly settings: FlowSettings;
  readonly modelFolder: string;
  /** Of the run's own number of links, on the held-out wafers; an empty reconstruction counts as an even spread. */
  readonly meanEmd: number;
  readonly quality: QualityRecord;
}

export interface FlowResult extends TrainRunResult {
  readonly verdicts: readonly Verdict[];
  /** What else does better at these links, in one sentence. */
  readonly better?: string;
  readonly report: string;
}

type Step = readonly [name: string, work: () => Promise<unknown>];

/** Data, training and quality: the part of a flow that `econ train` does. `econ flow` in the same folder goes on. */
export async function trainRun(task: FlowTask): Promise<TrainRunResult> {
  return inRun(task, async (context) => {
    await steps(context, trainingSteps(context, task));
    writeReport(context);
    return trainResult(context);
  });
}

/** Everything: data, training, quality, Verilog, simulation, budgets, report. */
export async function flowRun(task: FlowTask): Promise<FlowResult> {
  return inRun(task, async (context) => {
    await steps(context, [
      ...trainingSteps(context, task),
      ['rtl', () => rtlStep(context)],
      ['simulate', () => simulateStep(context)],
      ['budget', () => costStep(context, task.limits ?? limitsFor(context.settings.detector))],
    ]);
    return {
      ...trainResult(context),
      verdicts: costRecord(context).verdicts,
      better: writeReport(context).better,
      report: context.run.file('report.html'),
    };
  });
}

function trainingSteps(context: FlowContext, task: FlowTask): Step[] {
  const { detector } = context.settings;
  if (detector)
    context.note(
      `skipped: the other algorithms of the chip: they pack the cells of HGCAL, not of ${detector.name}`,
    );
  const references = detector ? undefined : (task.referenceModels ?? referenceModelFolder(task.data));
  return [
    ['data', () => dataStep(context, task.data, task.reading)],
    ['train', () => trainStep(context)],
    ['refit', () => refitStep(context)],
    ['evaluate', () => evaluateStep(context, references)],
  ];
}

/** The steps in order. A step that fails leaves a report of what there is, with the error in it. */
async function steps(context: FlowContext, list: readonly Step[]): Promise<void> {
  for (const [name, work] of list) {
    context.signal?.throwIfAborted();
    try {
      await work();
    } catch (error) {
      if (!context.signal?.aborted && error instanceof Error)
        writeReport(context, { step: name, error: error.message });
      throw error;
    }
  }
}

async function inRun<T>(task: FlowTask, work: (context: FlowContext) => Promise<T>): Promise<T> {
  const { progress = silent, signal, threads, teacher, note = () => {} } = task;
  const settings = flowSettings(task.input);
  const run = RunFolder.open(task.folder, settings);
  return run.locked(() => work({ run, settings, progress, signal, threads, teacher, note }));
}

function trainResult(context: FlowContext): TrainRunResult {
  const quality = qualityRecord(context);
  const { etx } = context.settings;
  const own = quality.comparison.rows.find((row) => row.etx === etx && row.name === quality.ours);
  return {
    settings: context.settings,
    modelFolder: context.run.file('model'),
    meanEmd: own?.evaluation.emdWithGuess.mean ?? Number.NaN,
    quality,
  };
}

/**
 * Renders a run again as far as it has come.
 * @param compareWith wafers to set the run's own beside (the data page of the report)
 * @param reading how to read them
 */
export async function reportRun(
  folder: string,
  compareWith?: string,
  reading: DataOptions = {},
): Promise<{ summary: RunSummary; html: string }> {
  const run = RunFolder.read(folder);
  return run.locked(async () => {
    const settings = flowSettings(run.settings as FlowInput);
    const context: FlowContext = { run, settings, progress: silent, note: () => {} };
    if (compareWith !== undefined) await compareDataStep(context, compareWith, reading);
    return { summary: writeReport(context), html: run.file('report.html') };
  });
}
