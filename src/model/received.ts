import { autoencoderAlgorithm, type Packets, sumMeans } from '../blocks/index.js';
import { detectorOf, inOrder } from '../detector/index.js';
import { latentsOfFields } from '../encoder/index.js';
import { told } from './context.js';
import { decode } from './decoder.js';
import type { Model } from './model.js';

/**
 * Autoencoder packets to charges: the model's decoder, scaled to the module sum of the packet.
 * @param modules numbers of the modules that the packets come from (wafer/modules); left out: unknown
 * @returns count * cells in TC_Number order, CALQ
 */
export function receivedCharges(model: Model, p: Packets, modules?: Uint16Array): Float32Array {
  const sums = sumMeans(autoencoderAlgorithm.sum, { dropLsb: 0 }, p);
  const latents = latentsOfFields(model.encoder.shape, p.latents, p.count);
  const { cells } = detectorOf(model.detector);
  const charges = decode(model.decoder, latents, told(p.sumCode, modules), p.count);
  for (let row = 0; row < p.count; row++) {
    const at = row * cells;
    let total = 0;
    for (let k = at; k < at + cells; k++) total += charges[k];
    const scale = total > 0 ? sums[row] / total : 0;
    for (let k = at; k < at + cells; k++) charges[k] *= scale;
  }
  return charges;
}

/** As receivedCharges, in the order of the mux outputs, which are the positions of the encoder's image. */
export function receivedInMuxOrder(model: Model, p: Packets, modules?: Uint16Array): Float32Array {
  return inOrder(receivedCharges(model, p, modules), detectorOf(model.detector).imageOrder);
}
