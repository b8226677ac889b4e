import {
  autoencoderAlgorithm,
  type ChipSettings,
  codePosition,
  defaultSettings,
  floatToFixed,
  HEADER,
  inputFormat,
  ORBIT,
  ORBIT_HEADER,
} from '../../blocks/index.js';
import { commitWrite, encoderWrites, writesToText } from '../../chips/index.js';
import type { WaferBatch } from '../../dataset/index.js';
import { detectorOf } from '../../detector/index.js';
import { type EncoderWeights, fieldMask } from '../../encoder/index.js';
import type { Model } from '../../model/index.js';

/**
 * The registers of a chip that runs this model, for wafers on links in the plain assignment: of n codes a word, cell t is
 * code t mod n of link floor(t / n). The mux carries the geometry: output k takes the cell of image position k.
 * Low density: its codes are four times finer, and an empty cell decodes to a charge of 1 instead of 4.
 */
export function settingsForModel(model: Model): ChipSettings {
  return {
    ...defaultSettings('production', model.detector),
    algorithm: autoencoderAlgorithm.name,
    highDensity: false,
    etx: model.etx,
    mux: Uint8Array.from(detectorOf(model.detector).imageOrder),
    keepMask: fieldMask(model.encoder.shape, model.latentBits),
    weights: model.encoder,
    arithmetic: model.arithmetic,
  };
}

/** I2C transactions that load these weights into a running chip, and commit them. */
export function loadScript(encoder: EncoderWeights): string {
  return writesToText([...encoderWrites(encoder), commitWrite()], 'production');
}

/**
 * Link words whose decoded charges are as near to the wafers' as codes allow, one BX a wafer, in orbits.
 * @param settings from {@link settingsForModel}: density and numbering of the codes
 * @returns count * links words
 */
export function linkWords(batch: WaferBatch, settings: ChipSettings): Uint32Array {
  const format = inputFormat(settings);
  const { cells, code: float, links } = format;
  const levels = Uint32Array.from({ length: 2 ** float.bits }, (_, code) =>
    floatToFixed(code, settings.highDensity, float),
  );
  const position = Array.from({ length: cells }, (_, t) => codePosition(settings.generation, t, format));
  const words = new Uint32Array(batch.count * links);
  for (let row = 0; row < batch.count; row++) {
    const header = row % ORBIT === 0 ? ORBIT_HEADER : HEADER;
    const out = words.subarray(row * links, (row + 1) * links).fill((header << 28) >>> 0);
    for (let t = 0; t < cells; t++) {
      const { link, low } = position[t];
      out[link] |= nearest(levels, batch.charges[row * cells + t]) << low;
    }
  }
  return words;
}

/** Index of the level next to `charge`; of two equally near ones the lower. @param levels rising */
function nearest(levels: Uint32Array, charge: number): number {
  let low = 0;
  let high = levels.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (levels[middle] <= charge) low = middle;
    else high = middle;
  }
  return charge - levels[low] <= levels[high] - charge ? low : high;
}
