import { EconError, writeFileAtomic } from '../base/index.js';
import { settingsToYaml } from '../chip/index.js';
import { type ExportResult, writeEncoder } from '../exchange/index.js';
import { loadModel } from '../model/index.js';
import { settingsForModel } from './model-on-chip.js';

/**
 * Writes a model for other tools: as writeEncoder, or as the registers of an ECON-T that runs it (.yaml).
 * @throws EconError exchange/format, exchange/settings, base/cannot-write
 */
export async function exportModel(folder: string, path: string): Promise<ExportResult> {
  const model = loadModel(folder);
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
