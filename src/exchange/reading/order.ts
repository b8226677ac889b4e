import { badNetwork } from '../graph/network-error.js';

/** A node of a file by the names of values that it takes and makes. */
export interface Links {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/**
 * Indices of the nodes in an order in which each comes after those whose values it takes; the file's own order where that
 * is one.
 * @param given names of values that are there from the start
 * @throws EconError exchange/network naming a node that takes what nothing makes, is part of a circle, or makes a value again
 */
export function inOrder(nodes: readonly Links[], given: ReadonlySet<string>, path: string): number[] {
  const makers = new Map<string, number>();
  nodes.forEach(({ name, outputs }, index) => {
    for (const output of outputs) {
      if (makers.has(output) || given.has(output))
        throw badNetwork(
          path,
          `node ${name} makes ${output}, which another made before`,
          'Write the file again.',
        );
      makers.set(output, index);
    }
  });
  const order: number[] = [];
  const state = new Uint8Array(nodes.length); // 1: on the way, 2: done
  const next = new Uint32Array(nodes.length); // input to look at
  for (let start = 0; start < nodes.length; start++) {
    // No recursion: a damaged file may have a chain of any length.
    const stack = state[start] === 2 ? [] : [start];
    while (stack.length > 0) {
      const index = stack[stack.length - 1];
      const { name, inputs } = nodes[index];
      state[index] = 1;
      if (next[index] === inputs.length) {
        state[index] = 2;
        order.push(index);
        stack.pop();
        continue;
      }
      const input = inputs[next[index]++];
      if (given.has(input)) continue;
      const maker = makers.get(input);
      if (maker === undefined)
        throw badNetwork(path, `node ${name} takes ${input}, which nothing makes`, 'Write the file again.');
      if (state[maker] === 1)
        throw badNetwork(
          path,
          `node ${name} takes ${input}, which is made of what it makes itself`,
          'A chip has no loops: write the network without this edge.',
        );
      if (state[maker] === 0) stack.push(maker);
    }
  }
  return order;
}
