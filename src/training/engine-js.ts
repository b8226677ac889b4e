import { ACTIVATIONS, CONV_FILTERS, LATENTS } from '../chip/index.js';
import { sumInputs } from '../model/index.js';
import { CELLS } from '../wafer/index.js';
import type { OutputLoss, TrainingEngine, TrainingSession } from './engine.js';
import {
  convTables,
  decoderWidths,
  type Network,
  parameterLayout,
  type Slice,
  weightCode,
} from './network.js';

/** Plain TypeScript, one wafer at a time, sums in float64: the oracle of the other engines, and the fall-back. */
export const jsEngine: TrainingEngine = {
  name: 'js',
  async open(network, options) {
    return openSession(network, options?.frozenEncoder ?? false);
  },
};

function openSession(network: Network, frozenEncoder: boolean): TrainingSession {
  const layout = parameterLayout(network);
  const { decoder } = layout;
  const { byPosition } = convTables();
  const parameters = new Float32Array(layout.size);
  const gradient = new Float32Array(layout.size);
  const slope = new Float64Array(layout.size);
  const codes = new Float64Array(layout.encoderSize);
  const floorProducts = network.arithmetic === 'econt';
  const steps = network.latentBits.map((bits) => 2 ** (9 - bits));

  const activations = new Float64Array(ACTIVATIONS);
  const denseSum = new Float64Array(LATENTS);
  const values = decoderWidths(network).map((n) => new Float64Array(n));
  const deltas = values.map((v) => new Float64Array(v.length));
  const activationDelta = new Float64Array(ACTIVATIONS);
  const outputRow = new Float32Array(CELLS);
  const gradientRow = new Float32Array(CELLS);

  /** sums[i] += value * code, each product floored as the chip does. */
  function addProducts(value: number, codesAt: number, sums: Float64Array): void {
    if (floorProducts)
      for (let i = 0; i < sums.length; i++) sums[i] += Math.floor(value * codes[codesAt + i]);
    else for (let i = 0; i < sums.length; i++) sums[i] += value * codes[codesAt + i];
  }

  function encodeWafer(x: Uint8Array, at: number): void {
    const { convKernel, convBias, denseKernel, denseBias } = layout;
    // A zero input adds nothing in either arithmetic, and most of them are zero.
    for (let p = 0; p < 16; p++) {
      const sums = activations.subarray(p * CONV_FILTERS, (p + 1) * CONV_FILTERS);
      for (let f = 0; f < CONV_FILTERS; f++) sums[f] = 4 * codes[convBias.offset + f];
      for (const [input, tap] of byPosition[p]) {
        if (x[at + input] !== 0)
          addProducts(x[at + input] / 32, convKernel.offset + tap * CONV_FILTERS, sums);
      }
      for (let f = 0; f < CONV_FILTERS; f++) sums[f] = Math.max(0, Math.floor(sums[f]));
    }
    for (let o = 0; o < LATENTS; o++) denseSum[o] = 8 * codes[denseBias.offset + o];
    for (let m = 0; m < ACTIVATIONS; m++) {
      if (activations[m] !== 0) addProducts(activations[m] / 16, denseKernel.offset + m * LATENTS, denseSum);
    }
    for (let o = 0; o < LATENTS; o++) {
      const latent = Math.min(511, Math.max(0, Math.floor(denseSum[o])));
      values[0][o] = (Math.floor(latent / steps[o]) * steps[o]) / 256;
    }
  }

  function decodeWafer(sumCode: number): void {
    if (network.context === 'sum') values[0].set(sumInputs(sumCode), LATENTS);
    decoder.forEach(({ kernel, bias }, depth) => {
      const from = values[depth];
      const to = values[depth + 1];
      for (let o = 0; o < kernel.columns; o++) to[o] = parameters[bias.offset + o];
      for (let c = 0; c < kernel.rows; c++) {
        const row = kernel.offset + c * kernel.columns;
        for (let o = 0; o < kernel.columns; o++) to[o] += from[c] * parameters[row + o];
      }
      if (depth < decoder.length - 1) for (let o = 0; o < to.length; o++) to[o] = Math.max(0, to[o]);
    });
    const scores = values[decoder.length];
    if (network.activation === 'softmax') {
      const top = scores.reduce((a, b) => Math.max(a, b));
      let total = 0;
      for (let c = 0; c < CELLS; c++) total += scores[c] = Math.exp(scores[c] - top);
      for (let c = 0; c < CELLS; c++) scores[c] /= total;
    } else for (let c = 0; c < CELLS; c++) scores[c] = 1 / (1 + Math.exp(-scores[c]));
    outputRow.set(scores);
  }

  /** Adds this layer's weight gradient; with `below`, also passes the gradient to its input. */
  function layerBackward(
    kernel: Slice,
    bias: Slice,
    from: Float64Array,
    delta: Float64Array,
    below: Float64Array | null,
  ): void {
    for (let o = 0; o < kernel.columns; o++) slope[bias.offset + o] += delta[o];
    for (let c = 0; c < kernel.rows; c++) {
      const row = kernel.offset + c * kernel.columns;
      let sum = 0;
      for (let o = 0; o < kernel.columns; o++) {
        slope[row + o] += from[c] * delta[o];
        sum += parameters[row + o] * delta[o];
      }
      if (below) below[c] = sum;
    }
  }

  function backwardWafer(x: Uint8Array, at: number): void {
    const outputs = values[decoder.length];
    const last = deltas[decoder.length];
    if (network.activation === 'softmax') {
      let dot = 0;
      for (let c = 0; c < CELLS; c++) dot += outputs[c] * gradientRow[c];
      for (let c = 0; c < CELLS; c++) last[c] = outputs[c] * (gradientRow[c] - dot);
    } else for (let c = 0; c < CELLS; c++) last[c] = gradientRow[c] * outputs[c] * (1 - outputs[c]);
    for (let depth = decoder.length - 1; depth >= 0; depth--) {
      const below = depth === 0 && frozenEncoder ? null : deltas[depth];
      layerBackward(decoder[depth].kernel, decoder[depth].bias, values[depth], deltas[depth + 1], below);
      if (depth > 0)
        for (let c = 0; c < deltas[depth].length; c++) if (values[depth][c] <= 0) deltas[depth][c] = 0;
    }
    if (!frozenEncoder) encoderBackward(x, at);
  }

  /** Straight through the floors; see kernel/kernel.ts cutLatentsBackward for the clipping. */
  function encoderBackward(x: Uint8Array, at: number): void {
    const { convKernel, convBias, denseKernel, denseBias } = layout;
    const delta = deltas[0];
    for (let o = 0; o < LATENTS; o++) {
      delta[o] /= 256;
      if ((denseSum[o] <= 0 && delta[o] >= 0) || (denseSum[o] >= 511 && delta[o] <= 0)) delta[o] = 0;
      slope[denseBias.offset + o] += 256 * delta[o];
    }
    for (let m = 0; m < ACTIVATIONS; m++) {
      let sum = 0;
      for (let o = 0; o < LATENTS; o++) {
        const w = denseKernel.offset + m * LATENTS + o;
        slope[w] += 2 * activations[m] * delta[o];
        sum += (codes[w] / 16) * delta[o];
      }
      activationDelta[m] = activations[m] > 0 ? sum : 0;
    }
    for (let p = 0; p < 16; p++) {
      for (let f = 0; f < CONV_FILTERS; f++) {
        const d = activationDelta[p * CONV_FILTERS + f];
        if (d === 0) continue;
        slope[convBias.offset + f] += 128 * d;
        for (const [input, tap] of byPosition[p]) {
          slope[convKernel.offset + tap * CONV_FILTERS + f] += x[at + input] * d;
        }
      }
    }
  }

  function eachWafer(n: number, visit: (wafer: number) => void): void {
    for (let i = 0; i < layout.encoderSize; i++) codes[i] = weightCode(parameters[i]);
    for (let i = 0; i < n; i++) visit(i);
  }

  return {
    parameters,
    gradient,
    step(x: Uint8Array, sumCode: Uint16Array, n: number, loss: OutputLoss) {
      let total = 0;
      slope.fill(0);
      eachWafer(n, (i) => {
        encodeWafer(x, i * CELLS);
        decodeWafer(sumCode[i]);
        total += loss(outputRow, i, 1, gradientRow);
        backwardWafer(x, i * CELLS);
      });
      gradient.set(slope);
      return total;
    },
    encode(x, n, latents) {
      eachWafer(n, (i) => {
        encodeWafer(x, i * CELLS);
        for (let o = 0; o < LATENTS; o++) latents[i * LATENTS + o] = values[0][o] * 256;
      });
    },
    forward(x, sumCode, n, outputs) {
      eachWafer(n, (i) => {
        encodeWafer(x, i * CELLS);
        decodeWafer(sumCode[i]);
        outputs.set(outputRow, i * CELLS);
      });
    },
    dispose() {},
  };
}
