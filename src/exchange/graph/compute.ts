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
  node: Pick<GraphNode, 'op' | 'shape' | 'batched'>,
  inputs: readonly Value[],
  samples: number,
  precision: Precision,
): Value {
  const { op, shape, batched } = node;
  const nearest = nearestIn[precision];
  const raw = ruleOf(op).compute(op, inputs, batched ? samples : 1, shape, nearest);
  const moved = op.kind === 'reshape' || op.kind === 'transpose' || op.kind === 'slice';
  return { shape, batched, data: moved || precision === 'double' ? raw : raw.map(nearest) };
}
