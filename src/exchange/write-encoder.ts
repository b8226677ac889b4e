import { EconError } from '../base/index.js';
import type { Model } from '../model/index.js';
import { checkArrays, checkLatents, type ExportCheck } from './verify-export.js';
import { writeKeras } from './write-keras.js';
import { writeNpz } from './write-npz.js';
import { writePlainOnnx, writeQonnx } from './write-qonnx.js';

/** What the name of a file ends with, and what is written then. The longest end counts. */
export const exportFormats = {
  '.plain.onnx': 'ONNX',
  '.onnx': 'QONNX',
  '.h5': 'Keras HDF5',
  '.npz': 'NumPy arrays',
} as const;

export interface ExportResult {
  readonly format: string;
  /** Does what was written compute the same latents as the chip, bit by bit? As `check` found, and nothing else is lost. */
  readonly bitExact: boolean;
  /** In words: what is lost. */
  readonly note: string;
  /** What the file, read back, has beside the chip. */
  readonly check: ExportCheck;
}

/**
 * Writes the encoder of a model for other tools, in the format that the file's name ends with, reads it back and compares.
 * @throws EconError exchange/format, exchange/read-back, base/cannot-write
 */
export async function writeEncoder(path: string, model: Model): Promise<ExportResult> {
  const result = (format: string, check: ExportCheck, note: string): ExportResult => ({
    format,
    bitExact: check.equal === check.values,
    note,
    check,
  });
  if (path.endsWith('.onnx')) {
    const plain = path.endsWith('.plain.onnx');
    (plain ? writePlainOnnx : writeQonnx)(path, model);
    const check = await checkLatents(path, model);
    const format = exportFormats[plain ? '.plain.onnx' : '.onnx'];
    if (model.shape.latents.largest !== undefined) {
      const note =
        'The graph ends with the latents; which of them are the largest, and so are sent, is not in it.';
      return { ...result(format, check, note), bitExact: false };
    }
    const note =
      check.equal === check.values
        ? 'Every sum is floored, and that is what the chip computes.'
        : 'The graph floors every sum; this model floors every product (arithmetic econt): its latents are lower.';
    return result(format, check, note);
  }
  if (/\.(h5|hdf5)$/.test(path)) {
    await writeKeras(path, model);
    const note = "Weights are the chip's, exactly; its floors and saturation are not in a Keras model.";
    return result(exportFormats['.h5'], await checkLatents(path, model), note);
  }
  if (path.endsWith('.npz')) {
    writeNpz(path, model);
    const note = 'Integers of the encoder and float32 of the decoder, as they are.';
    return result(exportFormats['.npz'], checkArrays(path, model), note);
  }
  throw new EconError({
    code: 'exchange/format',
    where: path,
    what: 'the name tells no format of encoders.',
    remedy: `End it with ${Object.keys(exportFormats).join(', ')}, or with .yaml for ECON-T settings, .bin for the weight image, .i2c for the script that loads it.`,
  });
}
