import { basename } from 'node:path';
import { EconError, hashFile, inTurns, sha256 } from '../../base/index.js';
import {
  builtInInPieces,
  collectWafers,
  compareDistributions,
  type DataOptions,
  dedupe,
  defaultGenerator,
  readWafers,
  type Split,
  selectWafers,
  splitWafers,
  type WaferBatch,
  writeWafers,
} from '../../dataset/index.js';
import { detectorOfModel } from '../../model/index.js';
import type { FlowContext } from '../run/context.js';
import type { StepState } from '../run/run-folder.js';
import type { FlowSettings } from '../run/settings.js';

export const WAFERS = 'data/wafers.npz';
export const ABOUT = 'data/data.json';
export const DISTRIBUTIONS = 'data/distributions.json';

/** What data.json says. */
export interface DataRecord {
  readonly source: string;
  /** Of the file that was given, or of the generated wafers. */
  readonly sha256: string;
  /** Before selection. */
  readonly read: number;
  /** Distinct wafers with at least 3 cells and one MIP. */
  readonly selected: number;
  readonly splits: Readonly<Record<keyof Split, number>>;
}

/** Fewer wafers than this say nothing about a mean EMD. */
const LEAST_WAFERS = 50;

function checkEnough(selected: WaferBatch, read: number, where: string, least = LEAST_WAFERS): void {
  if (selected.count >= least) return;
  throw new EconError({
    code: 'flow/few-wafers',
    where,
    what: `only ${selected.count} of ${read} wafers are distinct, have 3 cells or more and one MIP (35 CALQ) or more.`,
    remedy: `Give at least ${least} such wafers; some thousands train well.`,
  });
}

/** The distinct wafers of a file with at least 3 cells and one MIP, dealt into three sets. @throws EconError flow/few-wafers */
export async function splitFile(
  file: string,
  seed: number,
  reading: DataOptions = {},
  least = LEAST_WAFERS,
): Promise<Split> {
  const { batch, read } = await collectWafers(file, { ...reading, distinct: true });
  checkEnough(batch, read, file, least);
  return splitWafers(batch, { seed });
}

/**
 * The wafers of the run: generated, or of the user's file; distinct ones with at least 3 cells and one MIP.
 * @param file any that streamWafers reads; the generator makes them when it is left out
 * @param reading how to read it
 */
export async function dataStep(
  context: FlowContext,
  file: string | undefined,
  reading: DataOptions = {},
): Promise<StepState> {
  const { run, settings, progress, signal, note } = context;
  const inputs =
    file === undefined
      ? builtIn(settings)
      : { sha256: await hashFile(file, progress), ...readingKey(reading) };
  return run.step('data', inputs, async () => {
    const given = { progress, signal, note, ...reading, ...detectorOfModel(settings), distinct: true };
    const {
      batch: selected,
      read,
      hash,
    } = 'generator' in inputs
      ? await generated(context)
      : { ...(await collectWafers(file!, given)), hash: inputs.sha256 };
    checkEnough(selected, read, file ?? 'generated wafers');
    await writeWafers(run.file(WAFERS), selected);
    const { train, validation, test } = splitWafers(selected, { seed: settings.seed });
    const record: DataRecord = {
      source: file === undefined ? `generator, seed ${settings.seed}` : basename(file),
      sha256: hash,
      read,
      selected: selected.count,
      splits: { train: train.count, validation: validation.count, test: test.count },
    };
    return [WAFERS, run.writeRecord(ABOUT, record)];
  });
}

/** What decides the wafers of the generator. */
function builtIn({ seed, wafers, detector }: FlowSettings) {
  return { generator: detector ? { detector, seed, wafers } : { ...defaultGenerator, seed, wafers } };
}

async function generated({ settings, progress, signal }: FlowContext) {
  const { detector } = detectorOfModel(settings);
  const batch = await inTurns(builtInInPieces(detector, settings.seed, settings.wafers, progress), signal);
  const hash = sha256(new Uint8Array(batch.charges.buffer));
  return { batch: dedupe(selectWafers(batch)), read: batch.count, hash };
}

/** What of the reading decides which wafers come out; nothing when nothing was said. */
export function readingKey({ columns, dataset, scale, most }: DataOptions): object {
  const said = Object.entries({ columns, dataset, scale, most }).filter(([, value]) => value !== undefined);
  return said.length > 0 ? { reading: Object.fromEntries(said) } : {};
}

/** The wafers of the run, dealt into its three sets. */
export async function readSplit({ run, settings }: FlowContext): Promise<Split> {
  const wafers = await readWafers(run.file(WAFERS), detectorOfModel(settings));
  return splitWafers(wafers, { seed: settings.seed });
}

export function dataHash({ run }: FlowContext): string | undefined {
  return run.outputHash(WAFERS);
}

/** What distributions.json holds: the run's wafers beside those of a file. */
export interface DistributionRecord {
  readonly names: readonly [string, string];
  readonly pairs: ReturnType<typeof compareDistributions>;
}

/** Sets the wafers of the run beside those of a file, both with the standard selection. */
export async function compareDataStep(
  { run, settings }: FlowContext,
  file: string,
  reading: DataOptions,
): Promise<StepState> {
  const beside = await hashFile(file, reading.progress);
  const inputs = { data: run.outputHash(WAFERS), beside, ...readingKey(reading) };
  return run.step('compare-data', inputs, async () => {
    const of = detectorOfModel(settings);
    const mine = await readWafers(run.file(WAFERS), of);
    const { batch: beside } = await collectWafers(file, { ...reading, ...of });
    const record: DistributionRecord = {
      names: ['this run', basename(file)],
      pairs: compareDistributions(mine, beside),
    };
    return [run.writeRecord(DISTRIBUTIONS, record)];
  });
}
