import type { Op } from '../operation.js';
import { sizeOf } from '../tensor.js';
import { needAxis, type OperationRules, strideOf } from '../value.js';

/** Visits the first number of every line of `side` numbers, `step` apart. */
function forEachLine(length: number, step: number, side: number, visit: (start: number) => void): void {
  for (let block = 0; block < length; block += step * side) for (let i = 0; i < step; i++) visit(block + i);
}

const joined: Record<Op<'reduce'>['name'], (a: number, b: number) => number> = {
  sum: (a, b) => a + b,
  mean: (a, b) => a + b,
  product: (a, b) => a * b,
  max: Math.max,
  min: Math.min,
};

export const reducing: OperationRules<'softmax' | 'reduce'> = {
  softmax: {
    shape: ({ axis }, [{ shape }]) => {
      needAxis(shape, axis);
      return shape;
    },
    compute: ({ axis }, [x], samples, shape) => {
      const step = strideOf(shape, axis);
      const side = shape[axis];
      const out = new Float64Array(samples * sizeOf(shape));
      forEachLine(out.length, step, side, (start) => {
        let most = Number.NEGATIVE_INFINITY;
        for (let i = 0; i < side; i++) most = Math.max(most, x.data[start + i * step]);
        let sum = 0;
        for (let i = 0; i < side; i++) {
          out[start + i * step] = Math.exp(x.data[start + i * step] - most);
          sum += out[start + i * step];
        }
        for (let i = 0; i < side; i++) out[start + i * step] /= sum;
      });
      return out;
    },
  },

  reduce: {
    shape: ({ axes, keep }, [{ shape }]) => {
      for (const axis of axes) needAxis(shape, axis);
      return shape.flatMap((side, axis) => (!axes.includes(axis) ? [side] : keep ? [1] : []));
    },
    compute: ({ axes, name }, [x], samples) => {
      let data: Float64Array = x.data;
      const shape = [...x.shape];
      for (const axis of axes) {
        const step = strideOf(shape, axis);
        const side = shape[axis];
        const out = new Float64Array((samples * sizeOf(shape)) / side);
        const source = data;
        let to = 0;
        forEachLine(source.length, step, side, (start) => {
          let value = source[start];
          for (let i = 1; i < side; i++) value = joined[name](value, source[start + i * step]);
          out[to++] = name === 'mean' ? value / side : value;
        });
        shape[axis] = 1;
        data = out;
      }
      return data;
    },
  },
};
