import { Registry } from '../../base/index.js';
import { adam } from './adam.js';
import type { Optimiser } from './optimiser.js';

export const optimisers = new Registry<Optimiser>('optimiser', optimiserFault);
optimisers.add('adam', adam);

/** Twenty steps down sum p^2 / 2 from values in the range of a 6-bit weight; half of them are the encoder's. */
function optimiserFault({ begin, step }: Optimiser): string | undefined {
  if (typeof begin !== 'function' || typeof step !== 'function') return 'it has no functions begin and step.';
  const size = 8;
  const first = Float32Array.from({ length: size }, (_, i) => (i % 2 ? -1 : 1) * (0.3 + 0.05 * i));
  for (const encoder of [1e-2, 0, 1e3]) {
    const state = begin(size);
    for (const [name, value] of Object.entries(state))
      if (typeof value !== 'number' && !(value instanceof Float32Array && value.length === size))
        return `${name} of its state is neither a number nor a Float32Array as long as the parameters.`;
    const parameters = first.slice();
    for (let n = 0; n < 20; n++)
      step(parameters, parameters.slice(), size / 2, state, { encoder, decoder: 1e-2, weightDecay: 0 });
    if (!parameters.every(Number.isFinite)) return 'its steps lead to values that are no numbers.';
    const [weights, rest] = [parameters.subarray(0, size / 2), parameters.subarray(size / 2)];
    if (weights.some((p) => p < -1 || p > 31 / 32)) return "it moves the encoder's weights out of -1..31/32.";
    if (encoder === 0 && weights.some((p, i) => p !== first[i]))
      return "it moves the encoder's weights at a rate of 0.";
    const moved = encoder === 1e-2 ? parameters : rest;
    const start = first.subarray(size - moved.length);
    if (moved.some((p, i) => Math.abs(p) >= Math.abs(start[i])))
      return 'twenty steps of it do not lower a parabola.';
  }
  return undefined;
}
