import { EconError } from '../../base/index.js';
import { type EncoderShape, encoderLayers, weightBits } from '../../encoder/index.js';
import { type Network, parameterLayout } from '../plan/network.js';

/**
 * Which weights a round of magnitude pruning takes away: of each kernel the smallest, the share the same in all.
 * @param share of the kernel weights that are pruned in all, 0..1
 * @returns 1 for each encoder parameter that is held at 0
 * @throws EconError training/no-pruning where the weights have no 0
 */
export function magnitudeMask(network: Network, parameters: Float32Array, share: number): Uint8Array {
  const { encoder, encoderSize } = parameterLayout(network);
  const mask = new Uint8Array(encoderSize);
  encoderLayers(network.shape).forEach(({ name, weights }, i) => {
    if (weightBits(weights) === 1)
      throw new EconError({
        code: 'training/no-pruning',
        where: `encoder layer ${name}`,
        what: 'its weights are binary: none of them can be 0.',
        remedy: 'Prune filters (pruneKind=filters), or train with ternary weights.',
      });
    const { offset, rows, columns } = encoder[i].kernel;
    const order = Uint32Array.from({ length: rows * columns }, (_, k) => offset + k);
    order.sort((a, b) => Math.abs(parameters[a]) - Math.abs(parameters[b]) || a - b);
    for (const k of order.subarray(0, Math.round(share * order.length))) mask[k] = 1;
  });
  return mask;
}

/** Share pruned after round r of n, so that each takes the same part of what is left. */
export function roundShare(share: number, round: number, rounds: number): number {
  return 1 - (1 - share) ** (round / rounds);
}

/** A smaller shape, and for each of its parameters the one of the larger network that it starts from. */
export interface FewerFilters {
  readonly shape: EncoderShape;
  readonly kept: readonly number[];
}

/**
 * Structured pruning: filters and hidden units whose weights, in and out together, are smallest leave the shape, and with
 * them their multipliers leave the chip. At least one stays; latents all stay.
 */
export function fewerFilters(network: Network, parameters: Float32Array, share: number): FewerFilters {
  const { shape } = network;
  const layers = encoderLayers(network.shape);
  const { encoder } = parameterLayout(network);
  let inputsKept: number[] = [];
  const kept: number[] = [];
  const widths: number[] = [];
  layers.forEach((layer, i) => {
    const { kernel, bias } = encoder[i];
    const last = i === layers.length - 1;
    const channels = Array.from({ length: kernel.columns }, (_, c) => c);
    const next = encoder[i + 1]?.kernel;
    const size = channels.map((c) => {
      let sum = 0;
      for (let r = 0; r < kernel.rows; r++) sum += parameters[kernel.offset + r * kernel.columns + c] ** 2;
      // Rows of the next layer that this channel feeds: one per position of a convolution.
      let out = 0;
      for (let r = c; next && r < next.rows; r += kernel.columns)
        for (let o = 0; o < next.columns; o++) out += parameters[next.offset + r * next.columns + o] ** 2;
      return sum * (next ? out : 1);
    });
    const stay = last ? kernel.columns : Math.max(1, kernel.columns - Math.round(share * kernel.columns));
    const chosen = channels
      .sort((a, b) => size[b] - size[a] || a - b)
      .slice(0, stay)
      .sort((a, b) => a - b);
    const rows = i === 0 ? Array.from({ length: kernel.rows }, (_, r) => r) : inputsKept;
    for (const r of rows) for (const c of chosen) kept.push(kernel.offset + r * kernel.columns + c);
    const biases = layer.kind === 'local' ? bias.columns : 0;
    for (const c of biases ? Array.from({ length: biases }, (_, k) => k) : chosen) kept.push(bias.offset + c);
    const positions = layer.outputs / kernel.columns;
    inputsKept = Array.from({ length: positions }, (_, p) =>
      chosen.map((c) => p * kernel.columns + c),
    ).flat();
    widths.push(chosen.length);
  });
  const { conv, dense } = shape;
  const first = conv ? 1 : 0;
  return {
    shape: {
      ...shape,
      conv: conv && { ...conv, filters: widths[0] },
      dense: dense.map((layer, i) => ({ ...layer, units: widths[first + i] })),
    },
    kept,
  };
}

/** Share of the kernel weights of an encoder that are 0. */
export function zeroShare(kernels: readonly Int8Array[]): number {
  let zeros = 0;
  let all = 0;
  for (const kernel of kernels) {
    for (const code of kernel) if (code === 0) zeros++;
    all += kernel.length;
  }
  return all === 0 ? 0 : zeros / all;
}
