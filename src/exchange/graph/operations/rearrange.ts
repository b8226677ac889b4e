import { sizeOf } from '../tensor.js';
import { Misfit, needAxis, type OperationRules, startOf, strideOf, text, type Value } from '../value.js';

/** Copies each number of the result from a place of the input, -1: `otherwise`. */
function copied(x: Value, samples: number, index: Int32Array, otherwise = 0): Float64Array {
  const out = new Float64Array(samples * index.length);
  for (let sample = 0; sample < samples; sample++) {
    const from = startOf(x, sample);
    const to = sample * index.length;
    for (let i = 0; i < index.length; i++) out[to + i] = index[i] < 0 ? otherwise : x.data[from + index[i]];
  }
  return out;
}

/** The place in the input of every number of the result; `place` gets its position along each axis. */
function places(shape: readonly number[], place: (at: readonly number[]) => number): Int32Array {
  const at = shape.map(() => 0);
  return Int32Array.from({ length: sizeOf(shape) }, () => {
    const index = place(at);
    for (let axis = at.length - 1; axis >= 0 && ++at[axis] === shape[axis]; axis--) at[axis] = 0;
    return index;
  });
}

/** Place of a position, -1 outside. */
function placeOf(shape: readonly number[], at: readonly number[]): number {
  let index = 0;
  for (let axis = 0; axis < shape.length; axis++) {
    if (at[axis] < 0 || at[axis] >= shape[axis]) return -1;
    index = index * shape[axis] + at[axis];
  }
  return index;
}

/** The numbers of x at other positions. @param from position in x along an axis, of one in the result; outside of x: `otherwise` */
function moved(
  x: Value,
  samples: number,
  shape: readonly number[],
  from: (at: number, axis: number) => number,
  otherwise = 0,
): Float64Array {
  const index = places(shape, (at) => placeOf(x.shape, at.map(from)));
  return copied(x, samples, index, otherwise);
}

/** Operations that compute nothing new. */
export const rearranging: OperationRules<
  'constant' | 'pad' | 'slice' | 'gather' | 'concatenate' | 'transpose' | 'reshape' | 'upsample'
