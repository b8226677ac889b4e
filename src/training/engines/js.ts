import { CELLS } from '../../detector/index.js';
import { largestOf } from '../../encoder/index.js';
import {
  chargeTables,
  contextInputs,
  contextValues,
  latentSlopes,
  latentTables,
  type Told,
} from '../../model/index.js';
import {
  decoderWidths,
  firstCharge,
  layerArithmetic,
  type Network,
  networkLayers,
  networkLevels,
  parameterLayout,
  type Slice,
  skippedInputs,
} from '../plan/network.js';
import { type OutputLoss, priorSlope, type TrainingEngine, type TrainingSession } from './engine.js';

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
  const latentCount = network.latentBits.length;
  const encoder = networkLayers(network).map((layer, i) => ({
    ...layer,
    slices: layout.encoder[i],
    arithmetic: layerArithmetic(layer, network.arithmetic),
    sums: new Float64Array(layer.outputs),
    values: new Float64Array(layer.outputs),
    delta: new Float64Array(layer.outputs),
  }));
  const dense = encoder[encoder.length - 1];
  const image = new Float64Array(CELLS);
  const parameters = new Float32Array(layout.size);
  const gradient = new Float32Array(layout.size);
  const slope = new Float64Array(layout.size);
  const codes = new Float64Array(layout.encoderSize);
  const floorProducts = network.arithmetic === 'econt';
  const floor = network.arithmetic === 'float' ? (value: number) => value : Math.floor;
  const tables = latentTables(network.shape, network.latentBits);
  const slopes = latentSlopes(network.shape);
  const largest = network.shape.latents.largest;
  /** 1 for the latents that are sent. */
  const kept = new Float64Array(latentCount).fill(1);
  const context = contextInputs(network.context);
  const firstLevel = latentCount + context;
  const levels = networkLevels(network);
  const charges = (network.charges ? chargeTables(network.charges) : []).map((table, k) => ({
    ...table,
    at: firstCharge(network) + k * latentCount,
  }));

  const skipped = skippedInputs(network);
  const widths = decoderWidths(network);
  // What skips to the last layer lies behind the values of the last hidden one.
  const values = widths.map((n, i) => new Float64Array(i === widths.length - 2 ? n + skipped : n));
  const deltas = values.map((v) => new Float64Array(v.length));
  const outputRow = new Float32Array(CELLS);
  const gradientRow = new Float32Array(CELLS);

  /** sums[i] += value * code, each product floored as the chip does. */
  function addProducts(value: number, codesAt: number, sums: Float64Array): void {
    if (floorProducts)
      for (let i = 0; i < sums.length; i++) sums[i] += Math.floor(value * codes[codesAt + i]);
    else for (let i = 0; i < sums.length; i++) sums[i] += value * codes[codesAt + i];
  }

  function encodeWafer(x: Uint8Array, at: number): void {
    for (let k = 0; k < CELLS; k++) image[k] = x[at + k];
    let from = image;
    for (const { kind, taps, channels, slices, sums, values: to, largest } of encoder) {
      taps.forEach((list, p) => {
        const position = sums.subarray(p * channels, (p + 1) * channels);
        const biasAt = slices.bias.offset + (kind === 'local' ? p : 0);
        for (let c = 0; c < channels; c++) position[c] = codes[biasAt + c];
        // A zero input adds nothing in any arithmetic, and most of them are zero.
        for (const { input, kernel } of list) {
          if (from[input] !== 0) addProducts(from[input], slices.kernel.offset + kernel * channels, position);
        }
      });
      for (let i = 0; i < sums.length; i++) to[i] = Math.min(largest, Math.max(0, floor(sums[i])));
      from = to;
    }
    for (let o = 0; o < latentCount; o++) {
      const latent = Math.min(511, Math.max(0, Math.floor(dense.sums[o])));
      values[0][o] = tables[o][latent] / 256;
    }
    if (largest === undefined) return;
    kept.fill(0);
    for (const o of largestOf(dense.values.map(Math.floor), largest)) kept[o] = 1;
    for (let o = 0; o < latentCount; o++) values[0][o] *= kept[o];
  }

  function decodeWafer(told: number): void {
    if (context > 0) values[0].set(contextValues(network.context, told), latentCount);
    for (const { latent, bits, at } of levels) {
      for (let j = 1; j < 2 ** bits; j++)
        values[0][firstLevel + at + j - 1] = values[0][latent] >= j * 2 ** (1 - bits) ? 1 : 0;
    }
    for (const { values: charge, at } of charges)
      for (let o = 0; o < latentCount; o++) values[0][at + o] = charge[values[0][o] * 256];
    decoder.forEach(({ kernel, bias }, depth) => {
      const from = values[depth];
      const to = values[depth + 1].subarray(0, kernel.columns);
      if (skipped > 0 && depth === decoder.length - 1) from.set(values[0], widths[depth]);
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

  function backwardWafer(): void {
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
      if (depth > 0) for (let c = 0; c < widths[depth]; c++) if (values[depth][c] <= 0) deltas[depth][c] = 0;
    }
    if (frozenEncoder) return;
    const past = deltas[decoder.length - 1];
    for (let c = 0; c < skipped; c++) deltas[0][c] += past[widths[decoder.length - 1] + c];
    encoderBackward();
  }

  let priorPull = 0;

  /** Straight through the floors; see kernel/kernel.ts cutLatentsBackward for the clipping. */
  function encoderBackward(): void {
    if (priorPull !== 0)
      for (let o = 0; o < latentCount; o++) deltas[0][o] += priorPull * priorSlope(values[0][o]);
    // Of the levels, the one just reached and the next one see a small change of the latent.
    for (const { latent, bits, at } of levels) {
      const code = values[0][latent] * 2 ** (bits - 1);
      for (const j of [code, code + 1]) {
        if (j < 1 || j >= 2 ** bits) continue;
        deltas[0][latent] += 0.5 * 2 ** (bits - 1) * deltas[0][firstLevel + at + j - 1];
      }
    }
    for (const { slopes: growth, at } of charges)
      for (let o = 0; o < latentCount; o++) deltas[0][o] += growth[values[0][o] * 256] * deltas[0][at + o];
    for (let o = 0; o < latentCount; o++) {
      const slopeAt = slopes[o][Math.min(511, Math.max(0, Math.floor(dense.sums[o])))];
      const d = (deltas[0][o] * slopeAt) / 256;
      const [low, high] = [dense.sums[o] <= 0 && d >= 0, dense.sums[o] >= 511 && d <= 0];
      dense.delta[o] = low || high ? 0 : d * kept[o];
    }
    for (let i = encoder.length - 1; i >= 0; i--) {
      const { kind, taps, channels, slices, arithmetic, delta } = encoder[i];
      const { kernelSlope, biasSlope } = arithmetic;
      const below = encoder[i - 1];
      const from = below?.values ?? image;
      below?.delta.fill(0);
      taps.forEach((list, p) => {
        for (let c = 0; c < channels; c++) {
          const d = delta[p * channels + c];
          if (d === 0) continue;
          slope[slices.bias.offset + (kind === 'local' ? p : c)] += biasSlope * d;
          for (const { input, kernel } of list) {
            const w = slices.kernel.offset + kernel * channels + c;
            slope[w] += kernelSlope * from[input] * d;
            if (below) below.delta[input] += codes[w] * d;
          }
        }
      });
      if (!below) return;
      for (let k = 0; k < from.length; k++) if (from[k] <= 0 || from[k] >= below.largest) below.delta[k] = 0;
    }
  }

  function eachWafer(n: number, visit: (wafer: number) => void): void {
    for (const { slices, arithmetic } of encoder) {
      const { kernel, bias } = slices;
      for (let i = kernel.offset; i < bias.offset; i++) codes[i] = arithmetic.kernel(parameters[i]);
      for (let i = 0; i < bias.columns; i++)
        codes[bias.offset + i] = arithmetic.bias(parameters[bias.offset + i]);
    }
    for (let i = 0; i < n; i++) visit(i);
  }

  return {
    parameters,
    gradient,
    step(x: Uint8Array, told: Told, n: number, loss: OutputLoss, pull = 0) {
      let total = 0;
      priorPull = pull;
      slope.fill(0);
      eachWafer(n, (i) => {
        encodeWafer(x, i * CELLS);
        decodeWafer(told[i]);
        total += loss(outputRow, i, 1, gradientRow);
        backwardWafer();
      });
      gradient.set(slope);
      return total;
    },
    encode(x, n, latents) {
      eachWafer(n, (i) => {
        encodeWafer(x, i * CELLS);
        for (let o = 0; o < latentCount; o++) latents[i * latentCount + o] = values[0][o] * 256;
      });
    },
    forward(x, told, n, outputs) {
      eachWafer(n, (i) => {
        encodeWafer(x, i * CELLS);
        decodeWafer(told[i]);
        outputs.set(outputRow, i * CELLS);
      });
    },
    dispose() {},
  };
}
