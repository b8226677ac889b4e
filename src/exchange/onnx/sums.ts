import { type Four, type Layout, samePads, sizeOf, type Two } from '../graph/index.js';
import { type FileValue, part } from '../reading/file-graph.js';
import { mustBeMatrix } from '../reading/sides.js';
import type { OnnxReader, OnnxRule, OnnxRules } from './node.js';

function two(node: OnnxReader, name: string): Two {
  const list = node.ints(name) ?? [1, 1];
  if (list.length !== 2 || list.some((v) => v < 1))
    throw node.error(`has ${name} ${list.join()}; only images of rows and columns are read`);
  return [list[0], list[1]];
}

/** Sides of the image of a value, rows and columns. @throws EconError when it is no image */
function imageSides(node: OnnxReader, x: FileValue, layout: Layout): Two {
  const sides = node.graph.sides(x);
  if (sides.length !== 4 || !node.graph.isBatched(x))
    throw node.error(
      `works on a value of shape ${sides.join('x')}; only images [batch, channels, rows, columns] are read`,
      'Write 1-D or 3-D layers as layers on images of rows and columns.',
    );
  return layout === 'channels-first' ? [sides[2], sides[3]] : [sides[1], sides[2]];
}

/** Zeros at the top, left, bottom, right, as `pads` and `auto_pad` tell them. */
function padsOf(node: OnnxReader, sides: Two, kernel: Two, strides: Two, dilations: Two): Four {
  const auto = node.string('auto_pad', 'NOTSET');
  const pads = node.ints('pads');
  if (auto === 'NOTSET') {
    const [top, left, bottom, right] = pads ?? [0, 0, 0, 0];
    if ((pads?.length ?? 4) !== 4) throw node.error(`has pads ${pads?.join()}, not four`);
    return [top, left, bottom, right];
  }
  if (pads?.some((v) => v !== 0)) throw node.error(`has auto_pad ${auto} and pads ${pads.join()}`);
  if (auto === 'VALID') return [0, 0, 0, 0];
  if (auto !== 'SAME_UPPER' && auto !== 'SAME_LOWER') throw node.error(`has auto_pad ${auto}`);
  const [top, left, bottom, right] = samePads(sides, kernel, strides, dilations);
  return auto === 'SAME_UPPER' ? [top, left, bottom, right] : [bottom, right, top, left];
}

/** Sides of a kernel; the attribute kernel_shape must say the same. */
function kernelSides(node: OnnxReader, kernel: Two): Two {
  const told = node.ints('kernel_shape');
  if (told && told.join() !== kernel.join())
    throw node.error(`has kernel_shape ${told.join()} and a kernel of ${kernel.join()}`);
  return kernel;
}

/** @param layout of the values; kernels are [filters, channels, rows, columns], or [filters, rows, columns, channels] */
export function convolution(layout: Layout): OnnxRule {
  return (node) => {
    const [x, kernel, bias] = [node.input(0, 'value'), node.input(1, 'kernel'), node.optional(2)];
    return convolved(node, layout, bias ? [x, kernel, bias] : [x, kernel]);
  };
}

/** @param inputs value, kernel, bias when there is one */
export function convolved(node: OnnxReader, layout: Layout, inputs: readonly FileValue[]): FileValue {
  const { graph } = node;
  const [x, weights, ...bias] = inputs;
  const sides = imageSides(node, x, layout);
  const shape = graph.kernelSides(node, weights);
  const first = layout === 'channels-first';
  const kernel = kernelSides(node, first ? [shape[2], shape[3]] : [shape[1], shape[2]]);
  const strides = two(node, 'strides');
  const dilations = two(node, 'dilations');
  const pads = padsOf(node, sides, kernel, strides, dilations);
  const turned = graph.transpose(part(node, 'kernel'), weights, first ? [2, 3, 1, 0] : [1, 2, 3, 0]);
  return graph.add(node, { kind: 'conv2d', strides, pads, dilations, groups: node.int('group', 1), layout }, [
    x,
    turned,
    ...bias,
  ]);
}

/** @param channels which axis of the file they are */
export function batchNormalisation(channels: 1 | -1): OnnxRule {
  return (node, graph) => {
    const x = node.input(0, 'value');
    const tables = ['scale', 'bias', 'mean', 'variance'].map((what, i) => node.input(i + 1, what));
    // Only training uses it.
    node.ignore('momentum');
    node.only('training_mode', 0);
    node.only('is_test', 1);
    node.only('spatial', 1);
    const axis = graph.axis(node, x, channels);
    return graph.add(node, { kind: 'batch-normalisation', epsilon: node.float('epsilon', 1e-5), axis }, [
      x,
      ...tables,
    ]);
  };
}

/** @param layout of the values */
export function pool(name: 'max' | 'average', layout: Layout): OnnxRule {
  return (node, graph) => {
    const x = node.input(0, 'value');
    const sides = imageSides(node, x, layout);
    const size = two(node, 'kernel_shape');
    if (!node.has('kernel_shape')) throw node.error('has no kernel_shape');
    const strides = two(node, 'strides');
    if (two(node, 'dilations').join() !== '1,1') throw node.error('is dilated; that is not read');
    node.only('ceil_mode', 0);
    if (name === 'max') node.only('storage_order', 0);
    const countPads = name === 'average' && node.flag('count_include_pad', false);
    const pads = padsOf(node, sides, size, strides, [1, 1]);
    return graph.add(node, { kind: 'pool', name, size, strides, pads, countPads, layout }, [x]);
  };
}

