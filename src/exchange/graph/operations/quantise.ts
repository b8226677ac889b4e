import { combine, held, mustBroadcastTo } from '../broadcast.js';
import { halfEven, roundingFunctions } from '../rounding.js';
import type { Tensor } from '../tensor.js';
import type { OperationRules, ValueShape } from '../value.js';

/** The shape of x, to which tables can be repeated. @throws Misfit when one cannot */
function beside({ shape }: ValueShape, tables: Readonly<Record<string, Tensor>>): readonly number[] {
  for (const [what, table] of Object.entries(tables)) mustBroadcastTo(table.shape, shape, what);
  return shape;
}

export const quantising: OperationRules<'quantise' | 'binary' | 'ternary' | 'power-of-two'> = {
  quantise: {
    shape: ({ scale, zeroPoint, low, high }, [x]) =>
      beside(x, {
        'the scale': scale,
        'the zero point': zeroPoint,
        'the lower limit': low,
        'the upper limit': high,
      }),
    compute: (op, [x], samples, shape, nearest) => {
      const { scale, zeroPoint, low, high, rounding, overflow = 'saturate' } = op;
      const round = roundingFunctions[rounding];
      const tables = [held(scale), held(zeroPoint), held(low), held(high)];
      return combine([x, ...tables], samples, shape, (v, s, zero, l, h) => {
        // The quotient is rounded as the tool rounds it: that decides ties.
        const moved = nearest(nearest(v / s) + zero);
        if (overflow === 'saturate') return (round(Math.min(h, Math.max(l, moved))) - zero) * s;
        const turn = h - l + 1;
        const over = round(moved) - l;
        return (over - turn * Math.floor(over / turn) + l - zero) * s;
      });
    },
  },

  binary: {
    shape: ({ scale }, [x]) => beside(x, { 'the scale': scale }),
    compute: ({ scale }, [x], samples, shape) =>
      combine([x, held(scale)], samples, shape, (v, s) => (v < 0 ? -s : s)),
  },

  ternary: {
    shape: ({ scale, threshold }, [x]) => beside(x, { 'the scale': scale, 'the threshold': threshold }),
    compute: ({ scale, threshold, inclusive }, [x], samples, shape) =>
      combine([x, held(scale), held(threshold)], samples, shape, (v, s, t) => {
        const size = Math.abs(v);
        return size > t || (inclusive && size === t) ? Math.sign(v) * s : 0;
      }),
  },

  'power-of-two': {
    shape: (_, [x]) => x.shape,
    compute: ({ least, most, step, rounding, rectified, leastBelow }, [x], _samples, _shape, nearest) =>
      x.data.map((v) => {
        const size = rectified ? Math.max(0, v) : Math.abs(v);
        const sign = v < 0 && !rectified ? -1 : 1;
        if (size < leastBelow) return sign * 2 ** least;
        // As the tool rounds it: even exponents have ties at powers of two.
        const root = step === 2 ? nearest(Math.sqrt(size)) : size;
        const log = nearest(nearest(Math.log(root)) / nearest(Math.LN2));
        const exponent = rounding === 'floor' ? Math.floor(log) : halfEven(log);
        return sign * 2 ** (step * Math.min(most, Math.max(least, exponent)));
      }),
  },
};
