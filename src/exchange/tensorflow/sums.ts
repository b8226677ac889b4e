import { formulas, type Layout, samePads } from '../graph/index.js';
import { type FileGraph, type FileValue, part } from '../reading/file-graph.js';
import type { NodeReader, NodeRule } from './node.js';

type Two = readonly [number, number];

function layoutOf(node: NodeReader): Layout {
  const format = node.string('data_format', 'NHWC');
  if (format !== 'NHWC' && format !== 'NCHW') throw node.error(`has data_format ${format}`);
  return format === 'NHWC' ? 'channels-last' : 'channels-first';
}

/** Of four numbers in the order of data_format, those of rows and columns; the others must be 1. */
function two(node: NodeReader, name: string, layout: Layout, otherwise?: Two): Two {
  const list = node.ints(name);
  if (!list?.length && otherwise) return otherwise;
  const [rows, columns, ...others] =
    layout === 'channels-last' ? [1, 2, 0, 3].map((i) => list?.[i]) : [2, 3, 0, 1].map((i) => list?.[i]);
  if (list?.length !== 4 || others.some((v) => v !== 1) || !rows || !columns || rows < 1 || columns < 1)
    throw node.error(`has ${name} ${list?.join() ?? 'nothing'}`);
  return [rows, columns];
}

function imageSides(node: NodeReader, x: FileValue, layout: Layout): Two & { readonly channels?: number } {
  const sides = node.graph.sides(x);
  if (sides.length !== 4 || !node.graph.isBatched(x))
    throw node.error(`works on a value of shape ${sides.join('x')}; images with four axes are read`);
  return layout === 'channels-last' ? [sides[1], sides[2]] : [sides[2], sides[3]];
}

/** [before, after] of rows and of columns. */
function paddings(
  node: NodeReader,
  layout: Layout,
  sides: Two,
  kernel: Two,
  strides: Two,
  dilations: Two,
): readonly [Two, Two] {
  const padding = node.string('padding', '');
  const explicit = node.ints('explicit_paddings') ?? [];
  if (padding === 'EXPLICIT') {
    const at = layout === 'channels-last' ? 2 : 4;
    if (explicit.length !== 8 || explicit.some((v, i) => v !== 0 && (i < at || i >= at + 4)))
      throw node.error(`has explicit_paddings ${explicit.join()}`);
    return [
      [explicit[at], explicit[at + 1]],
      [explicit[at + 2], explicit[at + 3]],
    ];
  }
  if (explicit.some((v) => v !== 0)) throw node.error(`has padding ${padding} and explicit_paddings`);
  if (padding === 'VALID')
    return [
      [0, 0],
      [0, 0],
    ];
  if (padding !== 'SAME') throw node.error(`has padding ${padding || 'nothing'}`);
  return [0, 1].map((i) => samePads(sides[i], kernel[i], strides[i], dilations[i])) as unknown as [Two, Two];
}

/** Kernel [rows, columns, channels / groups, filters]; `depthwise`: [rows, columns, channels, times]. */
export function convolution(depthwise: boolean): NodeRule {
  return (node, graph) => {
    const x = node.input(0, 'value');
    let kernel = node.input(1, 'kernel');
    const shape = graph.kernelSides(node, kernel);
    const layout = layoutOf(node);
    const sides = imageSides(node, x, layout);
    const strides = two(node, 'strides', layout);
    const dilations = two(node, 'dilations', layout, [1, 1]);
    const channels = graph.sides(x)[layout === 'channels-last' ? 3 : 1];
    if (depthwise)
      kernel = graph.shaped(part(node, 'kernel'), kernel, [shape[0], shape[1], 1, shape[2] * shape[3]]);
    const groups = channels / graph.sides(kernel)[2];
    if (!Number.isInteger(groups) || groups < 1)
      throw node.error(`has a kernel of shape ${shape.join('x')} for ${channels} channels`);
    const [rows, columns] = paddings(node, layout, sides, [shape[0], shape[1]], strides, dilations);
    const pads = [rows[0], columns[0], rows[1], columns[1]] as const;
    return graph.add(node, { kind: 'conv2d', strides, pads, dilations, groups, layout }, [x, kernel]);
  };
}

/** The gradient of a convolution, which is what a transposed one is. Inputs: sizes of the result, kernel, value. */
export const convTranspose: NodeRule = (node, graph) => {
  const wanted = graph.knownIntegers(node, node.input(0, 'size'), 'size');
  const kernel = node.input(1, 'kernel');
  const x = node.input(2, 'value');
  const shape = graph.kernelSides(node, kernel);
  const layout = layoutOf(node);
  const sides = imageSides(node, x, layout);
  const strides = two(node, 'strides', layout);
  if (two(node, 'dilations', layout, [1, 1]).join() !== '1,1')
    throw node.error('is dilated; that is not read');
  const [row, channel] = layout === 'channels-last' ? [1, 3] : [2, 1];
  // Some files give rows and columns only.
  const to: Two = wanted.length === 2 ? [wanted[0], wanted[1]] : [wanted[row], wanted[row + 1]];
  if (wanted.length === 4 && (wanted[channel] !== shape[2] || wanted[0] !== graph.batch))
    throw node.error(`makes a value of shape ${wanted.join('x')} with a kernel of ${shape.join('x')}`);
  const pads = paddings(node, layout, to, [shape[0], shape[1]], strides, [1, 1]);
  const crop = [0, 1].map((i) => {
    const [before, after] = pads[i];
    // That of which this is the gradient must make as many rows of the result as there are here.
    if (Math.floor((to[i] + before + after - shape[i]) / strides[i]) + 1 !== sides[i])
      throw node.error(`makes ${to.join('x')} of ${sides.join('x')}, which do not go together`);
    return [before, (sides[i] - 1) * strides[i] + shape[i] - to[i] - before];
  });
  return graph.add(
    node,
    { kind: 'conv-transpose', strides, crop: [crop[0][0], crop[1][0], crop[0][1], crop[1][1]], layout },
    [x, kernel],
  );
};

