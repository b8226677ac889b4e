import { checkWritable, EconError, readBytes, writeFileAtomic } from '../base/index.js';
import { commitWrite, encoderWrites, readSettings, settingsToYaml, writesToText } from '../chips/index.js';
import { econtShape, packWeights, sameShape, unpackWeights } from '../encoder/index.js';
import { checkWeights, type ExportResult, writeEncoder } from '../exchange/index.js';
import { loadModel } from '../model/index.js';
import { settingsForModel } from './steps/model-on-chip.js';

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
    const check = checkWeights(model, unpackWeights(readBytes(path), model.encoder.shape));
    return {
      format: 'weight image',
      bitExact: check.equal === check.values,
      note: 'The bytes of the weight blocks, block 0 first.',
      check,
    };
  }
  if (path.endsWith('.i2c')) {
    const writes = [...encoderWrites(model.encoder), commitWrite()];
    writeFileAtomic(path, writesToText(writes, 'production'));
    // Read as any register file is: whatever the shape, its bytes are those of the weight blocks.
    const check = checkWeights(model, unpackWeights(packWeights(readSettings(path).weights), model.shape));
    return {
      format: 'I2C script',
      bitExact: check.equal === check.values,
      note: 'The weight blocks and the commit, for a running chip.',
      check,
    };
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
  const check = checkWeights(model, readSettings(path).weights);
  const exact = model.arithmetic === 'econt';
  return {
    format: 'ECON-T settings',
    bitExact: exact && check.equal === check.values,
    check,
    note: exact
      ? 'The registers of the real chip, whose arithmetic the model was trained for.'
      : 'The real chip floors every product (arithmetic econt); this model was trained for one floor per sum.',
  };
}
