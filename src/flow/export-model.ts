import { EconError, writeFileAtomic } from '../base/index.js';
import { commitWrite, encoderWrites, packWeights, settingsToYaml, writesToText } from '../chip/index.js';
import { type ExportResult, writeEncoder } from '../exchange/index.js';
import { loadModel } from '../model/index.js';
import { settingsForModel } from './model-on-chip.js';

/**
 * Writes a model for other tools: as writeEncoder, as the registers of an ECON-T that runs it (.yaml), as
 * the bytes of its weight blocks (.bin) or as the I2C transactions that load them (.i2c).
 * @throws EconError exchange/format, exchange/settings, base/cannot-write
 */
export async function exportModel(folder: string, path: string): Promise<ExportResult> {
  const model = loadModel(folder);
  if (path.endsWith('.bin')) {
    writeFileAtomic(path, packWeights(model.encoder));
    return { format: 'weight image', bitExact: true, note: 'the bytes of the weight blocks, block 0 first.' };
  }
  if (path.endsWith('.i2c')) {
    const writes = [...encoderWrites(model.encoder), commitWrite()];
    writeFileAtomic(path, writesToText(writes, 'production'));
    return {
      format: 'I2C script',
      bitExact: true,
      note: 'the weight blocks and the commit, for a running chip.',
    };
  }
  if (!/\.ya?ml$/.test(path)) return writeEncoder(path, model);
  if (model.shape)
    throw new EconError({
      code: 'exchange/settings',
      where: path,
      what: "ECON-T's registers hold ECON-T's encoder; this model has a shape of its own.",
      remedy:
        'Its weights are in the RTL package and the I2C script of `econ rtl`; .onnx, .h5 and .npz take any shape.',
    });
  writeFileAtomic(path, settingsToYaml(settingsForModel(model)));
  const exact = model.arithmetic === 'econt';
  return {
    format: 'ECON-T settings',
    bitExact: exact,
    note: exact
      ? 'the registers of the real chip, whose arithmetic the model was trained for.'
      : 'the real chip floors every product (arithmetic econt); this model was trained for one floor per sum.',
  };
}
