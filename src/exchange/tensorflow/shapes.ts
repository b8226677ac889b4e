import { type Op, type Range, sizeOf } from '../graph/index.js';
import { mustBeSmall } from '../graph/tensor-size.js';
import { type FileValue, part } from '../reading/file-graph.js';
import { expand, range } from '../reading/shared-rules.js';
import { cut, filled, gathered, listed, reshapeTarget, squeezed } from '../reading/sides.js';
import type { TensorflowRule, TensorflowRules } from './node.js';
import { stridedSlice } from './strided-slice.js';

function like(value: number): TensorflowRule {
  return (node, graph) => {
    const x = node.input(0, 'value');
    return filled(node, graph.sides(x), x.type, () => value);
  };
}

/** The number of axes, or of numbers. */
function count(of: (sides: readonly number[]) => number): TensorflowRule {
  return (node, graph) => {
    const number = of(graph.sides(node.input(0, 'value')));
    return graph.number(node.name, number, node.type('out_type', 'int32'));
  };
}

/** Values along one axis; the number of the axis is the first input, or the last. */
function concatenate(axisAt: 'first' | 'last'): TensorflowRule {
  return (node, graph) => {
    const count = node.count - 1;
    const axis = graph.knownNumber(node, node.input(axisAt === 'first' ? 0 : count, 'axis'), 'axis');
    const values = Array.from({ length: count }, (_, i) =>
      node.input(axisAt === 'first' ? i + 1 : i, 'value'),
    );
    return graph.concatenate(node, values, axis);
  };
}

/** Places along one axis. */
function gather(axisInput: boolean): TensorflowRule {
  return (node, graph) => {
    const x = node.input(0, 'value');
    const places = node.input(1, 'places');
    const told = axisInput ? graph.knownNumber(node, node.input(2, 'axis'), 'axis') : 0;
    if (node.int('batch_dims', 0) !== 0) throw node.error('gathers within the batch');
    const indices = graph.knownIntegers(node, places, 'places');
    return gathered(node, part(node, 'picked'), x, places, told, () => indices);
  };
}

/** Zeros, or one other number, around a value. */
const pad: TensorflowRule = (node, graph) => {
  const x = node.input(0, 'value');
  const paddings = graph.knownIntegers(node, node.input(1, 'pads'), 'pads');
  const value = node.op === 'PadV2' ? graph.knownNumber(node, node.input(2, 'value'), 'value') : 0;
  const sides = graph.sides(x);
  if (paddings.length !== 2 * sides.length)
    throw node.error(`has ${paddings.length} pads for ${sides.length} axes`);
  return graph.pad(
    node,
    x,
    sides.map((_, axis) => paddings[2 * axis]),
    sides.map((_, axis) => paddings[2 * axis + 1]),
    value,
  );
};

function reduce(name: Op<'reduce'>['name']): TensorflowRule {
  return (node, graph) => {
    const x = node.input(0, 'value');
    const told = graph.knownIntegers(node, node.input(1, 'axes'), 'axes');
    const keep = node.flag('keep_dims', false);
    if (told.length === 0) return graph.add(node, { kind: 'function', name: 'identity' }, [x]);
    const axes = told.map((axis) => graph.axis(node, x, axis));
    return graph.add(node, { kind: 'reduce', name, axes, keep }, [x]);
  };
}

