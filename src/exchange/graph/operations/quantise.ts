import { combine, held, mustBroadcastTo } from '../broadcast.js';
import type { BinaryOp, PowerOfTwoOp, QuantiseOp, TernaryOp } from '../operation.js';
import { halfEven, roundingFunctions } from '../rounding.js';
import type { OperationRule } from '../value.js';

export const quantise: OperationRule<QuantiseOp> = {
  inputs: [1, 1],
  shape: ({ scale, zeroPoint, low, high }, [x]) => {
    mustBroadcastTo(scale.shape, x.shape, 'the scale');
    mustBroadcastTo(zeroPoint.shape, x.shape, 'the zero point');
    mustBroadcastTo(low.shape, x.shape, 'the lower limit');
    mustBroadcastTo(high.shape, x.shape, 'the upper limit');
    return x.shape;
  },
  compute: (op, [x], samples, shape, nearest) => {
    const { scale, zeroPoint, low, high, rounding, overflow = 'saturate', zeroPointAfterRounding } = op;
    const round = roundingFunctions[rounding];
    // The quotient is rounded as the tool rounds it: that decides ties.
    const step = (v: number, s: number, zero: number, l: number, h: number): number => {
      const scaled = nearest(v / s);
      if (zeroPointAfterRounding) return Math.min(h, Math.max(l, round(scaled) + zero));
      const moved = nearest(scaled + zero);
      if (overflow === 'saturate') return round(Math.min(h, Math.max(l, moved)));
      const turn = h - l + 1;
      const over = round(moved) - l;
      return over - turn * Math.floor(over / turn) + l;
    };
    return combine(
      [x, held(scale), held(zeroPoint), held(low), held(high)],
      samples,
      shape,
      (v, s, zero, l, h) => {
        const q = step(v, s, zero, l, h);
        return (q - zero) * s;
      },
    );
  },
};

export const binary: OperationRule<BinaryOp> = {
  inputs: [1, 1],
  shape: ({ scale }, [x]) => {
    mustBroadcastTo(scale.shape, x.shape, 'the scale');
    return x.shape;
  },
  compute: ({ scale, zeroIsZero }, [x], samples, shape) =>
    combine([x, held(scale)], samples, shape, (v, s) => (v < 0 ? -s : v === 0 && zeroIsZero ? 0 : s)),
};

export const ternary: OperationRule<TernaryOp> = {
  inputs: [1, 1],
  shape: ({ scale, threshold }, [x]) => {
    mustBroadcastTo(scale.shape, x.shape, 'the scale');
    mustBroadcastTo(threshold.shape, x.shape, 'the threshold');
    return x.shape;
  },
  compute: ({ scale, threshold, inclusive }, [x], samples, shape) =>
    combine([x, held(scale), held(threshold)], samples, shape, (v, s, t) => {
      const size = Math.abs(v);
      return size > t || (inclusive && size === t) ? Math.sign(v) * s : 0;
    }),
};

export const powerOfTwo: OperationRule<PowerOfTwoOp> = {
  inputs: [1, 1],
  shape: (_, [x]) => x.shape,
  compute: ({ least, most, step, rounding, rectified, leastBelow }, [x], _samples, _shape, nearest) =>
    x.data.map((v) => {
      const size = rectified ? Math.max(0, v) : Math.abs(v);
      const sign = v < 0 && !rectified ? -1 : 1;
      if (size < leastBelow) return sign * 2 ** least;
      // As the tool rounds it: even exponents have ties at powers of two.
      const log = nearest(
        nearest(Math.log(step === 2 ? nearest(Math.sqrt(size)) : size)) / nearest(Math.LN2),
      );
      const exponent = rounding === 'floor' ? Math.floor(log) : halfEven(log);
      return sign * 2 ** (step * Math.min(most, Math.max(least, exponent)));
    }),
};
