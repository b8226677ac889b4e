import { type Op, pythonRange, type Range, sizeOf } from '../graph/index.js';
import { expand, range } from '../reading/shared-rules.js';
import { cut, filled, gathered, listed, reshapeTarget, squeezed } from '../reading/sides.js';
import type { OnnxReader, OnnxRule, OnnxRules } from './node.js';

/** A list that is an attribute up to an opset, and an input from then on. */
function list(node: OnnxReader, name: string, index: number, inputFrom: number): number[] | undefined {
  if (node.opset < inputFrom) {
    const found = node.ints(name);
    return found && [...found];
  }
  const given = node.optional(index);
  return given && node.graph.knownIntegers(node, given, name);
}

/** Over axes that are an attribute before `inputFrom`, an input from then on. */
function reduce(name: Op<'reduce'>['name'], inputFrom: number): OnnxRule {
  return (node, graph) => {
    const x = node.input(0, 'value');
    const told = list(node, 'axes', 1, inputFrom);
    const keep = node.flag('keepdims', true);
    const none = node.flag('noop_with_empty_axes', false);
    if (!told?.length && none) return graph.add(node, { kind: 'function', name: 'identity' }, [x]);
    const all = told?.length ? told : graph.sides(x).map((_, axis) => axis);
    const axes = all.map((axis) => graph.axis(node, x, axis));
    return graph.add(node, { kind: 'reduce', name, axes, keep }, [x]);
  };
}

/** Repeats rows and columns a whole number of times: Upsample and Resize with the mode nearest. */
const resize: OnnxRule = (node, graph) => {
  const x = node.input(0, 'value');
  const upsample = node.op === 'Upsample';
  node.only('mode', 'nearest');
  const sides = graph.sides(x);
  const place = upsample || node.opset < 11 ? 1 : 2;
  const scales = node.has('scales')
    ? [...(node.floats('scales') ?? [])]
    : [...(node.has(place) ? graph.known(node, node.input(place, 'scales'), 'scales').data : [])];
  if (!upsample && node.opset >= 11) {
    node.ignore(1, 'roi', 'cubic_coeff_a', 'exclude_outside', 'extrapolation_value', 'antialias');
    const given = node.has(3) ? graph.knownIntegers(node, node.input(3, 'sizes'), 'sizes') : undefined;
    if (scales.length === 0 && given) scales.push(...given.map((side, axis) => side / sides[axis]));
    node.only('keep_aspect_ratio_policy', 'stretch');
    if (node.has('axes')) throw node.error('resizes some axes only; that is not read');
    const way = node.string('coordinate_transformation_mode', 'half_pixel');
    const nearest = node.string('nearest_mode', 'round_prefer_floor');
    const repeats =
      (way === 'asymmetric' && nearest === 'floor') ||
      (/^(pytorch_)?half_pixel(_symmetric)?$/.test(way) && /^round_prefer_(floor|ceil)$/.test(nearest));
    if (!repeats)
      throw node.error(`resizes by ${way} and ${nearest}, which does not repeat rows and columns`);
  }
  const [batch, channels, rows, columns] = scales;
  if (
    scales.length !== 4 ||
    batch !== 1 ||
    channels !== 1 ||
    ![rows, columns].every((v) => v >= 1 && v % 1 === 0)
  )
    throw node.error(
      `resizes by ${scales.join(', ') || 'nothing'}; whole numbers for rows and columns are read`,
    );
  return graph.add(node, { kind: 'upsample', factors: [rows, columns], layout: 'channels-first' }, [x]);
};

