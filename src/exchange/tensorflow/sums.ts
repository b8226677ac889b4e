import { type Four, formulas, type Layout, relu, samePads, type Two } from '../graph/index.js';
import { type FileGraph, type FileValue, part } from '../reading/file-graph.js';
import { mustBeMatrix } from '../reading/sides.js';
import type { TensorflowReader, TensorflowRule, TensorflowRules } from './node.js';

function layoutOf(node: TensorflowReader): Layout {
  const format = node.string('data_format', 'NHWC');
  if (format !== 'NHWC' && format !== 'NCHW') throw node.error(`has data_format ${format}`);
  return format === 'NHWC' ? 'channels-last' : 'channels-first';
}

/** Of four numbers in the order of data_format, those of rows and columns; the others must be 1. */
function two(node: TensorflowReader, name: string, layout: Layout, otherwise?: Two): Two {
  const list = node.ints(name);
  if (!list?.length && otherwise) return otherwise;
  const [rows, columns, ...others] =
    layout === 'channels-last' ? [1, 2, 0, 3].map((i) => list?.[i]) : [2, 3, 0, 1].map((i) => list?.[i]);
  if (list?.length !== 4 || others.some((v) => v !== 1) || !rows || !columns || rows < 1 || columns < 1)
    throw node.error(`has ${name} ${list?.join() ?? 'nothing'}`);
  return [rows, columns];
}

function imageSides(node: TensorflowReader, x: FileValue, layout: Layout): Two {
  const sides = node.graph.sides(x);
  if (sides.length !== 4 || !node.graph.isBatched(x))
    throw node.error(`works on a value of shape ${sides.join('x')}; images with four axes are read`);
  return layout === 'channels-last' ? [sides[1], sides[2]] : [sides[2], sides[3]];
}

/** Zeros at the top, left, bottom, right. */
function padsOf(
  node: TensorflowReader,
  layout: Layout,
  sides: Two,
  kernel: Two,
  strides: Two,
  dilations: Two = [1, 1],
): Four {
  const padding = node.string('padding', '');
  const explicit = node.ints('explicit_paddings') ?? [];
  if (padding === 'EXPLICIT') {
    const at = layout === 'channels-last' ? 2 : 4;
    if (explicit.length !== 8 || explicit.some((v, i) => v !== 0 && (i < at || i >= at + 4)))
      throw node.error(`has explicit_paddings ${explicit.join()}`);
    return [explicit[at], explicit[at + 2], explicit[at + 1], explicit[at + 3]];
  }
  if (explicit.some((v) => v !== 0)) throw node.error(`has padding ${padding} and explicit_paddings`);
  if (padding === 'VALID') return [0, 0, 0, 0];
  if (padding !== 'SAME') throw node.error(`has padding ${padding || 'nothing'}`);
  return samePads(sides, kernel, strides, dilations);
}

/** Kernel [rows, columns, channels / groups, filters]; `depthwise`: [rows, columns, channels, times]. */
function convolution(kind: 'full' | 'depthwise'): TensorflowRule {
  return (node, graph) => {
    const x = node.input(0, 'value');
    let kernel = node.input(1, 'kernel');
    const shape = graph.kernelSides(node, kernel);
    const layout = layoutOf(node);
    const sides = imageSides(node, x, layout);
    const strides = two(node, 'strides', layout);
    const dilations = two(node, 'dilations', layout, [1, 1]);
    const channels = graph.sides(x)[layout === 'channels-last' ? 3 : 1];
    if (kind === 'depthwise')
      kernel = graph.shaped(part(node, 'kernel'), kernel, [shape[0], shape[1], 1, shape[2] * shape[3]]);
    const groups = channels / graph.sides(kernel)[2];
    if (!Number.isInteger(groups) || groups < 1)
      throw node.error(`has a kernel of shape ${shape.join('x')} for ${channels} channels`);
    const pads = padsOf(node, layout, sides, [shape[0], shape[1]], strides, dilations);
    return graph.add(node, { kind: 'conv2d', strides, pads, dilations, groups, layout }, [x, kernel]);
  };
}

