import { integerRange, isFloat, type NumberType } from '../../base/index.js';
import { type Rounding, scalar, type Tensor } from '../graph/index.js';
import type { FileValue } from '../reading/file-graph.js';
import type { OnnxReader, OnnxRules } from './node.js';
import { onnxNumberType } from './tensor.js';

/** The rounding modes of QONNX (its modes are about magnitudes: UP is away from zero). */
const ROUNDINGS: Readonly<Record<string, Rounding>> = {
  ROUND: 'half-even',
  HALF_EVEN: 'half-even',
  CEIL: 'ceil',
  FLOOR: 'floor',
  UP: 'away',
  DOWN: 'to-zero',
  ROUND_TO_ZERO: 'to-zero',
  HALF_UP: 'half-away',
  HALF_DOWN: 'half-to-zero',
};

function rounding(node: OnnxReader, otherwise: string): Rounding {
  const mode = node.string('rounding_mode', otherwise);
  const found = ROUNDINGS[mode.toUpperCase()];
  if (!found) throw node.error(`has rounding_mode ${mode}; QONNX has ${Object.keys(ROUNDINGS).join(', ')}`);
  return found;
}

/** A table of the node as the graph broadcasts it to x. */
function table(node: OnnxReader, index: number, what: string, x: FileValue): Tensor {
  return node.graph.beside(node, node.graph.known(node, node.input(index, what), what), x);
}

function scaleOf(node: OnnxReader, index: number, x: FileValue): Tensor {
  const scale = table(node, index, 'scale', x);
  const bad = scale.data.find((v) => !(v > 0) || !Number.isFinite(v));
  if (bad !== undefined)
    throw node.error(`has the scale ${bad}`, 'Scales are positive: train or export again.');
  return scale;
}

/** Least and largest integer of so many bits. */
function limits(
  node: OnnxReader,
  bits: Tensor,
  signed: boolean,
  narrow: boolean,
): { low: Tensor; high: Tensor } {
  const bad = bits.data.find((v) => !(v >= 1 && v <= 32));
  if (bad !== undefined) throw node.error(`has a width of ${bad} bits; 1 to 32 are read`);
  const less = narrow ? 1 : 0;
  const of = (limit: (bits: number) => number): Tensor => ({
    shape: bits.shape,
    // Widths may be fractions: then the limits lie between two steps.
    data: bits.data.map((b) => Math.fround(limit(b))),
  });
  return signed
    ? { low: of((b) => less - 2 ** (b - 1)), high: of((b) => 2 ** (b - 1) - 1) }
    : { low: of(() => 0), high: of((b) => 2 ** b - 1 - less) };
}

/** Scale and zero point of a *Linear node: numbers of the tensor, or of each place along `axis`. */
function linear(
  node: OnnxReader,
  x: FileValue,
): { scale: FileValue; zero?: FileValue; zeroType?: NumberType } {
  const { graph } = node;
  const given = node.input(1, 'scale');
  const scale = graph.known(node, given, 'scale');
  const bad = scale.data.find((v) => !(v > 0) || !Number.isFinite(v));
  if (bad !== undefined) throw node.error(`has the scale ${bad}`);
  const zeroPoint = node.optional(2);
  const axis = node.int('axis', 1);
  node.only('block_size', 0);
  if (scale.shape.length > 1) throw node.error(`has a scale of shape ${scale.shape.join('x')}`);
  const along = (tensor: Tensor, type: NumberType): FileValue =>
    graph.constant(`${node.name}/table`, graph.beside(node, tensor, x, axis), type);
  return {
    scale: along(scale, given.type),
    zero: zeroPoint && along(graph.known(node, zeroPoint, 'zero point'), given.type),
    zeroType: zeroPoint?.type,
  };
}

