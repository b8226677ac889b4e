import type { FileGraph, FileNode } from './file-graph.js';

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