export const shapes: OnnxRules = {
  Expand: expand,
  Range: range,
  ReduceSum: reduce('sum', 13),
  ReduceMean: reduce('mean', 18),
  ReduceMax: reduce('max', 18),
  ReduceMin: reduce('min', 18),
  ReduceProd: reduce('product', 18),
  Upsample: resize,
  Resize: resize,

  Constant: (node, graph) => {
    const tensor = node.tensor('value');
    if (tensor) return graph.constant(node.name, tensor, tensor.type);
    if (node.has('value_float')) return graph.number(node.name, node.float('value_float'), 'float32');
    if (node.has('value_int')) return graph.number(node.name, node.int('value_int'), 'int64');
    if (node.has('value_floats')) return listed(node, node.floats('value_floats') ?? [], 'float32');
    if (node.has('value_ints')) return listed(node, node.ints('value_ints') ?? [], 'int64');
    throw node.error('has no numbers', 'Text and sparse tensors are nothing that a chip computes with.');
  },

  ConstantOfShape: (node, graph) => {
    const shape = graph.knownIntegers(node, node.input(0, 'shape'), 'shape');
    const value = node.tensor('value');
    return filled(node, shape, value?.type ?? 'float32', () => value?.data[0] ?? 0);
  },

  Shape: (node, graph) => {
    const x = node.input(0, 'value');
    const sides = graph.sides(x);
    const place = (at: number): number =>
      Math.max(0, Math.min(sides.length, at < 0 ? at + sides.length : at));
    const part = sides.slice(place(node.int('start', 0)), place(node.int('end', sides.length)));
    return listed(node, part, 'int64');
  },

  Size: (node, graph) => {
    return graph.number(node.name, sizeOf(graph.sides(node.input(0, 'value'))), 'int64');
  },

  Reshape: (node, graph) => {
    const x = node.input(0, 'value');
    const told = graph.knownIntegers(node, node.input(1, 'shape'), 'shape');
    const sides = graph.sides(x);
    // 0 takes the side of x, unless allowzero.
    const zero = node.flag('allowzero', false);
    const target = told.map((side, axis) => (side === 0 && !zero ? (sides[axis] ?? 0) : side));
    return graph.reshape(node, x, reshapeTarget(node, sides, target));
  },

  Flatten: (node, graph) => {
    const x = node.input(0, 'value');
    const sides = graph.sides(x);
    const axis = node.int('axis', 1);
    const at = axis < 0 ? axis + sides.length : axis;
    if (at < 0 || at > sides.length) throw node.error(`has axis ${axis} for a value of ${sides.length} axes`);
    return graph.reshape(node, x, [sizeOf(sides.slice(0, at)), sizeOf(sides.slice(at))]);
  },

  Squeeze: (node) => squeezed(node, node.input(0, 'value'), list(node, 'axes', 1, 13)),

  Unsqueeze: (node, graph) => {
    const x = node.input(0, 'value');
    const sides = graph.sides(x);
    const axes = list(node, 'axes', 1, 13) ?? [];
    const count = sides.length + axes.length;
    const places = new Set(axes.map((axis) => (axis < 0 ? axis + count : axis)));
    if (places.size !== axes.length || [...places].some((axis) => axis < 0 || axis >= count))
      throw node.error(`adds the axes ${axes.join()} to a value of ${sides.length}`);
    const rest = [...sides];
    const target = Array.from({ length: count }, (_, axis) =>
      places.has(axis) ? 1 : (rest.shift() as number),
    );
    return graph.reshape(node, x, target);
  },

  Transpose: (node, graph) => {
    const x = node.input(0, 'value');
    const order = node.ints('perm') ?? graph.sides(x).map((_, axis, all) => all.length - 1 - axis);
    return graph.transpose(node, x, order);
  },

  Concat: (node, graph) => graph.concatenate(node, node.inputs(), node.int('axis')),

  /** Parts of one axis: their sides are told, or they are equal (the last may be smaller). */
  Split: (node, graph) => {
    const x = node.input(0, 'value');
    const sides = graph.sides(x);
    const told = node.int('axis', 0);
    const axis = told < 0 ? told + sides.length : told;
    const count = node.node.output.length;
    if (node.int('num_outputs', count) !== count)
      throw node.error(`has ${count} outputs and another number of them`);
    const equal = Math.ceil(sides[axis] / count);
    const parts =
      list(node, 'split', 1, 13) ??
      Array.from({ length: count }, (_, i) => Math.max(0, Math.min(equal, sides[axis] - i * equal)));
    if (parts.length !== count || parts.reduce((n, side) => n + side, 0) !== sides[axis])
      throw node.error(`splits ${sides[axis]} into ${parts.join(' and ')}`);
    return cut(node, x, axis, parts);
  },

  Slice: (node, graph) => {
    const x = node.input(0, 'value');
    const sides = graph.sides(x);
    const starts = list(node, 'starts', 1, 10);
    const ends = list(node, 'ends', 2, 10);
    const axes = list(node, 'axes', 3, 10) ?? starts?.map((_, i) => i);
    const steps = (node.opset < 10 ? undefined : list(node, 'steps', 4, 10)) ?? starts?.map(() => 1);
    if (
      !starts ||
      !ends ||
      !axes ||
      !steps ||
      new Set([starts, ends, axes, steps].map((v) => v.length)).size > 1
    )
      throw node.error('has starts, ends, axes and steps of different lengths');
    const ranges: Range[] = sides.map((side) => ({ from: 0, to: side, step: 1 }));
    axes.forEach((told, i) => {
      const axis = told < 0 ? told + sides.length : told;
      const side = sides[axis];
      const step = steps[i];
      if (side === undefined || step === 0) throw node.error(`cuts axis ${told} in steps of ${step}`);
      // A first place beyond the start is the start, whatever the direction.
      ranges[axis] = pythonRange(side, Math.max(starts[i], -side), ends[i], step);
    });
    return graph.slice(node, x, ranges);
  },

  /** Places along one axis; a single one takes the axis away. */
  Gather: (node, graph) => {
    const x = node.input(0, 'value');
    const places = node.input(1, 'places');
    const told = node.int('axis', 0);
    const indices = graph.knownIntegers(node, places, 'places');
    return gathered(node, node, x, places, told, (side) => indices.map((i) => (i < 0 ? i + side : i)));
  },

  Pad: (node, graph) => {
    const x = node.input(0, 'value');
    const mode = node.string('mode', 'constant');
    if (mode !== 'constant')
      throw node.error(
        `pads with mode ${mode}`,
        'Only zeros (mode constant) can be read: pad with zeros instead.',
      );
    const count = graph.sides(x).length;
    const told = list(node, 'pads', 1, 11) ?? [];
    const given = node.opset < 11 ? undefined : node.optional(2);
    const value =
      node.opset < 11 ? node.float('value', 0) : given ? graph.knownNumber(node, given, 'value') : 0;
    const axes =
      (node.opset < 18 ? undefined : list(node, 'axes', 3, 18)) ?? graph.sides(x).map((_, axis) => axis);
    if (told.length !== 2 * axes.length) throw node.error(`has ${told.length} pads for ${axes.length} axes`);
    const before = new Array<number>(count).fill(0);
    const after = new Array<number>(count).fill(0);
    axes.forEach((axis, i) => {
      const at = axis < 0 ? axis + count : axis;
      if (at < 0 || at >= count) throw node.error(`pads axis ${axis} of a value of ${count}`);
      [before[at], after[at]] = [told[i], told[i + axes.length]];
    });
    return graph.pad(node, x, before, after, value);
  },
};
