import type { GraphNode, Precision } from './network-graph.js';
import { ruleOf } from './operations/index.js';
import { toHalf } from './rounding.js';
import type { Value } from './value.js';

export const nearestIn: Readonly<Record<Precision, (x: number) => number>> = {
  half: toHalf,
  single: Math.fround,
  double: (x) => x,
};

/** The value of one node from those of its inputs, rounded to the precision. @param samples of batched values */
export function computeNode(
  node: Pick<GraphNode, 'op' | 'shape' | 'batched' | 'integer'>,
  inputs: readonly Value[],
  samples: number,
  precision: Precision,
): Value {
  const { op, shape, batched, integer } = node;
  const nearest = nearestIn[integer ? 'double' : precision];
  const raw = ruleOf(op).compute(op, inputs, batched ? samples : 1, shape, nearest);
  const moved =
    op.kind === 'reshape' || op.kind === 'transpose' || op.kind === 'slice' || op.kind === 'gather';
  return { shape, batched, data: moved || nearest === nearestIn.double ? raw : raw.map(nearest) };
}
