import { atOnce, type Pieces, type Progress } from '../base/index.js';
import { autoencoderAlgorithm } from '../blocks/index.js';
import type { WaferBatch } from '../dataset/index.js';
import { UNKNOWN_MODULE } from '../detector/index.js';
import {
  checkDetector,
  type Model,
  receivedCharges,
  sentBits,
  sentMask,
  toImageOrder,
} from '../model/index.js';
import { type Comparison, compareInPieces } from './comparison.js';
import type { EvaluationOptions } from './evaluation.js';
import { chipReferences, chipSettings, type Reference, sendWafers } from './references/index.js';

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
        keepMask: sentMask(model, bits),
        weights: model.encoder,
        arithmetic: model.arithmetic,
      });
      const { packets } = sendWafers(toImageOrder(batch), batch.count, settings);
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

/** Would the decoder be told the module, if the wafers said it? */
function toldNothing({ decoder }: Model, { modules }: WaferBatch): boolean {
  return decoder.context === 'module' && !modules?.some((number) => number !== UNKNOWN_MODULE);
}

export interface ModelEvaluationOptions extends EvaluationOptions {
  /** Link counts to compare at. @default the model's own */
  readonly etx?: readonly number[];
  /** Further ways to send the wafers, shown after the model. @default the chip's other algorithms */
  readonly references?: readonly Reference[];
}

/** The model beside the other ways to send the same wafers, at each number of links. */
export function evaluateModel(...given: Parameters<typeof evaluateModelInPieces>): Comparison {
  return atOnce(evaluateModelInPieces(...given));
}

/** As evaluateModel, for work that can be interrupted. */
export function evaluateModelInPieces(
  model: Model,
  batch: WaferBatch,
  options: ModelEvaluationOptions = {},
  progress?: Progress,
): Pieces<Comparison> {
  const { etx = [model.etx], references = chipReferences(batch) } = options;
  return compareInPieces([modelCandidate(model), ...references], batch, etx, options, progress);
}
