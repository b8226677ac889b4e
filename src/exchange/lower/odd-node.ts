import type { GraphNode } from '../graph/index.js';
import { badNetwork } from '../graph/network-error.js';

/** A node that no layer of the chip has. */
export function oddNode({ name, op }: GraphNode, path: string): Error {
  const named = op.kind === 'function' || op.kind === 'reduce' || op.kind === 'pool';
  const text = named ? `${op.kind} ${op.name}` : op.kind;
  return badNetwork(
    path,
    `node ${name} (${text}) has no place on the chip: behind the sums of a layer it has a ReLU, a floor onto steps and a largest value`,
    REMEDIES[text] ?? 'Train the network with ReLU (or quantized_relu) in its place.',
  );
}

const REMEDIES: Readonly<Record<string, string>> = {
  softmax: 'Take it out of the encoder: the decoder may have it.',
  'pool max': 'Use a stride in the convolution instead, and train again.',
  multiply: 'The chip multiplies values with weights only: take it out.',
};
