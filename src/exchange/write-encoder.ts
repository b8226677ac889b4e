import { EconError } from '../base/index.js';
import type { Model } from '../model/index.js';
import { writeKeras } from './write-keras.js';
import { writeNpz } from './write-npz.js';
import { writeQonnx } from './write-qonnx.js';

/** What the name of a file ends with, and what is written then. */
export const exportFormats = {
  '.onnx': 'QONNX',
  '.h5': 'Keras HDF5',
  '.npz': 'NumPy arrays',
} as const;

export interface ExportResult {
  readonly format: string;
  /** Does what was written compute the same latents as the chip, bit by bit? */
  readonly bitExact: boolean;
  /** In words: what is lost. */
  readonly note: string;
}

/**
 * Writes the encoder of a model for other tools, in the format that the file's name ends with.
 * @throws EconError exchange/format, base/cannot-write
 */
export async function writeEncoder(path: string, model: Model): Promise<ExportResult> {
  const exact = model.arithmetic === 'exact';
  if (path.endsWith('.onnx')) {
    writeQonnx(path, model);
    if (model.shape?.latents.largest !== undefined)
      return {
        format: exportFormats['.onnx'],
        bitExact: false,
        note: 'The graph ends with the latents; which of them are the largest, and so are sent, is not in it.',
      };
    return {
      format: exportFormats['.onnx'],
      bitExact: exact,
      note: exact
        ? 'Quant nodes floor every sum as the chip does in arithmetic exact: the same latents, bit by bit.'
        : 'The graph floors every sum; this model floors every product (arithmetic econt), which no standard node does: its latents are lower.',
    };
  }
  if (/\.(h5|hdf5)$/.test(path)) {
    await writeKeras(path, model);
    return {
      format: exportFormats['.h5'],
      bitExact: false,
      note: "Weights are the chip's, exactly; its floors and saturation are not in a Keras model.",
    };
  }
  if (path.endsWith('.npz')) {
    writeNpz(path, model);
    return {
      format: exportFormats['.npz'],
      bitExact: true,
      note: 'Integers of the encoder and float32 of the decoder, as they are.',
    };
  }
  throw new EconError({
    code: 'exchange/format',
    where: path,
    what: 'the name tells no format of encoders.',
    remedy: `End it with ${Object.keys(exportFormats).join(', ')}, or with .yaml for ECON-T settings, .bin for the weight image, .i2c for the script that loads it.`,
  });
}
