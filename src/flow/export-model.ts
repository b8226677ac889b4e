import { checkWritable, EconError, readBytes, writeFileAtomic } from '../base/index.js';
import { readSettings, settingsToYaml } from '../chips/index.js';
import { type EncoderWeights, econtShape, packWeights, sameShape, unpackWeights } from '../encoder/index.js';
import { checkWeights, type ExportResult, writeEncoder } from '../exchange/index.js';
import { loadModel, type Model } from '../model/index.js';
import { loadScript, settingsForModel } from './steps/model-on-chip.js';

/**
 * Writes a model for other tools: as writeEncoder, as the registers of an ECON-T that runs it (.yaml), as
 * the bytes of its weight blocks (.bin) or as the I2C transactions that load them (.i2c).
 * @throws EconError exchange/format, exchange/settings, base/cannot-write
 */
export async function exportModel(folder: string, path: string): Promise<ExportResult> {
  checkWritable(path);
  const model = loadModel(folder);
  if (model.detector)
    throw new EconError({
      code: 'exchange/settings',
      where: folder,
      what: `its encoder sees the cells of ${model.detector.name}; files of others hold images of HGCAL.`,
      remedy: 'econ rtl writes its chip, with the register writes as vectors (docs/detectors.md).',
    });
  if (path.endsWith('.bin')) {
    writeFileAtomic(path, packWeights(model.encoder));
    const written = unpackWeights(readBytes(path), model.encoder.shape);
    return checked(model, written, 'weight image', 'The bytes of the weight blocks, block 0 first.');
  }
  if (path.endsWith('.i2c')) {
    writeFileAtomic(path, loadScript(model.encoder));
    // Read as any register file is: whatever the shape, its bytes are those of the weight blocks.
    const written = unpackWeights(packWeights(readSettings(path).weights), model.shape);
    return checked(model, written, 'I2C script', 'The weight blocks and the commit, for a running chip.');
  }
  if (!/\.ya?ml$/.test(path)) return writeEncoder(path, model);
  if (!sameShape(model.encoder.shape, econtShape))
    throw new EconError({
      code: 'exchange/settings',
      where: path,
      what: "ECON-T's registers hold ECON-T's encoder; this model has a shape of its own.",
      remedy:
        'Its weights are in the RTL package and the I2C script of `econ rtl`; .onnx, .h5 and .npz take any shape.',
    });
  writeFileAtomic(path, settingsToYaml(settingsForModel(model)));
  const exact = model.arithmetic === 'econt';
  const note = exact
    ? 'The registers of the real chip, whose arithmetic the model was trained for.'
    : 'The real chip floors every product (arithmetic econt); this model was trained for one floor per sum.';
  return checked(model, readSettings(path).weights, 'ECON-T settings', note, exact);
}

/** @param exact whether the reader's arithmetic is that of the model */
function checked(
  model: Model,
  written: EncoderWeights,
  format: string,
  note: string,
  exact = true,
): ExportResult {
  const check = checkWeights(model, written);
  return { format, bitExact: exact && check.equal === check.values, note, check };
}
