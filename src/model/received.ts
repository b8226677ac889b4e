import { autoencoderAlgorithm, type Packets, sumMeans } from '../blocks/index.js';
import { CELLS, imageOrder } from '../detector/index.js';
import { latentsOfFields } from '../encoder/index.js';
import { told } from './context.js';
import { decode } from './decoder.js';
import type { Model } from './model.js';

/**
 * Autoencoder packets to charges: the model's decoder, scaled to the module sum of the packet.
 * @param modules numbers of the modules that the packets come from (wafer/modules); left out: unknown
 * @returns count * 48 in TC_Number order, CALQ
 */
export function receivedCharges(model: Model, p: Packets, modules?: Uint16Array): Float32Array {
  const sums = sumMeans(autoencoderAlgorithm.sum, { dropLsb: 0 }, p);
  const latents = latentsOfFields(model.encoder.shape, p.latents, p.count);
  const charges = decode(model.decoder, latents, told(p.sumCode, modules), p.count);
  for (let row = 0; row < p.count; row++) {
    const at = row * CELLS;
    let total = 0;
    for (let k = at; k < at + CELLS; k++) total += charges[k];
    const scale = total > 0 ? sums[row] / total : 0;
    for (let k = at; k < at + CELLS; k++) charges[k] *= scale;
  }
  return charges;
}

/** As receivedCharges, in the order of the mux outputs, which are the positions of the encoder's image. */
export function receivedInMuxOrder(model: Model, p: Packets, modules?: Uint16Array): Float32Array {
  const cells = receivedCharges(model, p, modules);
  const out = new Float32Array(cells.length);
  for (let row = 0; row < out.length; row += CELLS) {
    for (let k = 0; k < CELLS; k++) out[row + k] = cells[row + imageOrder[k]];
  }
  return out;
}
