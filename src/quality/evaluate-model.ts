import { autoencoderAlgorithm } from '../blocks/index.js';
import type { WaferBatch } from '../dataset/index.js';
import { UNKNOWN_MODULE } from '../detector/index.js';
import { fieldMask } from '../encoder/index.js';
import {
  checkDetector,
  type Model,
  receivedCharges,
  reconstruct,
  sentBits,
  toImageOrder,
} from '../model/index.js';
import { chipSettings, type Reference, sendWafers } from './references/index.js';
import { definedMean } from './statistics.js';
import { emdOfRows } from './wafer-emd.js';

/**
 * A trained model as one way to send wafers: the chip with its weights, the packets of N links, the float decoder,
 * scaled to the module sum that the packet carries (5E4M). On fewer links than it was trained for, each latent loses
 * its low bits; more links than that change nothing.
 */
export function modelCandidate(model: Model, name = `this model, trained for ${model.etx} eTx`): Reference {
  return {
    name,
    fits: () => true,
    reconstruct(batch, etx) {
      checkDetector(model, batch);
      const bits = sentBits(model, etx);
      const settings = chipSettings({
        detector: model.detector,
        algorithm: autoencoderAlgorithm.name,
        etx,
        keepMask: fieldMask(model.encoder.shape, bits),
        weights: model.encoder,
        arithmetic: model.arithmetic,
      });
      const packets = sendWafers(toImageOrder(batch), batch.count, settings);
      const untold = toldNothing(model, batch)
        ? ', decoder not told the modules: the wafers do not say them'
        : '';
      const least = Math.min(...bits);
      const most = Math.max(...bits);
      return {
        charges: receivedCharges(model, packets, batch.modules),
        note: `integer path, ${least === most ? least : `${least}..${most}`} bits per latent${untold}`,
      };
    },
  };
}

/** Mean EMD of a model on wafers, integer path; wafers whose reconstruction is empty are left out. */
export function meanEmd(model: Model, wafers: WaferBatch): number {
  return definedMean(emdOfRows(wafers.charges, reconstruct(model, wafers), wafers.count, wafers));
}

/** Would the decoder be told the module, if the wafers said it? */
function toldNothing({ decoder }: Model, { modules }: WaferBatch): boolean {
  return decoder.context === 'module' && !modules?.some((number) => number !== UNKNOWN_MODULE);
}
