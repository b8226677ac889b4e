import { mustBeSmall } from '../graph/tensor-size.js';
import type { FileGraph, FileNode, FileValue } from './file-graph.js';

/** Places from, from + step, .. below `to` (above, for a negative step). */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/**
 * The sides that a reshape makes: one of them may be -1, which takes what is left.
 * @param sides of the value, with the batch
 * @throws EconError naming the node
 */
export function reshapeTarget(
  graph: FileGraph,
  node: FileNode,
  sides: readonly number[],
  target: readonly number[],
): number[] {
  const count = sides.reduce((n, side) => n * side, 1);
  const open = target.indexOf(-1);
  const rest = target.reduce((n, side, axis) => (axis === open ? n : n * side), 1);
  const fits = open < 0 ? rest === count : rest > 0 && count % rest === 0;
  if (!fits || target.some((side, axis) => axis !== open && side < 0))
    throw graph.error(node, `makes ${sides.join('x')} into ${target.join('x')}, which are other numbers`);
  return target.map((side, axis) => (axis === open ? count / rest : side));
}

/**
 * Takes axes of side 1 away.
 * @param told of the file, negative ones from the end; undefined: all of them but that of the batch
 * @throws EconError naming the node
 */
export function squeezed(
  graph: FileGraph,
  node: FileNode,
  x: FileValue,
  told: readonly number[] | undefined,
): FileValue {
  const sides = graph.sides(x);
  const axes = told?.map((axis) => (axis < 0 ? axis + sides.length : axis));
  const bad = axes?.find((axis) => sides[axis] !== 1);
  if (bad !== undefined)
    throw graph.error(node, `removes axis ${bad} of a value of shape ${sides.join('x')}`);
  const goes = (side: number, axis: number): boolean =>
    axes ? axes.includes(axis) : side === 1 && !(axis === 0 && graph.isBatched(x));
  return graph.reshape(
    node,
    x,
    sides.filter((side, axis) => !goes(side, axis)),
  );
}

/** start, start + step, .. below (for a negative step: above) the limit, which are the three inputs. */
export function counted(graph: FileGraph, node: FileNode, inputs: readonly FileValue[]): FileValue {
  const [start, limit, step] = inputs.map((input) => graph.knownNumber(node, input, 'range'));
  const length = Math.max(0, Math.ceil((limit - start) / step));
  mustBeSmall([length], node.text, graph.builder.path);
  const data = Float64Array.from({ length }, (_, i) => start + i * step);
  return graph.constant(node.name, { shape: [length], data }, inputs[0].type);
}
