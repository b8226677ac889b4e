import { encoderLayers, imageCells, largestOf } from '../../encoder/index.js';
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
  networkLevels,
  parameterLayout,
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
  const { size } = parameterLayout(network);
  const cells = imageCells(network.shape);
  const parameters = new Float32Array(size);
  const gradient = new Float32Array(size);
  const slope = new Float64Array(size);
  const encoder = encoderHalf(network, parameters, slope);
  const decoder = decoderHalf(network, parameters, slope);
  const { inputs, outputs } = decoder;
  const latentCount = network.latentBits.length;
  const outputRow = new Float32Array(outputs.length);
  const gradientRow = new Float32Array(outputs.length);

  function eachWafer(x: Uint8Array, n: number, visit: (wafer: number) => void): void {
    encoder.load();
    for (let i = 0; i < n; i++) {
      encoder.forward(x, i * cells, inputs);
      visit(i);
    }
  }

  return {
    parameters,
    gradient,
    step(x: Uint8Array, told: Told, n: number, loss: OutputLoss, pull = 0) {
      let total = 0;
      slope.fill(0);
      eachWafer(x, n, (i) => {
        decoder.forward(told[i]);
        outputRow.set(outputs);
        total += loss(outputRow, i, 1, gradientRow);
        decoder.backward(gradientRow, frozenEncoder, pull);
        if (!frozenEncoder) encoder.backward(decoder.inputSlopes);
      });
      gradient.set(slope);
      return total;
    },
    encode(x, n, latents) {
      eachWafer(x, n, (i) => {
        for (let o = 0; o < latentCount; o++) latents[i * latentCount + o] = inputs[o] * 256;
      });
    },
    forward(x, told, n, target) {
      eachWafer(x, n, (i) => {
        decoder.forward(told[i]);
        target.set(outputs, i * cells);
      });
    },
    dispose() {},
  };
}

/** From a wafer to the latents that the receiver sees, in the chip's arithmetic; back straight through the floors. */
function encoderHalf(network: Network, parameters: Float32Array, slope: Float64Array) {
  const layout = parameterLayout(network);
  const layers = encoderLayers(network.shape).map((layer, i) => ({
    ...layer,
    slices: layout.encoder[i],
    arithmetic: layerArithmetic(layer, network.arithmetic),
    sums: new Float64Array(layer.outputs),
    values: new Float64Array(layer.outputs),
    delta: new Float64Array(layer.outputs),
  }));
  const last = layers[layers.length - 1];
  const cells = layers[0].inputs;
  const image = new Float64Array(cells);
  const codes = new Float64Array(layout.encoderSize);
  const addProducts = network.arithmetic === 'econt' ? addFloored : addWhole;
  const floor = network.arithmetic === 'float' ? (value: number) => value : Math.floor;
  const tables = latentTables(network.shape, network.latentBits);
  const slopes = latentSlopes(network.shape);
  const { largest: chosen } = network.shape.latents;
  /** 1 for the latents that are sent. */
  const kept = new Float64Array(network.latentBits.length).fill(1);
  const latentOf = (o: number) => Math.min(511, Math.max(0, Math.floor(last.sums[o])));

  return {
    /** The chip's weights of the parameters as they are. */
    load(): void {
      for (const { slices, arithmetic } of layers) {
        const { kernel, bias } = slices;
        for (let i = kernel.offset; i < bias.offset; i++) codes[i] = arithmetic.kernel(parameters[i]);
        for (let i = 0; i < bias.columns; i++)
          codes[bias.offset + i] = arithmetic.bias(parameters[bias.offset + i]);
      }
    },

    /** @param latents gets those of the wafer at x[at], in units of 1 */
    forward(x: Uint8Array, at: number, latents: Float64Array): void {
      for (let k = 0; k < cells; k++) image[k] = x[at + k];
      let from = image;
      for (const { kind, taps, channels, slices, sums, values: to, largest } of layers) {
        taps.forEach((list, p) => {
          const position = sums.subarray(p * channels, (p + 1) * channels);
          const biasAt = slices.bias.offset + (kind === 'local' ? p : 0);
          for (let c = 0; c < channels; c++) position[c] = codes[biasAt + c];
          // A zero input adds nothing in any arithmetic, and most of them are zero.
          for (const { input, kernel } of list) {
            const row = slices.kernel.offset + kernel * channels;
            if (from[input] !== 0) addProducts(from[input], codes, row, position);
          }
        });
        for (let i = 0; i < sums.length; i++) to[i] = Math.min(largest, Math.max(0, floor(sums[i])));
        from = to;
      }
      if (chosen !== undefined) {
        kept.fill(0);
        for (const o of largestOf(last.values.map(Math.floor), chosen)) kept[o] = 1;
      }
      for (let o = 0; o < kept.length; o++) latents[o] = (tables[o][latentOf(o)] / 256) * kept[o];
    },

    /** See kernel/kernel.ts cutLatentsBackward for the clipping. @param latents slopes of the loss in them */
    backward(latents: Float64Array): void {
      for (let o = 0; o < kept.length; o++) {
        const d = (latents[o] * slopes[o][latentOf(o)]) / 256;
        const [low, high] = [last.sums[o] <= 0 && d >= 0, last.sums[o] >= 511 && d <= 0];
        last.delta[o] = low || high ? 0 : d * kept[o];
      }
      for (let i = layers.length - 1; i >= 0; i--) {
        const { kind, taps, channels, slices, arithmetic, delta } = layers[i];
        const { kernelSlope, biasSlope } = arithmetic;
        const below = layers[i - 1];
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
        for (let k = 0; k < from.length; k++)
          if (from[k] <= 0 || from[k] >= below.largest) below.delta[k] = 0;
      }
    },
  };
}