/** A matrix product with constant weights; the attributes that turn its sides have several names. */
export const matMul: NodeRule = (node, graph) => {
  const x = node.input(0, 'value');
  const weights = node.input(1, 'weights');
  if (graph.isBatched(weights))
    throw node.error(
      graph.isBatched(x)
        ? 'multiplies two values that both come from the wafer'
        : 'has its weights on the left',
      'Build the network with dense layers: value times constant weights.',
    );
  const turn = (names: readonly string[]): boolean => names.some((name) => node.flag(name, false));
  const sides = graph.sides(weights);
  if (sides.length !== 2 || graph.sides(x).length < 2)
    throw node.error(`multiplies ${graph.sides(x).join('x')} by ${sides.join('x')}; weights have two axes`);
  const left = turn(['transpose_a', 'adj_x']) ? turned(node, graph, x) : x;
  const right = turn(['transpose_b', 'adj_y']) ? turned(node, graph, weights) : weights;
  return graph.add(node, { kind: 'dense' }, [left, right]);
};

function turned(node: NodeReader, graph: FileGraph, value: FileValue): FileValue {
  const axes = graph.sides(value).length;
  const order = Array.from({ length: axes }, (_, axis) => (axis < axes - 2 ? axis : 2 * axes - 3 - axis));
  return graph.transpose(part(node, 'turned'), value, order);
}

/** A bias along the channels. */
export const biasAdd: NodeRule = (node, graph) =>
  withBias(node, graph, node.input(0, 'value'), node.input(1, 'bias'), layoutOf(node));

function withBias(
  node: NodeReader,
  graph: FileGraph,
  x: FileValue,
  bias: FileValue,
  layout: Layout,
): FileValue {
  const axes = graph.sides(x).length;
  const [units] = graph.sides(bias);
  if (graph.isBatched(bias) || graph.sides(bias).length !== 1)
    throw node.error(
      `has a bias of shape ${graph.sides(bias).join('x')}; a constant one of one axis is read`,
    );
  const along =
    layout === 'channels-first' && axes > 2
      ? graph.shaped(part(node, 'bias'), bias, [units, ...new Array<number>(axes - 2).fill(1)])
      : bias;
  return graph.broadcast(node, { kind: 'add' }, [x, along]);
}

/** Outputs: the values, then statistics that only training uses. */
export const batchNormalisation: NodeRule = (node, graph) => {
  const x = node.input(0, 'value');
  const tables = ['scale', 'offset', 'mean', 'variance'].map((what, i) => node.input(i + 1, what));
  node.ignore('exponential_avg_factor');
  if (node.flag('is_training', true))
    throw node.error(
      'is in training mode',
      'Freeze the network for inference (learning phase 0, training=False).',
    );
  const epsilon = node.float('epsilon', Math.fround(1e-4));
  const axis = graph.axis(node, x, layoutOf(node) === 'channels-last' ? -1 : 1);
  return graph.add(node, { kind: 'batch-normalisation', epsilon, axis }, [x, ...tables]);
};

export function pool(name: 'max' | 'average'): NodeRule {
  return (node, graph) => {
    const x = node.input(0, 'value');
    const layout = layoutOf(node);
    const sides = imageSides(node, x, layout);
    const size = two(node, 'ksize', layout);
    const strides = two(node, 'strides', layout);
    const [rows, columns] = paddings(node, layout, sides, size, strides, [1, 1]);
    const pads = [rows[0], columns[0], rows[1], columns[1]] as const;
    return graph.add(node, { kind: 'pool', name, size, strides, pads, countPads: false, layout }, [x]);
  };
}

/** A sum with what TensorFlow's optimiser put into one node with it: a bias, then perhaps an activation. */
export function fused(sum: NodeRule): NodeRule {
  return (node, graph) => {
    const inner = sum(node, graph) as FileValue;
    const [bias, activation, ...rest] = node.strings('fused_ops');
    node.ignore('num_args', 'epsilon', 'leakyrelu_alpha', 'TArgs', 'num_host_args', 'host_args');
    if (bias !== 'BiasAdd' || rest.length > 0)
      throw node.error(
        `joins ${node.strings('fused_ops').join(', ')}`,
        'Freeze the network without grappler optimisation.',
      );
    const layout = node.has('data_format') ? layoutOf(node) : 'channels-last';
    const moved = withBias(node, graph, inner, node.input(2, 'bias'), layout);
    if (activation === undefined) return moved;
    const plain = { kind: 'relu', negativeSlope: 0, threshold: 0, max: Number.POSITIVE_INFINITY } as const;
    if (activation === 'Relu') return graph.add(node, plain, [moved]);
    if (activation === 'Relu6') return graph.add(node, { ...plain, max: 6 }, [moved]);
    if (activation === 'LeakyRelu')
      return graph.add(node, { ...plain, negativeSlope: node.float('leakyrelu_alpha', Math.fround(0.2)) }, [
        moved,
      ]);
    if (activation === 'Elu') return graph.formula(node, moved, formulas.elu());
    if (activation === 'Sigmoid' || activation === 'Tanh')
      return graph.add(node, { kind: 'function', name: activation === 'Tanh' ? 'tanh' : 'sigmoid' }, [moved]);
    throw node.error(`joins ${activation}`, 'Freeze the network without grappler optimisation.');
  };
}