/** A matrix product with constant weights; the attributes that turn its sides have several names. */
const matMul: TensorflowRule = (node, graph) => {
  const x = node.input(0, 'value');
  const weights = node.input(1, 'weights');
  mustBeMatrix(node, x, weights, 'Build the network with dense layers: value times constant weights.');
  const turn = (names: readonly string[]): boolean => names.some((name) => node.flag(name, false));
  const left = turn(['transpose_a', 'adj_x']) ? turned(node, graph, x) : x;
  const right = turn(['transpose_b', 'adj_y']) ? turned(node, graph, weights) : weights;
  return graph.add(node, { kind: 'dense' }, [left, right]);
};

function turned(node: TensorflowReader, graph: FileGraph, value: FileValue): FileValue {
  const axes = graph.sides(value).length;
  const order = Array.from({ length: axes }, (_, axis) => (axis < axes - 2 ? axis : 2 * axes - 3 - axis));
  return graph.transpose(part(node, 'turned'), value, order);
}

/** A bias along the channels. */
const biasAdd: TensorflowRule = (node, graph) =>
  withBias(node, graph, node.input(0, 'value'), node.input(1, 'bias'), layoutOf(node));

function withBias(
  node: TensorflowReader,
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

function pool(name: 'max' | 'average'): TensorflowRule {
  return (node, graph) => {
    const x = node.input(0, 'value');
    const layout = layoutOf(node);
    const sides = imageSides(node, x, layout);
    const size = two(node, 'ksize', layout);
    const strides = two(node, 'strides', layout);
    const pads = padsOf(node, layout, sides, size, strides);
    return graph.add(node, { kind: 'pool', name, size, strides, pads, countPads: false, layout }, [x]);
  };
}

/** A sum with what TensorFlow's optimiser put into one node with it: a bias, then perhaps an activation. */
function fused(sum: TensorflowRule): TensorflowRule {
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
    if (activation === 'Relu') return graph.add(node, relu(), [moved]);
    if (activation === 'Relu6') return graph.add(node, relu(0, 6), [moved]);
    if (activation === 'LeakyRelu')
      return graph.add(node, relu(node.float('leakyrelu_alpha', Math.fround(0.2))), [moved]);
    if (activation === 'Elu') return graph.formula(node, moved, formulas.elu());
    if (activation === 'Sigmoid' || activation === 'Tanh')
      return graph.add(node, { kind: 'function', name: activation === 'Tanh' ? 'tanh' : 'sigmoid' }, [moved]);
    throw node.error(`joins ${activation}`, 'Freeze the network without grappler optimisation.');
  };
}

/** Outputs: the values, then statistics that only training uses. */
const batchNormalisation: TensorflowRule = (node, graph) => {
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

export const sums: TensorflowRules = {
  Conv2D: convolution('full'),
  DepthwiseConv2dNative: convolution('depthwise'),
  MatMul: matMul,
  BatchMatMul: matMul,
  BatchMatMulV2: matMul,
  BatchMatMulV3: matMul,
  _FusedConv2D: fused(convolution('full')),
  _FusedMatMul: fused(matMul),
  BiasAdd: biasAdd,
  BiasAddV1: biasAdd,
  FusedBatchNorm: batchNormalisation,
  FusedBatchNormV2: batchNormalisation,
  FusedBatchNormV3: batchNormalisation,
  MaxPool: pool('max'),
  AvgPool: pool('average'),

  /** The gradient of a convolution, which is what a transposed one is. Inputs: sizes of the result, kernel, value. */
  Conv2DBackpropInput: (node, graph) => {
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
    const pads = padsOf(node, layout, to, [shape[0], shape[1]], strides);
    const [bottom, right] = [0, 1].map((i) => {
      // That of which this is the gradient must make as many rows of the result as there are here.
      if (Math.floor((to[i] + pads[i] + pads[i + 2] - shape[i]) / strides[i]) + 1 !== sides[i])
        throw node.error(`makes ${to.join('x')} of ${sides.join('x')}, which do not go together`);
      return (sides[i] - 1) * strides[i] + shape[i] - to[i] - pads[i];
    });
    const crop = [pads[0], pads[1], bottom, right] as const;
    return graph.add(node, { kind: 'conv-transpose', strides, crop, layout }, [x, kernel]);
  },
};
