import { hashFile, sha256, silent } from '../base/index.js';
import {
  collectWafers,
  type DataOptions,
  dedupe,
  defaultGenerator,
  generateWafers,
  selectWafers,
  slice,
  splitWafers,
  type WaferBatch,
} from '../dataset/index.js';
import { cellsOf } from '../detector/index.js';
import { type Arithmetic, packWeights } from '../encoder/index.js';
import {
  type ChipDifference,
  chipDifference,
  decoderOf,
  type FoundDecoder,
  type LoweredNetwork,
  type NetworkDecoder,
  pairCharges,
  readEncoder,
  renderDifference,
  type WeightRounding,
} from '../exchange/index.js';
import { encoderInput, loadModel } from '../model/index.js';
import { definedMean, emdOfRows, meanEmd } from '../quality/index.js';
import { fitDecoder, tuneModel } from '../training/index.js';
import type { RunTask } from './run/context.js';
import { RunFolder } from './run/run-folder.js';
import { readingKey } from './steps/data.js';

export interface ImportTask extends RunTask {
  /** Of any kind that exchange/readEncoder knows. */
  readonly file: string;
  /** Wafers to judge it on and to fit its decoder; generated ones when left out. */
  readonly data?: string;
  readonly etx: number;
  readonly arithmetic: Arithmetic;
  readonly rounding: WeightRounding;
  readonly seed: number;
  /** Train on from the imported weights, in the chip's arithmetic. */
  readonly fineTune: boolean;
  /** The network's own decoder; looked for beside or in the file when left out. */
  readonly decoder?: string;
  /** What that decoder is told beside the latents, the same for all wafers; 0 when left out. */
  readonly conditions?: readonly number[];
  /** Wafers shown to each training; its own default when left out. */
  readonly wafers?: number;
  readonly engine?: string;
}

export interface ImportResult {
  readonly kind: string;
  readonly etx: number;
  /** undefined for settings: they are integers of the chip already. */
  readonly difference?: ChipDifference;
  /** What the chip does otherwise than the network, in words. */
  readonly notes: readonly string[];
  readonly wafers: number;
  /** The network and its own decoder, executed as their tool computes them: no chip in between. */
  readonly authors?: AuthorsResult;
  /** Mean EMD on held-out wafers, integer path: the imported weights with a decoder fitted to them; and after tuning. */
  readonly imported: number;
  readonly tuned?: number;
  readonly modelFolder: string;
}

export interface AuthorsResult {
  /** File of the decoder. */
  readonly decoder: string;
  /** Mean EMD on the same held-out wafers, and how many of them it makes nothing of (left out). */
  readonly emd: number;
  readonly empty: number;
  /** Numbers that the decoder takes beside the latents, and what they were. */
  readonly conditions: readonly number[];
}

/** Wafers on which the arithmetics are compared. */
const COMPARED = 2000;

/**
 * Makes a model of an encoder from elsewhere: says how far the chip is from its own arithmetic, fits a decoder to what
 * the chip sends, and, when asked, trains on from there.
 * @throws EconError exchange/..., and as reading and training do
 */
