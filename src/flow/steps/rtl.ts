import { rmSync } from 'node:fs';
import { type ChipSettings, ETX, inputFormat } from '../../blocks/index.js';
import {
  type ChipDescription,
  type ChipVectors,
  describeChip,
  runChip,
  settingsToRegisterWrites,
  TESTBENCH_ROWS,
  writeRtlPackage,
} from '../../chips/index.js';
import { rows, type WaferBatch } from '../../dataset/index.js';
import type { TmrMode } from '../../hdl/index.js';
import { checkDetector, type Model } from '../../model/index.js';
import type { FlowContext } from '../run/context.js';
import type { StepState } from '../run/run-folder.js';
import { dataHash, readSplit } from './data.js';
import { linkWords, settingsForModel } from './model-on-chip.js';
import { modelHash, runModel } from './train.js';

export const RTL = 'chip';

/** What chip a run builds. */
export function runChipDescription(context: FlowContext): ChipDescription {
  return chipOfModel(runModel(context), context.settings.tmr);
}

export function chipOfModel(model: Model, tmr: TmrMode): ChipDescription {
  const { arithmetic, detector } = model;
  const { shape } = model.encoder;
  return describeChip({ arithmetic, tmr, shape, ...(detector ? { detector } : {}) });
}

/** A chip, its registers, and what goes in and must come out. */
export interface ChipJob {
  readonly description: ChipDescription;
  readonly settings: ChipSettings;
  readonly vectors: ChipVectors;
}

/** Link words of wafers, one BX each, and the words that the integer reference makes of them. */
export function chipJob(model: Model, tmr: TmrMode, wafers: WaferBatch): ChipJob {
  checkDetector(model, wafers);
  const settings = settingsForModel(model);
  const words = linkWords(wafers, settings);
  const vectors = { writes: settingsToRegisterWrites(settings), words, expected: runChip(settings, words) };
  return { description: chipOfModel(model, tmr), settings, vectors };
}

/** As many held-out wafers as asked for, from the first again when there are fewer. */
export function cycle(batch: WaferBatch, count: number): WaferBatch {
  return rows(
    batch,
    Uint32Array.from({ length: count }, (_, i) => i % batch.count),
  );
}

/** The job of the run: its model on its held-out wafers. */
export async function runJob(context: FlowContext): Promise<ChipJob> {
  const { test } = await readSplit(context);
  return chipJob(runModel(context), context.settings.tmr, cycle(test, context.settings.bx));
}

/** Writes the hand-over package: Verilog, testbench, vectors, constraints, register docs, manifest. */
export async function rtlStep(context: FlowContext): Promise<StepState> {
  const { run, settings } = context;
  const { hash } = runChipDescription(context);
  const inputs = { chip: hash, model: modelHash(context), data: dataHash(context), bx: settings.bx };
  return run.step('rtl', inputs, async () => {
    rmSync(run.file(RTL), { recursive: true, force: true });
    const files = writePackage(run.file(RTL), await runJob(context));
    return files.map((file) => `${RTL}/${file}`);
  });
}

/**
 * The package of a job in a folder.
 * @param prefix before the names of all modules
 * @returns its files, MANIFEST.json last
 */
export function writePackage(folder: string, { description, vectors }: ChipJob, prefix = ''): string[] {
  const most = {
    ...vectors,
    words: vectors.words.subarray(0, TESTBENCH_ROWS * inputFormat(description.options).links),
    expected: vectors.expected.subarray(0, TESTBENCH_ROWS * ETX),
  };
  const text = writeRtlPackage(folder, description, most, undefined, prefix);
  const manifest = JSON.parse(text) as { files: { path: string }[] };
  return [...manifest.files.map((file) => file.path), 'MANIFEST.json'];
}
