import { latentPrior, type Told } from '../../model/index.js';
import type { Network } from '../plan/network.js';

/**
 * Loss of some wafers of a batch as a function of the decoder's output.
 * `outputs` and `gradient` hold `count` rows of cells for the wafers first .. first+count-1 of the batch;
 * the function fills `gradient` with d loss / d outputs and returns the sum of the loss.
 */
export type OutputLoss = (
  outputs: Float32Array,
  first: number,
  count: number,
  gradient: Float32Array,
) => number;

/** One network on one engine. Synchronous: a step is milliseconds. */
export interface TrainingSession {
  /** All parameters, flat (parameterLayout); the caller changes them in place between calls. */
  readonly parameters: Float32Array;
  /** Of the last `step`, same layout. With a frozen encoder its first encoderSize values stay 0. */
  readonly gradient: Float32Array;
  /**
   * Forward, loss, backward for n wafers. `x`: n rows of normalised cells in image order (chip.normalise), `told`:
   * what the decoder is told of each (model/context).
   * The encoder runs with its 6-bit weights in the chip's integer arithmetic; its gradient is straight-through.
   * @param pull weight of the pull of every latent towards the prior (model/anomaly), 0 when left out; its energy counts
   *   in the gradient, not in the loss that is returned
   */
  step(x: Uint8Array, told: Told, n: number, loss: OutputLoss, pull?: number): number;
  /** Latents of n wafers as the receiver sees them (dropped low bits 0), 0..511, n rows of 16. */
  encode(x: Uint8Array, n: number, latents: Uint16Array): void;
  /** Decoder outputs of n wafers: n rows of cells in TC_Number order. */
  forward(x: Uint8Array, told: Told, n: number, outputs: Float32Array): void;
  dispose(): void;
}

/** d ((z - mean) / spread)^2 / 2 / dz of a latent in units of 1 (value / 256), for the prior of model/anomaly. */
export function priorSlope(latent: number): number {
  return (latent - latentPrior.mean / 256) / (latentPrior.spread / 256) ** 2;
}

export interface TrainingEngine {
  readonly name: string;
  /** Opens a session with all parameters 0. `frozenEncoder` leaves the encoder's gradient out. */
  open(network: Network, options?: { frozenEncoder?: boolean }): Promise<TrainingSession>;
}
