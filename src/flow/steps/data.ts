import { basename } from 'node:path';
import { EconError, readBytes, sha256, writeFileAtomic } from '../../base/index.js';
import {
  compareDistributions,
  dedupe,
  defaultGenerator,
  generateWafers,
  readWafers,
  type Split,
  selectWafers,
  splitWafers,
  writeWafers,
} from '../../dataset/index.js';
import { artefactJson, type FlowContext } from '../context.js';
import type { StepState } from '../run-folder.js';

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

/** Fewer held-out wafers than this say nothing about a mean EMD. */
const LEAST_WAFERS = 50;

/**
 * The wafers of the run: generated, or of the user's file; distinct ones with at least 3 cells and one MIP.
 * @param file CSV, NPY or NPZ of CALQ; the generator makes them when it is left out
 */
export async function dataStep(context: FlowContext, file: string | undefined): Promise<StepState> {
  const { run, settings, progress } = context;
  const inputs =
    file === undefined
      ? { generator: { ...defaultGenerator, seed: settings.seed, wafers: settings.wafers } }
      : { sha256: sha256(readBytes(file)) };
  return run.step('data', inputs, async () => {
    const all = inputs.generator ? generateWafers(inputs.generator, progress).batch : await readWafers(file!);
    const selected = dedupe(selectWafers(all));
    if (selected.count < LEAST_WAFERS) {
      throw new EconError({
        code: 'flow/few-wafers',
        where: file ?? 'generated wafers',
        what: `only ${selected.count} of ${all.count} wafers are distinct, have 3 cells or more and one MIP (35 CALQ) or more.`,
        remedy: `Give at least ${LEAST_WAFERS} such wafers; some thousands train well.`,
      });
    }
    await writeWafers(run.file(WAFERS), selected);
    const { train, validation, test } = splitWafers(selected, { seed: settings.seed });
    const record: DataRecord = {
      source: file === undefined ? `generator, seed ${settings.seed}` : basename(file),
      sha256: inputs.sha256 ?? sha256(new Uint8Array(all.charges.buffer)),
      read: all.count,
      selected: selected.count,
      splits: { train: train.count, validation: validation.count, test: test.count },
    };
    writeFileAtomic(run.file(ABOUT), artefactJson(record));
    return [WAFERS, ABOUT];
  });
}

/** The wafers of the run, dealt into its three sets. */
export async function readSplit({ run, settings }: FlowContext): Promise<Split> {
  return splitWafers(await readWafers(run.file(WAFERS)), { seed: settings.seed });
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
export async function compareDataStep({ run }: FlowContext, file: string): Promise<StepState> {
  const inputs = { data: run.outputHash(WAFERS), beside: sha256(readBytes(file)) };
  return run.step('compare-data', inputs, async () => {
    const mine = await readWafers(run.file(WAFERS));
    const beside = selectWafers(await readWafers(file));
    const record: DistributionRecord = {
      names: ['this run', basename(file)],
      pairs: compareDistributions(mine, beside),
    };
    writeFileAtomic(run.file(DISTRIBUTIONS), artefactJson(record));
    return [DISTRIBUTIONS];
  });
}