/** QONNX, which are of domains of their own. */
export const quantisersOfQonnx: OnnxRules = {
  /** Inputs x, scale, zero point, bits. */
  Quant: (node, graph) => {
    const x = node.input(0, 'value');
    const scale = scaleOf(node, 1, x);
    const zeroPoint = table(node, 2, 'zero point', x);
    const bits = table(node, 3, 'bit width', x);
    const signed = node.flag('signed');
    const mode = rounding(node, 'ROUND');
    const narrow = node.flag('narrow');
    if (signed && bits.data.every((b) => b === 1)) {
      if (zeroPoint.data.some((v) => v !== 0)) throw node.error('has one bit and a zero point');
      return graph.add(node, { kind: 'binary', scale }, [x]);
    }
    const { low, high } = limits(node, bits, signed, narrow);
    return graph.add(node, { kind: 'quantise', scale, zeroPoint, low, high, rounding: mode }, [x]);
  },

  /** Inputs x, scale: scale where x >= 0, else -scale. */
  BipolarQuant: (node, graph) => {
    const x = node.input(0, 'value');
    return graph.add(node, { kind: 'binary', scale: scaleOf(node, 1, x) }, [x]);
  },

  /**
   * Drops low bits. Version 1 (x, scale, zero point, bits in, bits out) divides the integers by 2^(in - out) and keeps the
   * scale; version 2 (x, scale, zero point, bits in, scale out, bits out) tells the new scale and saturates.
   */
  Trunc: (node, graph) => {
    const x = node.input(0, 'value');
    const scale = scaleOf(node, 1, x);
    const zero = table(node, 2, 'zero point', x);
    const bitsIn = table(node, 3, 'bit width', x);
    const second = node.opset >= 2;
    // Version 1 does not saturate: it passes over them.
    if (!second) node.ignore('signed', 'narrow');
    const mode = rounding(node, 'FLOOR');
    const constant = (tensor: Tensor): FileValue => graph.constant(`${node.name}/table`, tensor, x.type);
    const each = (a: Tensor, b: Tensor, of: (a: number, b: number) => number): Tensor => {
      if (a.data.length !== 1 && b.data.length !== 1 && a.shape.join() !== b.shape.join())
        throw node.error('has tables of different shapes');
      const larger = a.data.length >= b.data.length ? a : b;
      const at = (t: Tensor, i: number): number => t.data[t.data.length === 1 ? 0 : i];
      return { shape: larger.shape, data: larger.data.map((_, i) => of(at(a, i), at(b, i))) };
    };
    const outScale = second ? scaleOf(node, 4, x) : scale;
    const bitsOut = table(node, second ? 5 : 4, 'bit width', x);
    const factor = second
      ? each(outScale, scale, (to, from) => 2 ** Math.round(Math.log2(to / from)))
      : each(bitsIn, bitsOut, (from, to) => 2 ** (from - to));
    const range = second
      ? limits(node, bitsOut, node.flag('signed', true), node.flag('narrow', false))
      : { low: scalar(Number.NEGATIVE_INFINITY), high: scalar(Number.POSITIVE_INFINITY) };
    const zeroOut = second ? each(zero, factor, (z, f) => z / f) : zero;
    const steps = graph.add(node, { kind: 'divide' }, [x, constant(scale)]);
    const moved = graph.add(node, { kind: 'add' }, [steps, constant(zero)]);
    const whole = graph.add(node, { kind: 'function', name: 'round' }, [moved]);
    const shrunk = graph.add(node, { kind: 'divide' }, [whole, constant(factor)]);
    const one = {
      kind: 'quantise',
      scale: scalar(1),
      zeroPoint: scalar(0),
      ...range,
      rounding: mode,
    } as const;
    const cut = graph.add(node, one, [shrunk]);
    const back = graph.add(node, { kind: 'subtract' }, [cut, constant(zeroOut)]);
    return graph.add(node, { kind: 'multiply' }, [back, constant(outScale)]);
  },
};

export const quantisers: OnnxRules = {
  /** Integers saturate(round(x / scale) + zero point), ties to even. */
  QuantizeLinear: (node, graph) => {
    const x = node.input(0, 'value');
    if (!isFloat(x.type)) throw node.error(`quantises values of type ${x.type}`);
    node.ignore('saturate'); // of 8-bit floats only, which are not read
    node.only('precision', 0);
    const { scale, zero, zeroType } = linear(node, x);
    const told = node.int('output_dtype', 0);
    const type = told === 0 ? (zeroType ?? 'uint8') : onnxNumberType(told, node.text, graph.builder.path);
    const range = integerRange(type);
    if (!range || (zeroType && zeroType !== type))
      throw node.error(`quantises to ${type} with a zero point of ${zeroType}`);
    const steps = graph.add(node, { kind: 'divide' }, [x, scale]);
    const whole = graph.add(node, { kind: 'function', name: 'round' }, [steps]);
    const moved = zero ? graph.add(node, { kind: 'add' }, [whole, zero]) : whole;
    return graph.add(node, { kind: 'clip', low: range[0], high: range[1] }, [moved], type);
  },

  /** (x - zero point) * scale. */
  DequantizeLinear: (node, graph) => {
    const x = node.input(0, 'value');
    if (isFloat(x.type)) throw node.error(`takes values of type ${x.type}, not integers`);
    const { scale, zero, zeroType } = linear(node, x);
    if (zeroType && zeroType !== x.type)
      throw node.error(`has a zero point of ${zeroType} for values of ${x.type}`);
    const told = node.int('output_dtype', 0);
    if (told !== 0 && onnxNumberType(told, node.text, graph.builder.path) !== scale.type)
      throw node.error('has an output_dtype other than that of its scale');
    const steps = zero ? graph.add(node, { kind: 'subtract' }, [x, zero]) : x;
    return graph.add(node, { kind: 'multiply' }, [steps, scale], scale.type);
  },
};
