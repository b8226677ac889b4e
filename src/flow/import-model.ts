import { hashFile, type Progress, readJson, sha256, silent, writeFileAtomic } from '../base/index.js';
import { type Arithmetic, packWeights } from '../chip/index.js';
import {
  collectWafers,
  type DataOptions,
  dedupe,
  defaultGenerator,
  generateWafers,
  selectWafers,
  splitWafers,
  type WaferBatch,
} from '../dataset/index.js';
import {
  type ChipDifference,
  chipDifference,
  readEncoder,
  renderDifference,
  type WeightRounding,
} from '../exchange/index.js';
import { encoderInput, loadModel, MODEL_FILE, type Model, saveModel, WEIGHTS_FILE } from '../model/index.js';
import { type EngineName, fitDecoder, type TrainingResult, tuneModel } from '../training/index.js';
import { meanEmd } from './adapt.js';
import { artefactJson, throwIfAborted } from './context.js';
import { RunFolder } from './run-folder.js';
import { readingKey } from './steps/data.js';

export interface ImportTask {
  /** Run folder; an unfinished run in it goes on. */
  readonly folder: string;
  /** Of any kind that exchange/readEncoder knows. */
  readonly file: string;
  /** Wafers to judge it on and to fit its decoder; generated ones when left out. */
  readonly data?: string;
  /** How to read `data`. */
  readonly reading?: DataOptions;
  readonly etx: number;
  readonly arithmetic: Arithmetic;
  readonly rounding: WeightRounding;
  readonly seed: number;
  /** Train on from the imported weights, in the chip's arithmetic. */
  readonly fineTune: boolean;
  /** Wafers shown to each training; its own default when left out. */
  readonly wafers?: number;
  readonly engine?: EngineName;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

export interface ImportResult {
  readonly kind: string;
  readonly etx: number;
  /** undefined for settings: they are integers of the chip already. */
  readonly difference?: ChipDifference;
  readonly wafers: number;
  /** Mean EMD on held-out wafers, integer path: the imported weights with a decoder fitted to them; and after tuning. */
  readonly imported: number;
  readonly tuned?: number;
  readonly modelFolder: string;
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
  const { progress = silent } = task;
  const foreign = await readEncoder(file, { rounding, etx });
  const settings = { command: 'import', seed, etx, arithmetic, rounding, wafers: wafers ?? null };
  const run = RunFolder.open(folder, settings);
  const release = run.lock();
  try {
    const split = splitWafers(await wafersOf(data, seed, { progress, signal, ...task.reading }), { seed });
    const inputs = {
      settings,
      encoder: sha256(packWeights(foreign.weights)),
      data: data === undefined ? null : await hashFile(data, progress),
      ...readingKey(task.reading ?? {}),
    };
    const common = { train: split.train, validation: split.validation, engine, progress, signal };
    const length = wafers ? { wafers } : {};
    const save = (name: string, result: TrainingResult): string[] => {
      saveModel(run.file(name), result.model);
      if (result.stopped === 'aborted') throwIfAborted(signal);
      return [`${name}/${MODEL_FILE}`, `${name}/${WEIGHTS_FILE}`];
    };
    await run.step('import', inputs, async () =>
      save(
        'model',
        await fitDecoder({
          ...common,
          encoder: foreign.weights,
          settings: { seed, etx, arithmetic, ...length },
          checkpointPath: run.file('import.checkpoint'),
        }),
      ),
    );
    const imported = loadModel(run.file('model'));
    if (fineTune) {
      await run.step('tune', inputs, async () =>
        save(
          'tuned',
          await tuneModel({
            ...common,
            model: imported,
            settings: { seed, ...tuning, ...length },
            checkpointPath: run.file('tune.checkpoint'),
          }),
        ),
      );
    }
    const result: ImportResult = {
      kind: foreign.kind,
      etx,
      difference: foreign.network && compared(foreign.network, imported, split.test),
      wafers: split.test.count,
      imported: meanEmd(imported, split.test),
      ...(fineTune ? { tuned: meanEmd(loadModel(run.file('tuned')), split.test) } : {}),
      modelFolder: fineTune ? 'tuned' : 'model',
    };
    writeFileAtomic(run.file('import.json'), artefactJson(result));
    const record = readJson(run.file('import.json'), 'Remove the file and run again.') as ImportResult;
    return { ...record, modelFolder: run.file(record.modelFolder) };
  } finally {
    release();
  }
}

/** An encoder that was trained without the floors has far to go: larger steps than for an adaptation. */
const tuning = { learningRate: 3e-3, encoderRate: 4, wafers: 4_000_000, generated: 'auto' } as const;

async function wafersOf(file: string | undefined, seed: number, reading: DataOptions): Promise<WaferBatch> {
  if (file !== undefined) return (await collectWafers(file, { ...reading, distinct: true })).batch;
  return dedupe(selectWafers(generateWafers({ ...defaultGenerator, seed }).batch));
}

function compared(
  network: Parameters<typeof chipDifference>[0],
  { encoder, arithmetic }: Model,
  test: WaferBatch,
): ChipDifference {
  const n = Math.min(COMPARED, test.count);
  const { x } = encoderInput(test);
  return chipDifference(network, encoder, arithmetic, x, n);
}

export function renderImport({
  kind,
  etx,
  difference,
  wafers,
  imported,
  tuned,
  modelFolder,
}: ImportResult): string {
  return [
    difference === undefined
      ? `${kind}: integers of the chip, taken as they are. Bit-exact by construction.`
      : renderDifference(difference),
    '',
    `Mean EMD on ${wafers} held-out wafers at ${etx} eTx, integer path, decoder fitted to what the chip sends:`,
    `  imported    ${imported.toFixed(3)}`,
    ...(tuned === undefined ? [] : [`  fine-tuned  ${tuned.toFixed(3)}`]),
    `Model in ${modelFolder}.`,
  ].join('\n');
}
