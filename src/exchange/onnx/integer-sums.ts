import { integerRange } from '../../base/index.js';
import { type FileValue, part } from '../reading/file-graph.js';
import type { OnnxReader, OnnxRules } from './node.js';
import { convolved } from './sums.js';

/** Integers less their zero point, which is one number. */
function centred(node: OnnxReader, value: FileValue, place: number, what: string): FileValue {
  const { graph } = node;
  const { data } = graph.known(node, node.input(place, `zero point of the ${what}`), 'zero point');
  if (data.some((v) => v !== data[0]))
    throw node.error(
      `has other zero points for each channel of the ${what}`,
      'Quantise weights symmetrically: a zero point of 0.',
    );
  const zero = graph.number(`${node.name}/zero`, data[0], 'int32');
  return graph.broadcast(part(node, `${what} less zero`), { kind: 'subtract' }, [value, zero], 'int32');
}

/**
 * Sums of integers as integers of another scale: saturate(round(sum * (scale of x * scale of w / scale of y)) + zero point),
 * in single precision, ties to even, as onnxruntime does.
 * @param places of the scales of x and w, the scale and the zero point of y among the inputs
 * @param behind axes of the sums behind that of the channels
 */
function requantised(
  node: OnnxReader,
  sums: FileValue,
  places: readonly [number, number, number, number],
  behind: number,
): FileValue {
  const { graph } = node;
  const f = Math.fround;
  const numbers = (place: number): Float64Array =>
    graph.known(node, node.input(place, 'scale'), 'scale').data;
  const [[x], w, [y]] = [numbers(places[0]), numbers(places[1]), numbers(places[2])];
  const factors = w.map((scale) => f(f(x * scale) / y));
  const bad = factors.find((v) => !(v > 0) || !Number.isFinite(v));
  if (bad !== undefined) throw node.error(`scales by ${bad}`, 'Scales are positive: quantise it again.');
  const shape = w.length === 1 ? [] : [w.length, ...new Array<number>(behind).fill(1)];
  const zero = node.input(places[3], 'zero point of the result');
  const range = integerRange(zero.type);
  if (!range) throw node.error(`makes values of type ${zero.type}`);
  const factor = graph.constant(`${node.name}/factor`, { shape, data: factors }, 'float32');
  const scaled = graph.broadcast(part(node, 'scaled'), { kind: 'multiply' }, [sums, factor], 'float32');
  const whole = graph.add(part(node, 'round'), { kind: 'function', name: 'round' }, [scaled]);
  const moved = graph.broadcast(part(node, 'moved'), { kind: 'add' }, [whole, zero], 'float32');
  return graph.add(node, { kind: 'clip', low: range[0], high: range[1] }, [moved], zero.type);
}

export const integerSums: OnnxRules = {
  /** Inputs: x, its scale and zero point, kernel, its scale and zero point, scale and zero point of the result, bias. */
  QLinearConv: (node) => {
    const x = centred(node, node.input(0, 'value'), 2, 'value');
    const kernel = centred(node, node.input(3, 'kernel'), 5, 'kernel');
    const bias = node.optional(8);
    const sums = convolved(node, 'channels-first', bias ? [x, kernel, bias] : [x, kernel]);
    return requantised(node, sums, [1, 4, 6, 7], 2);
  },

  /** Inputs: a, its scale and zero point, b, its scale and zero point, scale and zero point of the result. */
  QLinearMatMul: (node, graph) => {
    const x = centred(node, node.input(0, 'value'), 2, 'value');
    const weights = centred(node, node.input(3, 'weights'), 5, 'weights');
    const sides = graph.sides(weights);
    if (graph.isBatched(weights) || sides.length !== 2)
      throw node.error(
        `multiplies by a value of ${sides.join('x')}; constant weights of two axes are read`,
        'Export the network with dense layers: value times constant weights.',
      );
    return requantised(node, graph.add(node, { kind: 'dense' }, [x, weights], 'int32'), [1, 4, 6, 7], 0);
  },
};
