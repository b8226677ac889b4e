import type { NetworkGraph } from './network-graph.js';
import type { Operation } from './operation.js';
import { sizeOf, type Tensor } from './tensor.js';

/** A graph as text, one node a line: value, shape, operation with its arguments, inputs, name in the file. */
export function renderGraph({ kind, precision, inputs, nodes, outputs }: NetworkGraph): string {
  return [
    `${kind}, ${precision} precision, ${nodes.length} nodes`,
    ...inputs.map(({ name, shape }) => `input   ${name} ${shape.join('x')}`),
    ...nodes.map(({ name, op, inputs: from, output, shape }) => {
      const named = name === output ? '' : `   (${name})`;
      return `${output} ${shape.join('x') || '1'} = ${operationText(op)}(${from.join(', ')})${named}`;
    }),
    ...outputs.map((name) => `output  ${name}`),
  ].join('\n');
}

function operationText(op: Operation): string {
  const given = Object.entries(op).filter(([key]) => key !== 'kind');
  const text = given.map(([key, value]) => `${key} ${argument(value)}`).join(', ');
  return text === '' ? op.kind : `${op.kind} [${text}]`;
}

function argument(value: unknown): string {
  if (isTensor(value)) {
    const { shape, data } = value;
    if (sizeOf(shape) <= 4) return [...data].join(' ');
    const [least, most] = [Math.min, Math.max].map((end) => data.reduce((a, b) => end(a, b)));
    return `${shape.join('x')} from ${least} to ${most}`;
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function isTensor(value: unknown): value is Tensor {
  return typeof value === 'object' && value !== null && 'data' in value && 'shape' in value;
}
