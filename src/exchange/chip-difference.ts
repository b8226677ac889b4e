import { ACTIVATIONS, type Arithmetic, type EncoderWeights, encode, LATENTS } from '../chip/index.js';
import { encodeFloat, type FloatEncoder } from './float-encoder.js';

/** How far the chip is from the network, over all values of a layer: chip minus network. */
export interface LayerDifference {
  readonly layer: 'conv' | 'dense';
  /** Unit of the numbers: 1/128 for conv, 1/256 for dense, the resolution of the chip there. */
  readonly unit: number;
  /** Weights that the chip holds exactly, of all; largest difference of a weight, in units of 1/32. */
  readonly exactWeights: number;
  readonly weights: number;
  readonly largestWeightError: number;
  readonly mean: number;
  readonly rms: number;
  readonly largest: number;
  /** Share of the network's values that the chip cannot represent because they are too large. */
  readonly saturated: number;
}

export interface ChipDifference {
  /** Every value of every layer on these wafers is the same, to the resolution of the chip. */
  readonly bitExact: boolean;
  readonly layers: readonly LayerDifference[];
}

/** Compares a network's own arithmetic with the chip's on wafers. @param x n * 48 normalised cells in image order */
export function chipDifference(
  network: FloatEncoder,
  weights: EncoderWeights,
  arithmetic: Arithmetic,
  x: Uint8Array,
  n: number,
): ChipDifference {
  const own = encodeFloat(network, x, n);
  const activations = new Uint16Array(n * ACTIVATIONS);
  const latents = new Uint16Array(n * LATENTS);
  encode(weights, arithmetic, x, n, { activations, latents });
  const denseByInput = new Int8Array(ACTIVATIONS * LATENTS);
  for (let o = 0; o < LATENTS; o++) {
    for (let m = 0; m < ACTIVATIONS; m++)
      denseByInput[m * LATENTS + o] = weights.denseKernel[o * ACTIVATIONS + m];
  }
  const layers = [
    difference('conv', 128, own.activations, activations, Number.POSITIVE_INFINITY, [
      [network.convKernel, weights.convKernel],
      [network.convBias, weights.convBias],
    ]),
    difference('dense', 256, own.latents, latents, 511, [
      [network.denseKernel, denseByInput],
      [network.denseBias, weights.denseBias],
    ]),
  ];
  return { bitExact: layers.every((l) => l.largest === 0), layers };
}

function difference(
  layer: LayerDifference['layer'],
  steps: number,
  own: Float64Array,
  chip: Uint16Array,
  limit: number,
  weights: readonly (readonly [Float64Array, Int8Array])[],
): LayerDifference {
  let sum = 0;
  let squares = 0;
  let largest = 0;
  let over = 0;
  for (let i = 0; i < own.length; i++) {
    const value = own[i] * steps;
    if (value > limit) over++;
    const d = chip[i] - value;
    sum += d;
    squares += d * d;
    largest = Math.max(largest, Math.abs(d));
  }
  let exact = 0;
  let count = 0;
  let error = 0;
  for (const [real, codes] of weights) {
    for (let i = 0; i < real.length; i++) {
      const e = Math.abs(codes[i] - 32 * real[i]);
      if (e === 0) exact++;
      error = Math.max(error, e);
    }
    count += real.length;
  }
  return {
    layer,
    unit: 1 / steps,
    exactWeights: exact,
    weights: count,
    largestWeightError: error,
    mean: sum / own.length,
    rms: Math.sqrt(squares / own.length),
    largest,
    saturated: over / own.length,
  };
}

/** What an import tells the user, in words. */
export function renderDifference({ bitExact, layers }: ChipDifference): string {
  if (bitExact)
    return 'Bit-exact: on these wafers the chip computes what the network computes, in every layer.';
  return [
    'Not bit-exact: the chip computes something else than the network. Per layer, chip minus network:',
    ...layers.map((l) => {
      const step = `1/${Math.round(1 / l.unit)}`;
      const saturated =
        l.saturated > 0
          ? `, ${(100 * l.saturated).toFixed(1)} % of the network's values are above the chip's largest`
          : '';
      return (
        `  ${l.layer.padEnd(5)} mean ${l.mean.toFixed(1)}, rms ${l.rms.toFixed(1)}, at most ${l.largest.toFixed(1)} steps of ${step}${saturated};\n` +
        `        ${l.exactWeights} of ${l.weights} weights are multiples of 1/32, the others move by up to ${(l.largestWeightError / 32).toFixed(4)}`
      );
    }),
    'Causes: weights of 6 bits, the floor of every product (arithmetic econt), saturation of latents at 511/256.',
  ].join('\n');
}