> = {
  constant: {
    inputs: [0, 0],
    shape: ({ value: { shape, data } }) => {
      if (data.length !== sizeOf(shape))
        throw new Misfit(
          `has ${data.length} numbers, not ${text(shape)}`,
          `Write the tensor with ${sizeOf(shape)} numbers, or another shape.`,
        );
      const odd = data.findIndex((v) => Number.isNaN(v));
      if (odd >= 0)
        throw new Misfit(`holds NaN at number ${odd}`, 'Train again from where its loss was still a number.');
      return shape;
    },
    compute: ({ value }) => value.data,
  },

  pad: {
    shape: ({ before, after }, [{ shape }]) => {
      if (before.length !== shape.length || after.length !== shape.length)
        throw new Misfit(
          `pads of ${before.length} axes stand beside ${text(shape)}`,
          `Give a pad before and one after each of the ${shape.length} axes.`,
        );
      const sides = shape.map((side, axis) => side + before[axis] + after[axis]);
      if (sides.some((side) => side < 1))
        throw new Misfit(`the pads leave ${text(sides)}`, `Crop less than the sides of ${text(shape)}.`);
      return sides;
    },
    compute: ({ before, value }, [x], samples, shape) =>
      moved(x, samples, shape, (at, axis) => at - before[axis], value),
  },

  slice: {
    shape: ({ ranges }, [{ shape, batched }]) => {
      if (ranges.length !== shape.length)
        throw new Misfit(
          `ranges of ${ranges.length} axes stand beside ${text(shape)}`,
          `Give a range for each of the ${shape.length} axes.`,
        );
      return ranges.map(({ from, to, step }, axis) => {
        const count = Math.ceil((to - from) / step);
        // Nothing at all is found among shapes that a file computes.
        if (!batched && count <= 0) return 0;
        const last = from + (count - 1) * step;
        if (!(count >= 1) || from < 0 || last < 0 || Math.max(from, last) >= shape[axis])
          throw new Misfit(
            `${from}:${to}:${step} is no part of axis ${axis} of ${text(shape)}`,
            `Slice that axis within 0 to ${shape[axis]}.`,
          );
        return count;
      });
    },
    compute: ({ ranges }, [x], samples, shape) =>
      moved(x, samples, shape, (at, axis) => ranges[axis].from + at * ranges[axis].step),
  },

  gather: {
    shape: ({ axis, indices }, [{ shape }]) => {
      const count = needAxis(shape, axis);
      const bad = indices.find((index) => !Number.isInteger(index) || index < 0 || index >= count);
      if (bad !== undefined)
        throw new Misfit(
          `place ${bad} lies outside ${text(shape)}`,
          `Take places from 0 to ${count - 1} along axis ${axis}.`,
        );
      return shape.map((side, i) => (i === axis ? indices.length : side));
    },
    compute: ({ axis, indices }, [x], samples, shape) =>
      moved(x, samples, shape, (at, i) => (i === axis ? indices[at] : at)),
  },

  concatenate: {
    inputs: [1, Number.POSITIVE_INFINITY],
    shape: ({ axis }, inputs) => {
      const [first, ...rest] = inputs.map(({ shape }) => shape);
      needAxis(first, axis);
      for (const other of rest)
        if (other.length !== first.length || other.some((side, i) => i !== axis && side !== first[i]))
          throw new Misfit(
            `${text(other)} cannot be put behind ${text(first)} along axis ${axis}`,
            `Join values that differ along axis ${axis} only.`,
          );
      return first.map((side, i) => (i === axis ? rest.reduce((n, other) => n + other[axis], side) : side));
    },
    compute: ({ axis }, inputs, samples, shape) => {
      const size = sizeOf(shape);
      const out = new Float64Array(samples * size);
      const chunk = shape[axis] * strideOf(shape, axis);
      let offset = 0;
      for (const x of inputs) {
        const own = x.shape[axis] * strideOf(x.shape, axis);
        for (let sample = 0; sample < samples; sample++) {
          const from = startOf(x, sample);
          for (let block = 0; block < size / chunk; block++) {
            const part = x.data.subarray(from + block * own, from + (block + 1) * own);
            out.set(part, sample * size + block * chunk + offset);
          }
        }
        offset += own;
      }
      return out;
    },
  },

  transpose: {
    shape: ({ order }, [{ shape }]) => {
      if ([...order].sort((a, b) => a - b).join() !== shape.map((_, i) => i).join())
        throw new Misfit(
          `order ${order.join()} is no order of the axes of ${text(shape)}`,
          `Name each axis from 0 to ${shape.length - 1} once.`,
        );
      return order.map((axis) => shape[axis]);
    },
    compute: ({ order }, [x], samples, shape) => {
      const strides = order.map((axis) => strideOf(x.shape, axis));
      const index = places(shape, (at) => at.reduce((place, v, i) => place + v * strides[i], 0));
      return copied(x, samples, index);
    },
  },

  reshape: {
    shape: ({ shape }, [x]) => {
      if (sizeOf(shape) !== sizeOf(x.shape))
        throw new Misfit(
          `${text(x.shape)} numbers cannot become ${text(shape)}`,
          `Reshape to sides whose product is ${sizeOf(x.shape)}.`,
        );
      return shape;
    },
    compute: (_, [x]) => x.data,
  },

  upsample: {
    shape: ({ factors, layout }, [{ shape }]) => {
      if (shape.length !== 3)
        throw new Misfit(`${text(shape)} is no image`, 'Upsample a value of rows, columns and channels.');
      const times = layout === 'channels-last' ? [...factors, 1] : [1, ...factors];
      return shape.map((side, axis) => side * times[axis]);
    },
    compute: ({ factors, layout }, [x], samples, shape) => {
      const times = layout === 'channels-last' ? [...factors, 1] : [1, ...factors];
      return moved(x, samples, shape, (at, axis) => Math.floor(at / times[axis]));
    },
  },
};
