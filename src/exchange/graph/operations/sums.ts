import type { Four, Layout, Two } from '../operation.js';
import { sizeOf } from '../tensor.js';
import {
  Misfit,
  needSides,
  type OperationRules,
  startOf,
  text,
  type Value,
  type ValueShape,
} from '../value.js';

interface Image {
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
  /** Numbers between neighbours along each of the three. */
  readonly row: number;
  readonly column: number;
  readonly channel: number;
}

function imageOf(shape: readonly number[], layout: Layout): Image {
  if (layout === 'channels-last') {
    const [rows, columns, channels] = shape;
    return { rows, columns, channels, row: columns * channels, column: channels, channel: 1 };
  }
  const [channels, rows, columns] = shape;
  return { rows, columns, channels, row: columns, column: 1, channel: rows * columns };
}

function imageShape(rows: number, columns: number, channels: number, layout: Layout): number[] {
  const shape = layout === 'channels-last' ? [rows, columns, channels] : [channels, rows, columns];
  if (rows < 1 || columns < 1)
    throw new Misfit(
      `the result would be ${text(shape)}`,
      'Use a smaller kernel or window, or more padding.',
    );
  return shape;
}

function checkBias(bias: ValueShape | undefined, outputs: number): void {
  if (bias && bias.shape.join() !== `${outputs}`)
    throw new Misfit(
      `a bias of ${text(bias.shape)} stands beside ${outputs} outputs`,
      `Give it a bias of ${outputs} numbers, or none.`,
    );
}

/** Numbers of one channel in a window, those outside left out. */
function windowOf(
  { data }: Value,
  start: number,
  { rows, columns, row, column }: Image,
  [top, left]: Two,
  [height, width]: Two,
): number[] {
  const seen: number[] = [];
  for (let r = Math.max(0, top); r < Math.min(rows, top + height); r++)
    for (let c = Math.max(0, left); c < Math.min(columns, left + width); c++)
      seen.push(data[start + r * row + c * column]);
  return seen;
}

/** Pads of TensorFlow's 'same': of an odd number of zeros the larger part comes behind. */
export function samePads(sides: Two, kernel: Two, strides: Two, dilations: Two = [1, 1]): Four {
  const [rows, columns] = [0, 1].map((i) => {
    const covered = (Math.ceil(sides[i] / strides[i]) - 1) * strides[i] + (kernel[i] - 1) * dilations[i] + 1;
    return Math.max(0, covered - sides[i]);
  });
  return [Math.floor(rows / 2), Math.floor(columns / 2), Math.ceil(rows / 2), Math.ceil(columns / 2)];
}

