import { type GraphNode, type NetworkGraph, probe, type Value } from '../graph/index.js';

/** Functions that go up in no straight line: alone they are no ReLU, as factors of one (x * sigmoid(x)) they may be. */
const BENT = new Set(['sigmoid', 'tanh', 'erf', 'exp']);

export function isBent({ op }: GraphNode): boolean {
  return op.kind === 'function' && BENT.has(op.name);
}

/** Value = gain * number + shift. */
export interface Line {
  readonly gain: number;
  readonly shift: number;
}

/** Beyond it activations are straight lines. */
const LARGE = 1000;

/**
 * How every number of a product (or quotient) of two things that hang on one number grows: measured with large numbers in the
 * place of value `put`.
 * @returns undefined for a product that does not grow (a quantised value times its sign): its factors tell more; gain 0 for
 *   such a quotient
 */
export function straightLines(
  graph: NetworkGraph,
  put: string,
  { op, output }: GraphNode,
): (Line | undefined)[] {
  const { data } = probe(graph, put, [LARGE, 2 * LARGE]).get(output) as Value;
  const size = data.length / 2;
  return Array.from({ length: size }, (_, r) => {
    const [one, two] = [data[r], data[size + r]];
    const gain = (two - one) / LARGE;
    if (Number.isFinite(gain) && Math.abs(gain * LARGE) > Math.abs(one) / 2)
      return { gain, shift: one - gain * LARGE };
    return op.kind === 'divide' ? { gain: 0, shift: 0 } : undefined;
  });
}
