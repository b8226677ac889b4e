import type { Optimiser, StepRates } from './optimiser.js';

/**
 * Adam (Kingma and Ba, "Adam: a method for stochastic optimization", 2015). State is plain data, so that a checkpoint
 * can hold all of it; powers of beta are kept as running products, because Math.pow may differ between machines.
 */
export type AdamState = {
  readonly first: Float32Array;
  readonly second: Float32Array;
  step: number;
  power1: number;
  power2: number;
};

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;
/** Range of a 6-bit weight, value = code / 32. */
const LEAST_WEIGHT = -1;
const LARGEST_WEIGHT = 31 / 32;

export function adamState(size: number): AdamState {
  return { first: new Float32Array(size), second: new Float32Array(size), step: 0, power1: 1, power2: 1 };
}

/** One step. `parameters[0 .. encoderSize-1]` belong to the encoder. */
export function adamStep(
  parameters: Float32Array,
  gradient: Float32Array,
  encoderSize: number,
  state: AdamState,
  rates: StepRates,
): void {
  const { first, second } = state;
  state.step++;
  state.power1 *= BETA1;
  state.power2 *= BETA2;
  const unbias1 = 1 / (1 - state.power1);
  const unbias2 = 1 / (1 - state.power2);
  const from = rates.encoder > 0 ? 0 : encoderSize;
  const keep = 1 - rates.decoder * rates.weightDecay;
  for (let i = from; i < parameters.length; i++) {
    const g = gradient[i];
    const m = first[i] + (1 - BETA1) * (g - first[i]);
    const v = second[i] + (1 - BETA2) * (g * g - second[i]);
    first[i] = m;
    second[i] = v;
    const step = (m * unbias1) / (Math.sqrt(v * unbias2) + EPSILON);
    if (i >= encoderSize) parameters[i] = keep * parameters[i] - rates.decoder * step;
    else {
      const moved = Math.min(parameters[i] - rates.encoder * step, LARGEST_WEIGHT);
      parameters[i] = Math.max(LEAST_WEIGHT, moved);
    }
  }
}

export const adam: Optimiser = {
  name: 'adam',
  begin: adamState,
  step: (parameters, gradient, encoderSize, state, rates) =>
    adamStep(parameters, gradient, encoderSize, state as AdamState, rates),
};