/** sums[i] += value * code, each product floored as the chip does. */
function addFloored(value: number, codes: Float64Array, at: number, sums: Float64Array): void {
  for (let i = 0; i < sums.length; i++) sums[i] += Math.floor(value * codes[at + i]);
}

function addWhole(value: number, codes: Float64Array, at: number, sums: Float64Array): void {
  for (let i = 0; i < sums.length; i++) sums[i] += value * codes[at + i];
}

/** From the latents, with what else the decoder is told, to the outputs. */
function decoderHalf(network: Network, parameters: Float32Array, slope: Float64Array) {
  const { decoder: layers } = parameterLayout(network);
  const depth = layers.length;
  const latentCount = network.latentBits.length;
  const firstLevel = latentCount + contextInputs(network.context);
  const levels = networkLevels(network).map((level) => ({ ...level, at: firstLevel + level.at - 1 }));
  const charges = (network.charges ? chargeTables(network.charges) : []).map((table, k) => ({
    ...table,
    at: firstCharge(network) + k * latentCount,
  }));
  const skipped = skippedInputs(network);
  const widths = decoderWidths(network);
  // What skips to the last layer lies behind the values of the last hidden one.
  const values = widths.map((n, i) => new Float64Array(i === depth - 1 ? n + skipped : n));
  const deltas = values.map((v) => new Float64Array(v.length));
  const [inputs, outputs, inputSlopes] = [values[0], values[depth], deltas[0]];

  return {
    /** The latents, then what else is told; and the slopes of the loss in them. */
    inputs,
    inputSlopes,
    outputs,

    /** From the inputs, in which the latents are, to the outputs. */
    forward(told: number): void {
      if (firstLevel > latentCount) inputs.set(contextValues(network.context, told), latentCount);
      for (const { latent, bits, at } of levels)
        for (let j = 1; j < 2 ** bits; j++) inputs[at + j] = inputs[latent] >= j * 2 ** (1 - bits) ? 1 : 0;
      for (const { values: charge, at } of charges)
        for (let o = 0; o < latentCount; o++) inputs[at + o] = charge[inputs[o] * 256];
      layers.forEach(({ kernel, bias }, i) => {
        const from = values[i];
        const to = values[i + 1].subarray(0, kernel.columns);
        if (skipped > 0 && i === depth - 1) from.set(inputs, widths[i]);
        for (let o = 0; o < kernel.columns; o++) to[o] = parameters[bias.offset + o];
        for (let c = 0; c < kernel.rows; c++) {
          const row = kernel.offset + c * kernel.columns;
          for (let o = 0; o < kernel.columns; o++) to[o] += from[c] * parameters[row + o];
        }
        if (i < depth - 1) for (let o = 0; o < to.length; o++) to[o] = Math.max(0, to[o]);
      });
      if (network.activation === 'softmax') {
        const top = outputs.reduce((a, b) => Math.max(a, b));
        let total = 0;
        for (let c = 0; c < outputs.length; c++) total += outputs[c] = Math.exp(outputs[c] - top);
        for (let c = 0; c < outputs.length; c++) outputs[c] /= total;
      } else for (let c = 0; c < outputs.length; c++) outputs[c] = 1 / (1 + Math.exp(-outputs[c]));
    },

    /** @param gradient of the loss in the outputs. @param pull weight of the pull of every latent towards the prior */
    backward(gradient: Float32Array, frozenEncoder: boolean, pull: number): void {
      const last = deltas[depth];
      if (network.activation === 'softmax') {
        let dot = 0;
        for (let c = 0; c < last.length; c++) dot += outputs[c] * gradient[c];
        for (let c = 0; c < last.length; c++) last[c] = outputs[c] * (gradient[c] - dot);
      } else for (let c = 0; c < last.length; c++) last[c] = gradient[c] * outputs[c] * (1 - outputs[c]);
      for (let i = depth - 1; i >= 0; i--) {
        const { kernel, bias } = layers[i];
        const [from, delta] = [values[i], deltas[i + 1]];
        const below = i === 0 && frozenEncoder ? undefined : deltas[i];
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
        if (i > 0) for (let c = 0; c < widths[i]; c++) if (from[c] <= 0) deltas[i][c] = 0;
      }
      if (frozenEncoder) return;
      const past = deltas[depth - 1];
      for (let c = 0; c < skipped; c++) inputSlopes[c] += past[widths[depth - 1] + c];
      if (pull !== 0) for (let o = 0; o < latentCount; o++) inputSlopes[o] += pull * priorSlope(inputs[o]);
      // Of the levels, the one just reached and the next one see a small change of the latent.
      for (const { latent, bits, at } of levels) {
        const code = inputs[latent] * 2 ** (bits - 1);
        for (const j of [code, code + 1])
          if (j > 0 && j < 2 ** bits) inputSlopes[latent] += 0.5 * 2 ** (bits - 1) * inputSlopes[at + j];
      }
      for (const { slopes, at } of charges)
        for (let o = 0; o < latentCount; o++) inputSlopes[o] += slopes[inputs[o] * 256] * inputSlopes[at + o];
    },
  };
}