/** Operations whose numbers are sums of several, and pools. */
export const summing: OperationRules<'conv2d' | 'conv-transpose' | 'dense' | 'pool'> = {
  conv2d: {
    inputs: [2, 3],
    shape: ({ strides, pads, dilations, groups, layout }, [x, kernel, bias]) => {
      needSides(x, 3, 'what is convolved');
      needSides(kernel, 4, 'the kernel');
      const { rows, columns, channels } = imageOf(x.shape, layout);
      const [kernelRows, kernelColumns, own, filters] = kernel.shape;
      if (own * groups !== channels || filters % groups !== 0)
        throw new Misfit(
          `a kernel of ${text(kernel.shape)} in ${groups} groups stands beside ${channels} channels`,
          `With ${groups} groups the kernel has ${channels / groups} channels, and filters in ${groups} equal parts; or the image has its channels at another axis.`,
        );
      checkBias(bias, filters);
      const side = (size: number, k: number, i: 0 | 1): number =>
        Math.floor((size + pads[i] + pads[i + 2] - (k - 1) * dilations[i] - 1) / strides[i]) + 1;
      return imageShape(side(rows, kernelRows, 0), side(columns, kernelColumns, 1), filters, layout);
    },
    compute: ({ strides, pads, dilations, groups, layout }, [x, kernel, bias], samples, shape) => {
      const from = imageOf(x.shape, layout);
      const to = imageOf(shape, layout);
      const [kernelRows, kernelColumns, own, filters] = kernel.shape;
      const each = filters / groups;
      const out = new Float64Array(samples * sizeOf(shape));
      for (let sample = 0; sample < samples; sample++)
        for (let r = 0; r < to.rows; r++)
          for (let c = 0; c < to.columns; c++) {
            const at = sample * sizeOf(shape) + r * to.row + c * to.column;
            for (let kr = 0; kr < kernelRows; kr++) {
              const row = r * strides[0] - pads[0] + kr * dilations[0];
              if (row < 0 || row >= from.rows) continue;
              for (let kc = 0; kc < kernelColumns; kc++) {
                const column = c * strides[1] - pads[1] + kc * dilations[1];
                if (column < 0 || column >= from.columns) continue;
                const start = startOf(x, sample) + row * from.row + column * from.column;
                for (let g = 0; g < groups; g++)
                  for (let i = 0; i < own; i++) {
                    const value = x.data[start + (g * own + i) * from.channel];
                    if (value === 0) continue;
                    const weights = ((kr * kernelColumns + kc) * own + i) * filters;
                    for (let f = g * each; f < (g + 1) * each; f++)
                      out[at + f * to.channel] += value * kernel.data[weights + f];
                  }
              }
            }
            if (bias) for (let f = 0; f < filters; f++) out[at + f * to.channel] += bias.data[f];
          }
      return out;
    },
  },

  'conv-transpose': {
    inputs: [2, 3],
    shape: ({ strides, crop, layout }, [x, kernel, bias]) => {
      needSides(x, 3, 'what is convolved');
      needSides(kernel, 4, 'the kernel');
      const { rows, columns, channels } = imageOf(x.shape, layout);
      const [kernelRows, kernelColumns, filters, own] = kernel.shape;
      if (own !== channels)
        throw new Misfit(
          `a kernel of ${text(kernel.shape)} stands beside ${channels} channels`,
          `The last side of the kernel (as Keras keeps it) has to be ${channels}.`,
        );
      checkBias(bias, filters);
      const side = (size: number, k: number, i: 0 | 1): number =>
        (size - 1) * strides[i] + k - crop[i] - crop[i + 2];
      return imageShape(side(rows, kernelRows, 0), side(columns, kernelColumns, 1), filters, layout);
    },
    compute: ({ strides, crop, layout }, [x, kernel, bias], samples, shape) => {
      const from = imageOf(x.shape, layout);
      const to = imageOf(shape, layout);
      const [kernelRows, kernelColumns, filters, own] = kernel.shape;
      const out = new Float64Array(samples * sizeOf(shape));
      for (let sample = 0; sample < samples; sample++) {
        const start = sample * sizeOf(shape);
        if (bias)
          for (let p = 0; p < to.rows * to.columns; p++)
            for (let f = 0; f < filters; f++) out[start + p * to.column + f * to.channel] = bias.data[f];
        for (let r = 0; r < from.rows; r++)
          for (let c = 0; c < from.columns; c++)
            for (let kr = 0; kr < kernelRows; kr++) {
              const row = r * strides[0] + kr - crop[0];
              if (row < 0 || row >= to.rows) continue;
              for (let kc = 0; kc < kernelColumns; kc++) {
                const column = c * strides[1] + kc - crop[1];
                if (column < 0 || column >= to.columns) continue;
                const at = start + row * to.row + column * to.column;
                const source = startOf(x, sample) + r * from.row + c * from.column;
                const weights = (kr * kernelColumns + kc) * filters * own;
                for (let f = 0; f < filters; f++) {
                  let sum = 0;
                  for (let i = 0; i < own; i++)
                    sum += x.data[source + i * from.channel] * kernel.data[weights + f * own + i];
                  out[at + f * to.channel] += sum;
                }
              }
            }
      }
      return out;
    },
  },

  dense: {
    inputs: [2, 3],
    shape: (_, [x, kernel, bias]) => {
      needSides(kernel, 2, 'the kernel');
      if (x.shape.length === 0 || x.shape[x.shape.length - 1] !== kernel.shape[0])
        throw new Misfit(
          `a kernel of ${text(kernel.shape)} stands behind a value of ${text(x.shape)}`,
          x.shape.at(-1) === kernel.shape[1]
            ? 'The kernel is transposed: its first side counts what comes in.'
            : `Flatten the value to ${kernel.shape[0]} numbers, or give the kernel ${x.shape.at(-1) ?? 1} rows.`,
        );
      checkBias(bias, kernel.shape[1]);
      return [...x.shape.slice(0, -1), kernel.shape[1]];
    },
    compute: (_, [x, kernel, bias], samples, shape) => {
      const [inputs, units] = kernel.shape;
      const rows = samples * sizeOf(shape.slice(0, -1));
      const out = new Float64Array(rows * units);
      for (let row = 0; row < rows; row++) {
        // A value without a batch is used again by every sample.
        const from = (row * inputs) % x.data.length;
        for (let i = 0; i < inputs; i++) {
          const value = x.data[from + i];
          if (value === 0) continue;
          for (let u = 0; u < units; u++) out[row * units + u] += value * kernel.data[i * units + u];
        }
        if (bias) for (let u = 0; u < units; u++) out[row * units + u] += bias.data[u];
      }
      return out;
    },
  },

  pool: {
    shape: ({ size, strides, pads, layout }, [x]) => {
      needSides(x, 3, 'what is pooled');
      const { rows, columns, channels } = imageOf(x.shape, layout);
      const side = (length: number, i: 0 | 1): number =>
        Math.floor((length + pads[i] + pads[i + 2] - size[i]) / strides[i]) + 1;
      return imageShape(side(rows, 0), side(columns, 1), channels, layout);
    },
    compute: ({ name, size, strides, pads, countPads, layout }, [x], samples, shape) => {
      const from = imageOf(x.shape, layout);
      const to = imageOf(shape, layout);
      const out = new Float64Array(samples * sizeOf(shape));
      for (let sample = 0; sample < samples; sample++)
        for (let r = 0; r < to.rows; r++)
          for (let c = 0; c < to.columns; c++)
            for (let f = 0; f < to.channels; f++) {
              const seen = windowOf(
                x,
                startOf(x, sample) + f * from.channel,
                from,
                [r * strides[0] - pads[0], c * strides[1] - pads[1]],
                size,
              );
              const count = countPads ? size[0] * size[1] : seen.length;
              out[sample * sizeOf(shape) + r * to.row + c * to.column + f * to.channel] =
                name === 'max' ? Math.max(...seen) : seen.reduce((a, b) => a + b, 0) / count;
            }
      return out;
    },
  },
};
