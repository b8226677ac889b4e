import { imageOrder, imagePixel, modules } from '../../../src/detector/index.js';
import { type Network, parameterLayout, type Slice } from '../../../src/training/index.js';
import { Tape } from './tape.js';

/** Loss of one output for the comparison: sum of weight * (output - target)^2, over cells and wafers. */
export interface SquareLoss {
  readonly target: Float64Array;
  readonly weight: Float64Array;
}

/** The decoder's inputs of a 5E4M code: m of sum = (1 + m) 2^e, e.g. code 16 (e + 1) + 16 m, and functions of the sum. */
function sumLeaves(tape: Tape, code: number): number[] {
  const exponent = code >> 4;
  const least = exponent === 0 ? code : (16 | (code & 15)) * 2 ** (exponent - 1);
  const step = exponent === 0 ? 1 : 2 ** (exponent - 1);
  const sum = Math.max(1, least + (step - 1) / 2);
  const mantissa = sum / 2 ** Math.floor(Math.log2(sum)) - 1;
  return [mantissa, Math.log2(sum) / 8 - 1, 32 / (32 + sum), 256 / (256 + sum)].map((v) => tape.leaf(v));
}

/** The decoder's inputs of a module: known, layer, hadronic, high density, distance from the beam, partial wafer. */
function moduleLeaves(tape: Tape, number: number): number[] {
  if (number === 0) return new Array<number>(6).fill(0).map((v) => tape.leaf(v));
  const { layer, u, v, density, type } = modules()[number - 1];
  const distance = Math.hypot(u - v / 2, (v * Math.sqrt(3)) / 2);
  const flags = [layer > 28, density === 'high', !/^F/.test(type)].map(Number);
  return [1, (layer - 25) / 25, flags[0], flags[1], (distance - 5) / 5, flags[2]].map((x) => tape.leaf(x));
}

/**
 * Loss and straight-through gradient of the network in float64, built from the specification (9.2 to 9.4) on 2-D
 * images with explicit padding.
 */
export function oracle(
  network: Network,
  parameters: Float64Array,
  x: Uint8Array,
  told: Uint16Array | Uint32Array,
  n: number,
  loss: SquareLoss,
) {
  const tape = new Tape();
  const gates = new Map<number, (g: number) => number>();
  const layout = parameterLayout(network);
  const leaves = Array.from(parameters, (value) => tape.leaf(value));
  const at = (s: Slice, row: number, column: number) => leaves[s.offset + row * s.columns + column];
  const code = (leaf: number) =>
    tape.straightThrough(leaf, (w) => Math.max(-32, Math.min(31, Math.round(w * 32))) / 32);
  const codes = leaves.slice(0, layout.encoderSize).map(code);
  const codeAt = (s: Slice, row: number, column: number) => codes[s.offset + row * s.columns + column];
  const perProduct = network.arithmetic === 'econt';
  /** floor(a * w * scale), or without the floor for one later. */
  const chipProduct = (a: number, w: number, scale: number) => {
    const p = tape.scale(tape.product(a, w), scale);
    return perProduct ? tape.straightThrough(p, Math.floor) : p;
  };
  const floor = (a: number) => tape.straightThrough(a, Math.floor);

  const losses: number[] = [];
  const outputs: number[] = [];
  for (let wafer = 0; wafer < n; wafer++) {
    // 9 x 9 with zeros at the bottom and right, and in the masked quarter.
    const image = new Array<number>(81).fill(-1);
    imageOrder.forEach((_, k) => {
      const pixel = imagePixel[k];
      image[9 * Math.floor(pixel / 8) + (pixel % 8)] = tape.leaf(x[wafer * 48 + k]);
    });
    const activations: number[] = [];
    for (let row = 0; row < 4; row++) {
      for (let column = 0; column < 4; column++) {
        for (let f = 0; f < 8; f++) {
          const terms = [tape.scale(codeAt(layout.encoder[0].bias, 0, f), 128)];
          for (let u = 0; u < 3; u++) {
            for (let v = 0; v < 3; v++) {
              const pixel = image[9 * (2 * row + u) + 2 * column + v];
              if (pixel >= 0)
                terms.push(chipProduct(pixel, codeAt(layout.encoder[0].kernel, 3 * u + v, f), 1));
            }
          }
          activations.push(tape.rectify(floor(tape.sum(terms))));
        }
      }
    }
    let values: number[] = [];
    for (let o = 0; o < 16; o++) {
      const terms = [tape.scale(codeAt(layout.encoder[1].bias, 0, o), 256)];
      for (let m = 0; m < 128; m++)
        terms.push(chipProduct(activations[m], codeAt(layout.encoder[1].kernel, m, o), 2));
      const sum = tape.sum(terms);
      const y = tape.value[sum];
      const step = 2 ** (9 - network.latentBits[o]);
      const latent = tape.straightThrough(
        sum,
        (s) => Math.floor(Math.max(0, Math.min(511, Math.floor(s))) / step) * step,
      );
      gates.set(latent, (g) => ((y <= 0 && g >= 0) || (y >= 511 && g <= 0) ? 0 : g));
      values.push(tape.scale(latent, 1 / 256));
    }
    if (network.context !== 'none') values.push(...sumLeaves(tape, told[wafer] & 511));
    if (network.context === 'module') values.push(...moduleLeaves(tape, told[wafer] >> 9));
    layout.decoder.forEach(({ kernel, bias }, depth) => {
      const sums = Array.from({ length: kernel.columns }, (_, o) =>
        tape.sum([at(bias, 0, o), ...values.map((value, c) => tape.product(value, at(kernel, c, o)))]),
      );
      values = depth < layout.decoder.length - 1 ? sums.map((s) => tape.rectify(s)) : sums;
    });
    const exps = values.map((value) =>
      tape.exp(network.activation === 'softmax' ? value : tape.scale(value, -1)),
    );
    const total = tape.sum(exps);
    const one = tape.leaf(1);
    exps.forEach((e, cell) => {
      const i = wafer * 48 + cell;
      const y =
        network.activation === 'softmax' ? tape.quotient(e, total) : tape.quotient(one, tape.sum([one, e]));
      outputs.push(tape.value[y]);
      const difference = tape.sum([y, tape.leaf(-loss.target[i])]);
      losses.push(tape.scale(tape.product(difference, difference), loss.weight[i]));
    });
  }
  const total = tape.sum(losses);
  const all = tape.gradient(total, gates);
  return {
    loss: tape.value[total],
    gradient: Float64Array.from(leaves, (leaf) => all[leaf]),
    outputs: Float64Array.from(outputs),
  };
}