export const sums: OnnxRules = {
  Conv: convolution('channels-first'),
  BatchNormalization: batchNormalisation(1),
  MaxPool: pool('max', 'channels-first'),
  AveragePool: pool('average', 'channels-first'),

  ConvTranspose: (node, graph) => {
    const x = node.input(0, 'value');
    const weights = node.input(1, 'kernel');
    const bias = node.optional(2);
    const sides = imageSides(node, x, 'channels-first');
    const shape = graph.kernelSides(node, weights);
    node.only('group', 1);
    const kernel = kernelSides(node, [shape[2], shape[3]]);
    const strides = two(node, 'strides');
    if (two(node, 'dilations').join() !== '1,1') throw node.error('is dilated; that is not read');
    const extra = node.ints('output_padding') ?? [0, 0];
    const target = node.ints('output_shape');
    const auto = node.string('auto_pad', 'NOTSET');
    const full = [0, 1].map((i) => (sides[i] - 1) * strides[i] + kernel[i] + (extra[i] ?? 0));
    const told = node.ints('pads');
    let crop: number[] = [...(told ?? [0, 0, 0, 0])];
    if (crop.length !== 4 || extra.length !== 2) throw node.error('has pads or output_padding of other axes');
    if (target || auto === 'SAME_UPPER' || auto === 'SAME_LOWER') {
      if (told?.some((v) => v !== 0)) throw node.error('has pads and a size to which it pads itself');
      const wanted = target ? target.slice(-2) : [sides[0] * strides[0], sides[1] * strides[1]];
      // The standard puts the odd one behind with SAME_UPPER, and before without.
      const cuts = [0, 1].map((i) => {
        const total = full[i] - wanted[i];
        const half = Math.floor(total / 2);
        return auto === 'SAME_UPPER' ? [half, total - half] : [total - half, half];
      });
      crop = [cuts[0][0], cuts[1][0], cuts[0][1], cuts[1][1]];
    } else if (auto !== 'NOTSET' && auto !== 'VALID') throw node.error(`has auto_pad ${auto}`);
    const turned = graph.transpose(part(node, 'kernel'), weights, [2, 3, 1, 0]);
    return graph.add(
      node,
      {
        kind: 'conv-transpose',
        strides,
        crop: [crop[0], crop[1], crop[2] - extra[0], crop[3] - extra[1]],
        layout: 'channels-first',
      },
      bias ? [x, turned, bias] : [x, turned],
    );
  },

  /** alpha * A * B + beta * C. */
  Gemm: (node, graph) => {
    const x = node.input(0, 'value');
    const weights = node.input(1, 'kernel');
    const bias = node.optional(2);
    if (graph.isBatched(weights)) throw node.error('multiplies two values that both come from the wafer');
    const transA = node.flag('transA', false);
    if (transA && graph.isBatched(x)) throw graph.overBatch(node);
    const left = transA ? graph.transpose(node, x, [1, 0]) : x;
    const right = node.flag('transB', false)
      ? graph.transpose(part(node, 'kernel'), weights, [1, 0])
      : weights;
    if (graph.sides(left).length !== 2)
      throw node.error(`multiplies a value of shape ${graph.sides(left).join('x')}; it has two axes`);
    const alpha = node.float('alpha', 1);
    const beta = node.float('beta', 1);
    const scaled = (value: FileValue, factor: number): FileValue => {
      if (factor === 1) return value;
      const by = graph.number(`${node.name}/factor`, factor, value.type);
      return graph.broadcast(node, { kind: 'multiply' }, [value, by]);
    };
    const units = graph.sides(right)[1];
    const plain = bias && !graph.isBatched(bias) && sizeOf(graph.sides(bias)) === units;
    if (alpha === 1 && plain && (graph.isBatched(left) || graph.sides(bias).length === 1)) {
      const along = graph.shaped(part(node, 'bias'), bias, [units]);
      return graph.add(node, { kind: 'dense' }, [left, right, scaled(along, beta)]);
    }
    const product = scaled(graph.add(node, { kind: 'dense' }, [left, right]), alpha);
    return bias ? graph.broadcast(node, { kind: 'add' }, [product, scaled(bias, beta)]) : product;
  },

  MatMul: (node, graph) => {
    const x = node.input(0, 'value');
    const weights = node.input(1, 'kernel');
    mustBeMatrix(node, x, weights, 'Export the network with dense layers: value times constant weights.');
    return graph.add(node, { kind: 'dense' }, [x, weights]);
  },

  GlobalAveragePool: (node, graph) => {
    const x = node.input(0, 'value');
    imageSides(node, x, 'channels-first');
    return graph.add(node, { kind: 'reduce', name: 'mean', axes: [1, 2], keep: true }, [x]);
  },
};
