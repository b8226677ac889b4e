import type { ShapeInput } from '../../src/encoder/index.js';

const fixed = (bits: number, fraction: number) => ({ kind: 'fixed', bits, fraction }) as const;
const bits = (count: number, each: number) => new Array<number>(count).fill(each);

/** A shape for every option that there is, small enough to simulate in seconds. */
export const optionShapes: Readonly<Record<string, ShapeInput>> = {
  'levels of single cells': {
    latents: {
      bits: bits(48, 3),
      code: { kind: 'levels', thresholds: [4, 12, 24, 44, 80, 144, 256] },
      cells: 1,
      weights: fixed(4, 1),
    },
  },
  'latents of neighbouring cells': { latents: { bits: bits(16, 9), cells: 5, weights: fixed(6, 3) } },
  'the seven largest cells': {
    latents: {
      bits: bits(48, 3),
      code: { kind: 'levels', thresholds: [4, 12, 24, 44, 80, 144, 256] },
      cells: 1,
      largest: 7,
      weights: fixed(4, 1),
    },
  },
  'the largest latents behind a dense layer': {
    dense: [{ units: 8, weights: fixed(4, 2), activationBits: 8 }],
    latents: { bits: bits(20, 6), largest: 9, weights: fixed(5, 3) },
  },
  '4x4x3 image, stride 1': {
    image: '4x4x3',
    conv: { filters: 2, kernel: 3, stride: 1 },
    latents: { bits: bits(8, 9) },
  },
  'dense layer, latents of different bits': {
    dense: [{ units: 12, weights: fixed(4, 2), activationBits: 8 }],
    latents: { bits: [9, 8, 7, 6, 5, 4, 3, 2, 1], weights: fixed(5, 3) },
  },
  'two dense layers behind a 2x2 convolution': {
    conv: { filters: 2, kernel: 2, stride: 2 },
    dense: [
      { units: 8, weights: fixed(5, 4) },
      { units: 6, weights: fixed(8, 7) },
    ],
    latents: { bits: bits(10, 4) },
  },
  'binary weights': {
    conv: { filters: 3, kernel: 3, stride: 3, weights: { kind: 'binary', fraction: 2 } },
    latents: { bits: bits(10, 5), weights: { kind: 'binary', fraction: 4 } },
  },
  'ternary weights, 5x5 kernel': {
    conv: { filters: 3, kernel: 5, stride: 4, weights: { kind: 'ternary', fraction: 1 } },
    latents: { bits: bits(10, 5), weights: { kind: 'ternary', fraction: 3 } },
  },
  'power-of-two weights, 1x1 kernel': {
    conv: {
      filters: 1,
      kernel: 1,
      stride: 2,
      weights: { kind: 'power-of-two', bits: 4, fraction: 6 },
      activationBits: 6,
    },
    latents: { bits: bits(6, 9), weights: { kind: 'power-of-two', bits: 3, fraction: 2 } },
  },
  'the twelve largest cells in 32 levels': {
    latents: {
      bits: bits(48, 5),
      code: {
        kind: 'levels',
        thresholds: Array.from({ length: 31 }, (_, j) => 2 + 2 * j + Math.floor((j * j) / 4)),
      },
      cells: 1,
      largest: 12,
      weights: fixed(4, 1),
    },
  },
};