export async function importModel(task: ImportTask): Promise<ImportResult> {
  const { folder, file, data, etx, arithmetic, rounding, seed, fineTune, wafers, engine, signal } = task;
  const { threads, progress = silent } = task;
  const foreign = await readEncoder(file, { rounding, etx });
  const { decoder, unused }: FoundDecoder = foreign.network
    ? await decoderOf(foreign.network, file, task.decoder)
    : {};
  const settings = { command: 'import', seed, etx, arithmetic, rounding, wafers: wafers ?? null };
  const run = RunFolder.open(folder, settings);
  return run.locked(async () => {
    const split = splitWafers(await wafersOf(data, seed, { progress, signal, ...task.reading }), { seed });
    const inputs = {
      settings,
      encoder: sha256(packWeights(foreign.weights)),
      data: data === undefined ? null : await hashFile(data, progress),
      ...readingKey(task.reading ?? {}),
    };
    const common = { train: split.train, validation: split.validation, engine, threads, progress, signal };
    const length = wafers ? { wafers } : {};
    await run.step('import', inputs, async () => {
      const result = await fitDecoder({
        ...common,
        encoder: foreign.weights,
        settings: { seed, etx, arithmetic, ...length },
        checkpointPath: run.file('import.checkpoint'),
      });
      return run.writeModel('model', result, signal);
    });
    const imported = loadModel(run.file('model'));
    if (fineTune) {
      await run.step('tune', inputs, async () => {
        const result = await tuneModel({
          ...common,
          model: imported,
          settings: { seed, ...tuning, ...length },
          checkpointPath: run.file('tune.checkpoint'),
        });
        return run.writeModel('tuned', result, signal);
      });
    }
    const { x } = encoderInput(split.test);
    const compared = Math.min(COMPARED, split.test.count);
    const result: ImportResult = {
      kind: foreign.kind,
      etx,
      difference:
        foreign.network &&
        chipDifference(foreign.network, imported.encoder, imported.arithmetic, x, compared),
      notes: [...(foreign.network?.notes ?? []), ...(unused === undefined ? [] : [unused])],
      wafers: split.test.count,
      authors:
        foreign.network && decoder && asMeant(foreign.network, decoder, task.conditions ?? [], split.test),
      imported: meanEmd(imported, split.test),
      tuned: fineTune ? meanEmd(loadModel(run.file('tuned')), split.test) : undefined,
      modelFolder: fineTune ? 'tuned' : 'model',
    };
    run.writeRecord('import.json', result);
    return { ...result, modelFolder: run.file(result.modelFolder) };
  });
}

/** An encoder that was trained without the floors has far to go: larger steps than for an adaptation. */
const tuning = { learningRate: 3e-3, encoderRate: 4, wafers: 4_000_000, generated: 'auto' } as const;

async function wafersOf(file: string | undefined, seed: number, reading: DataOptions): Promise<WaferBatch> {
  if (file !== undefined) return (await collectWafers(file, { ...reading, distinct: true })).batch;
  return dedupe(selectWafers(generateWafers({ ...defaultGenerator, seed }).batch));
}

/** The public pair as its authors score it: normalised cells in, the decoder's charges out. */
function asMeant(
  network: LoweredNetwork,
  decoder: NetworkDecoder,
  given: readonly number[],
  test: WaferBatch,
): AuthorsResult {
  const conditions = Array.from({ length: decoder.conditions }, (_, i) => given[i] ?? 0);
  const charges = new Float32Array(test.charges.length);
  for (let first = 0; first < test.count; first += COMPARED) {
    const part = slice(test, first, Math.min(test.count, first + COMPARED));
    const { x } = encoderInput(part);
    charges.set(pairCharges(network, decoder, conditions, x, part.count), first * cellsOf(test));
  }
  const all = emdOfRows(test.charges, charges, test.count, test);
  return { decoder: decoder.file, emd: definedMean(all), empty: all.filter(Number.isNaN).length, conditions };
}

export function renderImport(r: ImportResult): string {
  return [
    r.difference === undefined
      ? `${r.kind}: integers of the chip, taken as they are: nothing is rounded, so nothing was compared.`
      : renderDifference(r.difference, r.notes),
    '',
    `Mean EMD on ${r.wafers} held-out wafers at ${r.etx} eTx:`,
    ...(r.authors === undefined ? [] : [authorsText(r.authors)]),
    `  imported    ${r.imported.toFixed(3)}   through the chip, decoder fitted to what it sends`,
    ...(r.tuned === undefined
      ? []
      : [`  fine-tuned  ${r.tuned.toFixed(3)}   through the chip, both trained on`]),
    `Model in ${r.modelFolder}.`,
  ].join('\n');
}

function authorsText({ decoder, emd, empty, conditions }: AuthorsResult): string {
  const told =
    conditions.length === 0
      ? ''
      : `; its ${conditions.length} conditions are ${conditions.join(', ')} for all wafers`;
  const left = empty === 0 ? '' : `; ${empty} wafers of which it makes nothing are left out`;
  return `  as meant    ${emd.toFixed(3)}   the network and ${decoder} themselves, no chip in between${told}${left}`;
}