export const shapes: TensorflowRules = {
  OnesLike: like(1),
  ZerosLike: like(0),
  Rank: count((sides) => sides.length),
  Size: count(sizeOf),
  Concat: concatenate('first'),
  ConcatV2: concatenate('last'),
  StridedSlice: stridedSlice,
  Gather: gather(false),
  GatherV2: gather(true),
  Pad: pad,
  PadV2: pad,
  BroadcastTo: expand,
  Range: range,
  Sum: reduce('sum'),
  Mean: reduce('mean'),
  Prod: reduce('product'),
  Max: reduce('max'),
  Min: reduce('min'),

  Const: (node, graph) => {
    const tensor = node.tensor('value');
    return graph.constant(node.name, tensor, tensor.type);
  },

  /** A tensor of one number; for shapes that the batch begins, its side is the batch's. */
  Fill: (node, graph) => {
    const shape = graph.knownIntegers(node, node.input(0, 'shape'), 'shape');
    const value = node.input(1, 'value');
    const number = graph.knownNumber(node, value, 'value');
    return filled(node, shape, value.type, () => number);
  },

  Shape: (node, graph) => listed(node, graph.sides(node.input(0, 'value')), node.type('out_type', 'int32')),

  Reshape: (node, graph) => {
    const x = node.input(0, 'value');
    const target = graph.knownIntegers(node, node.input(1, 'shape'), 'shape');
    return graph.reshape(node, x, reshapeTarget(node, graph.sides(x), target));
  },

  Squeeze: (node) => {
    const axes = node.ints('squeeze_dims') ?? [];
    return squeezed(node, node.input(0, 'value'), axes.length > 0 ? axes : undefined);
  },

  ExpandDims: (node, graph) => {
    const x = node.input(0, 'value');
    const sides = graph.sides(x);
    const told = graph.knownNumber(node, node.input(1, 'axis'), 'axis');
    const axis = told < 0 ? told + sides.length + 1 : told;
    if (axis < 0 || axis > sides.length) throw node.error(`adds axis ${told} to a value of ${sides.length}`);
    return graph.reshape(node, x, [...sides.slice(0, axis), 1, ...sides.slice(axis)]);
  },

  Transpose: (node, graph) => {
    const order = graph.knownIntegers(node, node.input(1, 'order'), 'order');
    return graph.transpose(node, node.input(0, 'value'), order);
  },

  /** Values along an axis that this makes. */
  Pack: (node, graph) => {
    const values = node.inputs();
    const told = node.int('axis', 0);
    const longer = values.map((value) => {
      const sides = graph.sides(value);
      const axis = told < 0 ? told + sides.length + 1 : told;
      return graph.reshape(part(node, 'longer'), value, [...sides.slice(0, axis), 1, ...sides.slice(axis)]);
    });
    return graph.concatenate(node, longer, told);
  },

  Split: (node, graph) => {
    const told = graph.knownNumber(node, node.input(0, 'axis'), 'axis');
    const x = node.input(1, 'value');
    const parts = node.int('num_split', 1);
    const sides = graph.sides(x);
    const axis = told < 0 ? told + sides.length : told;
    const side = sides[axis] / parts;
    if (!Number.isInteger(side) || parts < 1) throw node.error(`splits ${sides[axis]} into ${parts}`);
    return cut(node, x, axis, new Array<number>(parts).fill(side));
  },

  /** From places, so many of each axis; -1 takes what is left. */
  Slice: (node, graph) => {
    const x = node.input(0, 'value');
    const sides = graph.sides(x);
    const begin = graph.knownIntegers(node, node.input(1, 'begin'), 'begin');
    const size = graph.knownIntegers(node, node.input(2, 'size'), 'size');
    const ranges = sides.map((side, axis): Range => {
      const to = size[axis] === -1 ? side : begin[axis] + size[axis];
      if (!(begin[axis] >= 0) || !(to <= side) || to < begin[axis])
        throw node.error(`takes ${size[axis]} from ${begin[axis]} on of ${side}`);
      return { from: begin[axis], to, step: 1 };
    });
    return graph.slice(node, x, ranges);
  },

  Tile: (node, graph) => {
    const x = node.input(0, 'value');
    const sides = graph.sides(x);
    const times = graph.knownIntegers(node, node.input(1, 'times'), 'times');
    if (times.length !== sides.length || times.some((v) => v < 0))
      throw node.error(`repeats ${times.join()} times`);
    mustBeSmall(
      sides.map((side, axis) => side * times[axis]),
      node.text,
      graph.builder.path,
    );
    return times.reduce((value: FileValue, count, at) => {
      if (count === 1) return value;
      const indices = Array.from({ length: count * sides[at] }, (_, i) => i % sides[at]);
      return graph.add(node, { kind: 'gather', axis: graph.axis(node, value, at), indices }, [value]);
    }, x);
  },

  /** Repeats rows and columns a whole number of times. */
  ResizeNearestNeighbor: (node, graph) => {
    const x = node.input(0, 'value');
    const to = graph.knownIntegers(node, node.input(1, 'size'), 'size');
    const sides = graph.sides(x);
    node.ignore('half_pixel_centers'); // the same for whole numbers
    if (node.flag('align_corners', false))
      throw node.error('aligns corners; that does not repeat rows and columns');
    const [rows, columns] = [to[0] / sides[1], to[1] / sides[2]];
    if (sides.length !== 4 || !Number.isInteger(rows) || !Number.isInteger(columns))
      throw node.error(`resizes ${sides.join('x')} to ${to.join('x')}; whole numbers of times are read`);
    return graph.add(node, { kind: 'upsample', factors: [rows, columns], layout: 'channels-last' }, [x]);
  },
};
