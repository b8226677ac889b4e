import { Random } from '../../src/base/index.js';
import { encoderLayers, encoderShape, nearestMultiplier, type ShapeInput } from '../../src/encoder/index.js';
import type { Model } from '../../src/model/index.js';
import { randomModel } from '../model/sample.js';

/** A model of a shape, ECON-T's when there is none, with random weights of all sizes. */
export function modelOf(
  input: ShapeInput | undefined,
  arithmetic: Model['arithmetic'],
  random = new Random(5),
): Model {
  const model = { ...randomModel(3), arithmetic };
  if (!input) return model;
  const shape = encoderShape(input);
  const layers = encoderLayers(shape).map((layer) => ({
    kernel: Int8Array.from({ length: layer.kernelRows * layer.channels }, () =>
      nearestMultiplier(layer.weights, 2 * random.uniform() - 1),
    ),
    bias: Int8Array.from({ length: layer.biases }, () => random.below(64) - 32),
  }));
  return { ...model, shape, encoder: { shape, layers }, latentBits: shape.latents.bits };
}

/** Normalised wafers, in image order: many cells empty, some large. */
export function randomWafers(n: number, random = new Random(6)): Uint8Array {
  return Uint8Array.from({ length: 48 * n }, () => (random.below(3) === 0 ? random.below(200) : 0));
}
