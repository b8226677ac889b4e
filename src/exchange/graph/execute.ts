import { computeNode } from './compute.js';
import type { NetworkGraph } from './network-graph.js';
import { sizeOf } from './tensor.js';
import type { Value } from './value.js';

/**
 * Computes a graph as its own tool does, rounding after every operation to the graph's precision. Sums are made in double
 * precision and rounded once: equal to the tool's wherever the sum is exact in its precision (quantised values), else within
 * the rounding of its own order of additions.
 * @param inputs of each input, samples * its numbers
 * @param samples 1..
 * @param given values of nodes that are not computed but taken, samples * its numbers
 * @returns the value of every node and input by its name
 */
export function executeGraph(
  graph: NetworkGraph,
  inputs: ReadonlyMap<string, Float64Array>,
  samples: number,
  given: ReadonlyMap<string, Float64Array> = new Map(),
): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>();
  for (const { name, shape } of graph.inputs) {
    const data = inputs.get(name);
    if (data?.length !== samples * sizeOf(shape))
      throw new RangeError(
        `input ${name} has ${data?.length ?? 'no'} numbers, not ${samples} * ${shape.join('x')}`,
      );
    values.set(name, { shape, batched: true, data });
  }
  for (const node of graph.nodes) {
    const data = given.get(node.output);
    const inputsOf = (): Value[] => node.inputs.map((input) => values.get(input) as Value);
    const value = data ? { ...node, data } : computeNode(node, inputsOf(), samples, graph.precision);
    values.set(node.output, value);
  }
  return values;
}

/**
 * The graph with the same number in every place of one of its values (a node's or an input), one sample per number; inputs
 * are 0 else.
 */
export function probe(
  graph: NetworkGraph,
  value: string,
  numbers: readonly number[],
): ReadonlyMap<string, Value> {
  const filled = (shape: readonly number[], of: (sample: number) => number): Float64Array => {
    const size = sizeOf(shape);
    return Float64Array.from({ length: numbers.length * size }, (_, i) => of(Math.floor(i / size)));
  };
  const inputs = graph.inputs.map(
    ({ name, shape }) => [name, filled(shape, (i) => (name === value ? numbers[i] : 0))] as const,
  );
  const node = graph.nodes.find(({ output }) => output === value);
  const given = node ? ([[value, filled(node.shape, (i) => numbers[i])]] as const) : [];
  return executeGraph(graph, new Map(inputs), numbers.length, new Map(given));
}
