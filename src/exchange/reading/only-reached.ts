import type { NetworkGraph } from '../graph/index.js';
import { badNetwork } from '../graph/network-error.js';

/**
 * Leaves out the nodes that only helped to find shapes and weights. One that computes from the wafer and reaches no output
 * is refused, as is an input that nothing takes: it was meant for something.
 * @throws EconError exchange/network naming it
 */
export function onlyReached(graph: NetworkGraph, path: string): NetworkGraph {
  const reached = new Set(graph.outputs);
  const nodes = [...graph.nodes].reverse().filter(({ name, output, inputs, batched, op }) => {
    const taken = reached.has(output);
    if (taken) for (const input of inputs) reached.add(input);
    else if (batched)
      throw badNetwork(
        path,
        `node ${name} (${op.kind === 'function' ? op.name : op.kind}) computes from the wafer and leads to no output`,
        `Write the network without it; its output is ${graph.outputs.join(', ')}.`,
      );
    return taken;
  });
  const idle = graph.inputs.find(({ name }) => !reached.has(name));
  if (idle) throw badNetwork(path, `nothing takes the input ${idle.name}`, 'Write the network without it.');
  return { ...graph, nodes: nodes.reverse() };
}
