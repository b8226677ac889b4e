import { chargeTables, contextInputs, contextValues, type Told } from '../../model/index.js';
import {
  decoderWidths,
  firstCharge,
  type Network,
  networkLevels,
  parameterLayout,
  skippedInputs,
} from '../plan/network.js';
import { priorSlope } from './engine.js';
import { type Arena, addressesIn, BLOCK, type Built, type Places } from './kernel-memory.js';

/** Places the half from latents to outputs. @returns what makes it of the memory, once that is there */
export function placeDecoder(arena: Arena, network: Network, places: Places) {
  const { inputs, inputSlopes } = places;
  const latentCount = network.latentBits.length;
  // What else the decoder is told lies right behind the latents: context, then levels, then charges.
  const context = contextInputs(network.context);
  const levels = networkLevels(network).map(({ latent, bits, at }) => ({
    latent: 4 * BLOCK * latent,
    first: 4 * BLOCK * (latentCount + context + at),
    count: 2 ** bits - 1,
    step: 2 ** (1 - bits),
  }));
  const charges = (network.charges ? chargeTables(network.charges) : []).map((table, k) => ({
    ...table,
    first: 4 * BLOCK * (firstCharge(network) + k * latentCount),
    valuesAt: arena.floats(512),
    slopesAt: arena.floats(512),
  }));
  const skipped = skippedInputs(network);
  const layers = parameterLayout(network).decoder.map((layer) => ({
    ...layer,
    weights: addressesIn(places.parameters, layer),
    slopes: addressesIn(places.gradient, layer),
  }));
  const depth = layers.length;
  // What skips to the last layer lies right behind the values of the last hidden one.
  const rooms = decoderWidths(network).map((width, i) => BLOCK * (width + (i === depth - 1 ? skipped : 0)));
  const values = rooms.map((room, i) => (i === 0 ? inputs : arena.floats(room)));
  const deltas = rooms.map((room, i) => (i === 0 ? inputSlopes : arena.floats(room)));
  const [outputs, outputSlopes] = [values[depth], deltas[depth]];
  const passedBy = deltas[depth - 1] + 4 * (rooms[depth - 1] - BLOCK * skipped);
  const one = arena.table([[[0, 0]]]);
  const softmax = network.activation === 'softmax';

  return ({ kernel, view }: Built) => {
    const contextBlock = view(inputs + 4 * BLOCK * latentCount, BLOCK * context);
    const inputBlock = view(inputs, rooms[0]);
    const skipBlock = (at: number) => view(at, BLOCK * skipped);
    for (const { values: charge, slopes, valuesAt, slopesAt } of charges) {
      view(valuesAt, 512).set(charge);
      view(slopesAt, 512).set(slopes);
    }
    return {
      outputs,
      outputSlopes,

      /** From the latents, which are among the inputs. */
      forward(told: Told, first: number, count: number): void {
        for (let b = 0; context > 0 && b < count; b++) {
          const row = contextValues(network.context, told[first + b]);
          for (let k = 0; k < context; k++) contextBlock[k * BLOCK + b] = row[k];
        }
        for (const level of levels)
          kernel.levels(inputs + level.latent, inputs + level.first, level.step, level.count, BLOCK);
        for (const charge of charges)
          kernel.lookUp(inputs, charge.valuesAt, inputs + charge.first, latentCount * BLOCK);
        layers.forEach(({ kernel: { rows, columns }, weights: { kernel: w, bias: b } }, i) => {
          const [from, to] = [values[i], values[i + 1]];
          kernel.linear(one, 1, rows, columns, w, 0, 4 * columns, 4, b, from, to, BLOCK);
          if (i < depth - 1) kernel.relu(to, to, columns * BLOCK);
          else if (softmax) kernel.softmax(to, to, columns, BLOCK);
          else kernel.sigmoid(to, to, columns * BLOCK);
          if (skipped > 0 && i === depth - 2) skipBlock(to + 4 * columns * BLOCK).set(inputBlock);
        });
      },

      /** From the slopes of the outputs to those of the parameters and, above an encoder that moves, of the latents. */
      backward(count: number, frozenEncoder: boolean, pull: number): void {
        const { columns } = layers[depth - 1].kernel;
        if (softmax) kernel.softmaxBackward(outputs, outputSlopes, columns, BLOCK);
        else kernel.sigmoidBackward(outputs, outputSlopes, columns * BLOCK);
        for (let i = depth - 1; i >= 0; i--) {
          const {
            kernel: { rows: ci, columns: co },
            weights,
            slopes,
          } = layers[i];
          const [from, above, below] = [values[i], deltas[i + 1], deltas[i]];
          kernel.weightGradient(one, 1, ci, co, from, above, slopes.kernel, 1, BLOCK);
          kernel.biasGradient(1, co, above, slopes.bias, 1, BLOCK);
          if (i === 0 && frozenEncoder) return;
          kernel.linear(one, 1, co, ci, weights.kernel, 0, 4, 4 * co, 0, above, below, BLOCK);
          if (i > 0) kernel.reluBackward(from, below, (ci - (i === depth - 1 ? skipped : 0)) * BLOCK);
        }
        if (skipped > 0) addTo(skipBlock(inputSlopes), skipBlock(passedBy));
        if (pull !== 0) pullToPrior(view(inputSlopes, BLOCK * latentCount), inputBlock, count, pull);
        for (const { latent, first, step, count: n } of levels)
          kernel.levelsBackward(inputs + latent, inputSlopes + first, inputSlopes + latent, step, n, BLOCK);
        for (const { first, slopesAt } of charges)
          kernel.lookUpBackward(inputs, slopesAt, inputSlopes + first, inputSlopes, latentCount * BLOCK);
      },
    };
  };
}

/** Adds slopes to others. */
function addTo(slopes: Float32Array, more: Float32Array): void {
  for (let i = 0; i < slopes.length; i++) slopes[i] += more[i];
}

/** Adds the slopes of the prior in blocks of latents. */
function pullToPrior(slopes: Float32Array, latents: Float32Array, count: number, pull: number): void {
  for (let at = 0; at < slopes.length; at += BLOCK)
    for (let b = at; b < at + count; b++) slopes[b] += pull * priorSlope(latents[b]);
}
