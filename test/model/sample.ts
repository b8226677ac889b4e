import { Random } from '../../src/base/index.js';
import { econtShape } from '../../src/encoder/index.js';
import { contextInputs, type DecoderContext, type DenseLayer, type Model } from '../../src/model/index.js';

function layer(inputs: number, outputs: number, random: Random): DenseLayer {
  return {
    inputs,
    outputs,
    kernel: Float32Array.from({ length: inputs * outputs }, () => random.normal() / Math.sqrt(inputs)),
    bias: Float32Array.from({ length: outputs }, () => random.normal()),
  };
}

/** A model with random weights; latents of `bits` bits. */
export function randomModel(
  seed: number,
  bits = 9,
  activation: 'softmax' | 'sigmoid' = 'softmax',
  context: DecoderContext = 'none',
): Model {
  const random = new Random(seed);
  const codes = (n: number, low: number, high: number) =>
    Int8Array.from({ length: n }, () => low + random.below(high - low + 1));
  return {
    format: 'econ-model',
    version: 1,
    preset: 'econt-8x8',
    shape: econtShape,
    arithmetic: 'econt',
    etx: 5,
    latentBits: new Array<number>(16).fill(bits),
    provenance: { tool: 'test', settings: { seed }, data: { train: { wafers: 7, sha256: 'ab' } } },
    quality: { validationEmd: 1.25 },
    encoder: {
      shape: econtShape,
      layers: [
        { kernel: codes(72, -8, 31), bias: codes(8, -4, 4) },
        { kernel: codes(2048, -32, 31), bias: codes(16, -32, 31) },
      ],
    },
    decoder: {
      activation,
      context,
      layers: [layer(16 + contextInputs(context), 24, random), layer(24, 48, random)],
    },
  };
}
