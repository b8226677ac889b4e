// Relatives of the public CMS encoders: other pads, conditions beside the latents, few steps.
import { expect, test } from 'vitest';
import { Random } from '../../../src/base/index.js';
import { type ActivationFormula, GraphBuilder, scalar } from '../../../src/exchange/graph/index.js';
import { chipDifference, lowerGraph, quantise } from '../../../src/exchange/lower/index.js';
import type { LoweredNetwork } from '../../../src/exchange/lower/lowered.js';

const random = new Random(9);
/** Weights that the chip holds: multiples of 1/32. */
const weights = (...shape: number[]) => ({
  shape,
  data: Float64Array.from(
    { length: shape.reduce((n, side) => n * side, 1) },
    () => random.below(40) / 32 - 0.5,
  ),
});
/** A floor onto steps from 0 to the largest number below `top`. */
const steps =
  (step: number, top: number): ActivationFormula =>
  (b, name, x) =>
    b.add(
      name,
      {
        kind: 'quantise',
        scale: scalar(step),
        zeroPoint: scalar(0),
        low: scalar(0),
        high: scalar(top / step - 1),
        rounding: 'floor',
      },
      [x],
    );

interface Form {
  /** Of a convolution without padding. */
  readonly kernel: number;
  readonly stride: number;
  readonly pads?: readonly [number, number, number, number];
  /** Nothing stands behind the convolution. */
  readonly alone?: boolean;
  /** Conditions put behind the latents: before or after their activation. */
  readonly conditions?: 'before' | 'after';
  readonly latents?: ActivationFormula;
}

function encoder({ kernel, stride, pads = [0, 0, 0, 0], alone, conditions, latents }: Form): LoweredNetwork {
  const b = new GraphBuilder('test', 'test.pb');
  const wafer = b.input('wafer', [8, 8, 1]);
  const more = conditions ? [b.input('conditions', [3])] : [];
  const sums = b.add(
    'conv',
    {
      kind: 'conv2d',
      strides: [stride, stride],
      pads,
      dilations: [1, 1],
      groups: 1,
      layout: 'channels-last',
    },
    [wafer, b.constant('conv/kernel', weights(kernel, kernel, 1, 2)), b.constant('conv/bias', weights(2))],
  );
  const active = steps(alone ? 1 / 256 : 1 / 128, alone ? 2 : 32)(b, 'act', sums);
  if (alone) return lowerGraph(b.finish([active]), 5, 'test.pb');
  const size = b.shapeOf(active).reduce((n, side) => n * side, 1);
  const flat = b.add('flat', { kind: 'reshape', shape: [size] }, [active]);
  const dense = b.add('latents', { kind: 'dense' }, [
    flat,
    b.constant('dense/kernel', weights(size, 6)),
    b.constant('dense/bias', weights(6)),
  ]);
  const act = latents ?? steps(1 / 256, 2);
  const join = (x: string): string => b.add('with', { kind: 'concatenate', axis: 0 }, [x, ...more]);
  const out = conditions === 'before' ? act(b, 'act2', join(dense)) : join(act(b, 'act2', dense));
  return lowerGraph(b.finish([out]), 5, 'test.pb');
}

const wafers = Uint8Array.from({ length: 40 * 48 }, () => (random.below(3) === 0 ? random.below(200) : 0));

test.each<[string, Form, number]>([
  ['3x3, stride 2: 3x3 of 4x4 outputs', { kernel: 3, stride: 2 }, 9],
  ['3x3, stride 1: 6x6 of 8x8', { kernel: 3, stride: 1 }, 36],
  ['2x2, stride 2: all', { kernel: 2, stride: 2 }, 16],
  ['5x5, stride 1: 4x4 of 8x8', { kernel: 5, stride: 1 }, 16],
  ['3x3, stride 2, a zero behind: all', { kernel: 3, stride: 2, pads: [0, 0, 1, 1] }, 16],
  ['conditions behind the activation', { kernel: 3, stride: 2, conditions: 'after' }, 9],
  ['conditions before it', { kernel: 3, stride: 2, conditions: 'before' }, 9],
])('%s: the chip computes what the network does', (_, form, positions) => {
  const network = encoder(form);
  const { bitExact, layers } = chipDifference(network, quantise(network, 'nearest'), 'exact', wafers, 40);
  expect(layers.map(({ equal }) => equal)).toEqual([40 * 48, 40 * positions * 2, 40 * 6]);
  expect(bitExact).toBe(true);
  expect(network.latents).toHaveLength(6);
});

test('windows that begin elsewhere are refused with the pads that the chip has', () => {
  expect(() => encoder({ kernel: 5, stride: 2, pads: [0, 0, 1, 1] })).toThrow(
    /kernel of 5x5 and stride 2 the chip has 1 zeros before and 2 behind: .*ZeroPadding2D\(\(\(1, 2\), \(1, 2\)\)\)/,
  );
});

test('latents of one wide step are taken, what goes down is not', () => {
  const coarse = encoder({ kernel: 3, stride: 2, latents: steps(1, 2) });
  expect(coarse.notes.join('\n')).toMatch(/moves sums by up to 0.9\d*;/);
  const down: ActivationFormula = (b, name, x) =>
    b.add(name, { kind: 'divide' }, [b.constant('one', scalar(1)), x]);
  expect(() => encoder({ kernel: 3, stride: 2, latents: down })).toThrow(/nothing like the chip's ReLU/);
});

test('a convolution alone becomes the dense layer of the latents', () => {
  const network = encoder({ kernel: 3, stride: 3, alone: true });
  const { bitExact, layers } = chipDifference(network, quantise(network, 'nearest'), 'exact', wafers, 40);
  expect(layers.map(({ equal }) => equal)).toEqual([40 * 48, 40 * 8]);
  expect(bitExact).toBe(true);
  expect(network.notes[0]).toMatch(
    /conv2d.* becomes a dense layer of 48 x 8 weights: the chip has its latents/,
  );
});
