import type { Progress } from '../base/index.js';
import { latentBits } from '../chip/index.js';
import type { WaferBatch } from '../dataset/index.js';
import { type Model, reconstruct } from '../model/index.js';
import { decodeSmallFloatMid, encodeSmallFloat, float5E4M } from '../number/index.js';
import { CELLS } from '../wafer/index.js';
import { type Comparison, compare } from './comparison.js';
import type { EvaluationOptions } from './evaluation.js';
import { chipReferences, type Reference } from './references/index.js';

/**
 * A trained model as one way to send wafers: integer encoder, latents cut to what N links carry, float decoder,
 * scaled to the module sum as the packet tells it (5E4M). On fewer links than it was trained for, each latent
 * loses its low bits; more links than that change nothing.
 */
export function modelCandidate(model: Model, name = `this model, trained for ${model.etx} eTx`): Reference {
  return {
    name,
    fits: () => true,
    reconstruct(batch, etx) {
      const bits = model.latentBits.map((own) => Math.min(own, etx === model.etx ? own : latentBits(etx)));
      const charges = reconstruct({ ...model, latentBits: bits }, batch);
      for (let row = 0; row < batch.count; row++) scaleToSum(charges, batch.charges, row * CELLS);
      const least = Math.min(...bits);
      const most = Math.max(...bits);
      return {
        charges,
        note: `integer path, ${least === most ? least : `${least}..${most}`} bits per latent`,
      };
    },
  };
}

/** Scales the fractions of one wafer so that they add up to the decoded module sum of the packet. */
function scaleToSum(fractions: Float32Array, charges: Uint32Array, at: number): void {
  let sum = 0;
  let total = 0;
  for (let k = at; k < at + CELLS; k++) {
    sum += charges[k];
    total += fractions[k];
  }
  const received = decodeSmallFloatMid(float5E4M, encodeSmallFloat(float5E4M, sum)) - 0.5;
  const scale = total > 0 ? received / total : 0;
  for (let k = at; k < at + CELLS; k++) fractions[k] *= scale;
}

export interface ModelEvaluationOptions extends EvaluationOptions {
  /** Link counts to compare at. @default the model's own */
  readonly etx?: readonly number[];
  /** Further ways to send the wafers, shown after the model. @default the chip's other algorithms */
  readonly references?: readonly Reference[];
}

/** The model beside the other ways to send the same wafers, at each number of links. */
export function evaluateModel(
  model: Model,
  batch: WaferBatch,
  options: ModelEvaluationOptions = {},
  progress?: Progress,
): Comparison {
  const { etx = [model.etx], references = chipReferences() } = options;
  return compare([modelCandidate(model), ...references], batch, etx, options, progress);
}
