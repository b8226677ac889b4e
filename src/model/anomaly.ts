import type { WaferBatch } from '../dataset/index.js';
import { checkDetector } from './detector.js';
import type { Model } from './model.js';
import { encoderInput, receivedLatents } from './reconstruct.js';

/**
 * Prior of a latent of a variational encoder, in counts of the 9-bit latent: normal. The posterior of a latent is uniform
 * over the step of its code, of fixed width, so the KL divergence from the prior is ((z - mean) / spread)^2 / 2 but for a
 * constant (Kingma and Welling 2014, for a posterior of fixed width).
 */
export const latentPrior = { mean: 240, spread: 64 } as const;

/** Mean and spread of each received latent over usual wafers. */
export interface LatentStatistics {
  readonly mean: Float64Array;
  /** At least one step of the latent's code. */
  readonly spread: Float64Array;
}

/** @throws RangeError without wafers */
export function latentStatistics(model: Model, usual: WaferBatch): LatentStatistics {
  checkDetector(model, usual);
  const n = usual.count;
  if (n === 0) throw new RangeError('no wafers');
  const width = model.latentBits.length;
  const latents = receivedLatents(model, encoderInput(usual).x, n);
  const mean = new Float64Array(width);
  const spread = new Float64Array(width);
  for (let i = 0; i < latents.length; i++) mean[i % width] += latents[i] / n;
  for (let i = 0; i < latents.length; i++) spread[i % width] += (latents[i] - mean[i % width]) ** 2 / n;
  return {
    mean,
    spread: spread.map((v, o) => Math.max(2 ** (9 - model.latentBits[o]), Math.sqrt(v))),
  };
}

/**
 * How far the latents of each wafer are from the usual ones: sum over the latents of ((z - mean) / spread)^2 / 2. It needs the
 * packet alone, no decoder.
 */
export function anomalyScores(
  model: Model,
  { mean, spread }: LatentStatistics,
  batch: WaferBatch,
): Float64Array {
  checkDetector(model, batch);
  const width = mean.length;
  const latents = receivedLatents(model, encoderInput(batch).x, batch.count);
  const scores = new Float64Array(batch.count);
  for (let i = 0; i < latents.length; i++) {
    const o = i % width;
    scores[Math.floor(i / width)] += ((latents[i] - mean[o]) / spread[o]) ** 2 / 2;
  }
  return scores;
}
