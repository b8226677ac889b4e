import type { NumberType } from '../../base/index.js';
import type { Range } from '../graph/index.js';
import { mustBeSmall } from '../graph/tensor-size.js';
import type { FileNode, FileValue } from './file-graph.js';
import type { NodeReader } from './node-reader.js';

/**
 * The sides that a reshape makes: one of them may be -1, which takes what is left.
 * @param sides of the value, with the batch
 * @throws EconError naming the node
 */
export function reshapeTarget(
  node: NodeReader,
  sides: readonly number[],
  target: readonly number[],
): number[] {
  const count = sides.reduce((n, side) => n * side, 1);
  const open = target.indexOf(-1);
  const rest = target.reduce((n, side, axis) => (axis === open ? n : n * side), 1);
  const fits = open < 0 ? rest === count : rest > 0 && count % rest === 0;
  if (!fits || target.some((side, axis) => axis !== open && side < 0))
    throw node.error(`makes ${sides.join('x')} into ${target.join('x')}, which are other numbers`);
  return target.map((side, axis) => (axis === open ? count / rest : side));
}

/**
 * Takes axes of side 1 away.
 * @param told of the file, negative ones from the end; undefined: all of them but that of the batch
 * @throws EconError naming the node
 */
export function squeezed(node: NodeReader, x: FileValue, told: readonly number[] | undefined): FileValue {
  const { graph } = node;
  const sides = graph.sides(x);
  const axes = told?.map((axis) => (axis < 0 ? axis + sides.length : axis));
  const bad = axes?.find((axis) => sides[axis] !== 1);
  if (bad !== undefined) throw node.error(`removes axis ${bad} of a value of shape ${sides.join('x')}`);
  const goes = (side: number, axis: number): boolean =>
    axes ? axes.includes(axis) : side === 1 && !(axis === 0 && graph.isBatched(x));
  const rest = sides.filter((side, axis) => !goes(side, axis));
  return graph.reshape(node, x, rest);
}

/** A constant whose shape the file tells. @param of the number at each place */
export function filled(
  { graph, name, text }: NodeReader,
  shape: readonly number[],
  type: NumberType,
  of: (place: number) => number,
): FileValue {
  const length = mustBeSmall(shape, text, graph.builder.path);
  return graph.constant(name, { shape, data: Float64Array.from({ length }, (_, i) => of(i)) }, type);
}

/** A list of whole numbers, of which shapes are computed. */
export function listed({ graph, name }: NodeReader, numbers: readonly number[], type: NumberType): FileValue {
  return graph.constant(name, { shape: [numbers.length], data: Float64Array.from(numbers) }, type);
}

/** Parts of one axis, one behind the other. @param axis of the file @param parts their sides */
export function cut(node: NodeReader, x: FileValue, axis: number, parts: readonly number[]): FileValue[] {
  const whole = node.graph.sides(x).map((side): Range => ({ from: 0, to: side, step: 1 }));
  let to = 0;
  return parts.map((side) => {
    const from = to;
    to += side;
    return node.graph.slice(node, x, whole.with(axis, { from, to, step: 1 }));
  });
}

/**
 * Places along one axis; a single one takes the axis away.
 * @param picked name of the operation that picks them
 * @param told axis of the file
 * @param indices of the places along it
 */
export function gathered(
  node: NodeReader,
  picked: FileNode,
  x: FileValue,
  places: FileValue,
  told: number,
  indices: (side: number) => readonly number[],
): FileValue {
  const { graph } = node;
  const sides = graph.sides(x);
  const axis = graph.axis(node, x, told);
  const at = told < 0 ? told + sides.length : told;
  const made = graph.add(picked, { kind: 'gather', axis, indices: indices(sides[at]) }, [x]);
  return graph.reshape(node, made, [...sides.slice(0, at), ...graph.sides(places), ...sides.slice(at + 1)]);
}

/** What multiplies a value. @throws EconError unless they are a constant of two axes */
export function mustBeMatrix(node: NodeReader, x: FileValue, weights: FileValue, remedy: string): void {
  const { graph } = node;
  if (graph.isBatched(weights))
    throw node.error(
      graph.isBatched(x)
        ? 'multiplies two values that both come from the wafer'
        : 'has its weights on the left',
      remedy,
    );
  const [from, sides] = [graph.sides(x), graph.sides(weights)];
  if (sides.length !== 2 || from.length < 2)
    throw node.error(`multiplies ${from.join('x')} by ${sides.join('x')}; weights have two axes`);
}
