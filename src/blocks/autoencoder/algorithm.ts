import { EconError } from '../../base/index.js';
import { encode, latentField } from '../../encoder/index.js';
import { float5E4M } from '../../number/index.js';
import type { Algorithm } from '../algorithm/algorithm.js';
import { normalise, normalisedBuffers } from '../normaliser/reference.js';
import { packLatents, payloadPlan, unpackAutoencoder } from './reference.js';
import { autoencoderHardware } from './verilog.js';

/** Autoencoder: the latents of a trained encoder, and the module sum. */
export const autoencoderAlgorithm: Algorithm = {
  name: 'autoencoder',
  short: 'AE',
  code: 4,
  latency: { formatter: 2, buffer: 1 },
  encoder: true,
  builtFor: ['arithmetic'],
  registers: ['keep', 'read_active', 'expected_crc'],
  packer({ etx, keepMask, weights, arithmetic, mux }, rows) {
    const plan = payloadPlan(etx, keepMask);
    const normalised = normalisedBuffers(rows, mux.length);
    const latents = new Uint16Array(rows * latentField.numbers);
    return (charges, bx, n, out) => {
      normalise(charges, n, normalised);
      encode(weights, arithmetic, normalised.x, n, { latents });
      packLatents(plan, latents, normalised.sumCode, bx, n, out);
    };
  },
  receiver: { kind: 'rows', counterBits: 5, unpacker: unpackAutoencoder },
  hardware: autoencoderHardware,
  fills: { sum: true, latents: true },
  sum: { format: float5E4M, drops: false },
  charges() {
    throw new EconError({
      code: 'chip/needs-model',
      where: 'autoencoder packets',
      what: 'latents become charges only through the decoder that was trained with the encoder.',
      remedy: 'Give the folder of that model: --model runs/default/model.',
    });
  },
  advice({ weights }) {
    const zero = weights.layers.every(({ kernel, bias }) => [...kernel, ...bias].every((v) => v === 0));
    return zero ? ['weights: all are 0, so all latents are.'] : [];
  },
  // It is compared by way of a trained model.
  sendings: [],
  tablePlace: 4,
};
