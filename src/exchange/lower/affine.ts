import { computeNode, type GraphNode, type Operation, sizeOf, type Value } from '../graph/index.js';

/** Numbers of the network that are told apart: inputs, and what activations make. One counts them through all of it. */
export type Element = number;

/** A value as an affine function of elements: number r is offset[r] + sum over c of columns[c] * matrix[c][r]. */
export interface Affine {
  readonly shape: readonly number[];
  readonly elements: readonly Element[];
  readonly matrix: readonly Float64Array[];
  readonly offset: Float64Array;
  /** Convolutions and dense layers on the way from the elements, as the file names them. */
  readonly weighted: readonly GraphNode[];
}

/** Elements themselves, `first` and on. */
export function elementsAsAffine(shape: readonly number[], first: Element): Affine {
  const size = sizeOf(shape);
  const elements = Array.from({ length: size }, (_, i) => first + i);
  return {
    shape,
    elements,
    matrix: elements.map((_, i) => {
      const column = new Float64Array(size);
      column[i] = 1;
      return column;
    }),
    offset: new Float64Array(size),
    weighted: [],
  };
}

/** An input of a node: an affine function, or numbers that are the same for all samples. */
export type Input = Affine | Value;

export function isAffine(input: Input): input is Affine {
  return 'matrix' in input;
}

const WEIGHTED = new Set<Operation['kind']>(['conv2d', 'conv-transpose', 'dense']);

/** Is the node an affine function of its inputs that change with the sample? */
export function keepsAffine({ op }: GraphNode, inputs: readonly Input[]): boolean {
  const changing = inputs.map(isAffine);
  const first = changing.slice(1).every((one) => !one);
  switch (op.kind) {
    case 'add':
    case 'subtract':
    case 'concatenate':
    case 'pad':
    case 'slice':
    case 'gather':
    case 'transpose':
    case 'reshape':
    case 'upsample':
      return true;
    case 'conv2d':
    case 'conv-transpose':
    case 'dense':
      // A bias that changes would be affine too, but no file has one.
      return first;
    case 'divide':
    case 'batch-normalisation':
      return first;
    case 'multiply':
      return changing.filter((one) => one).length === 1;
    case 'function':
      return op.name === 'identity' || op.name === 'negate';
    case 'reduce':
      return op.name === 'sum' || op.name === 'mean';
    case 'pool':
      return op.name === 'average';
    default:
      return false;
  }
}

/**
 * The affine function behind a node: the node computed, in double precision, at 0 and once for every element.
 * Exact where the numbers are binary fractions of some tens of bits.
 */
export function throughNode(node: GraphNode, inputs: readonly Input[]): Affine {
  const affine = inputs.filter(isAffine);
  const elements = [...new Set(affine.flatMap((input) => input.elements))].sort((a, b) => a - b);
  const samples = elements.length + 1;
  const values = inputs.map((input) => (isAffine(input) ? probes(input, elements) : input));
  const { data } = computeNode({ ...node, batched: true }, values, samples, 'double');
  const size = sizeOf(node.shape);
  const offset = data.slice(0, size);
  const matrix = elements.map((_, c) => {
    const column = data.slice((c + 1) * size, (c + 2) * size);
    for (let r = 0; r < size; r++) column[r] -= offset[r];
    return column;
  });
  const weighted = affine.flatMap((input) => input.weighted);
  return {
    shape: node.shape,
    elements,
    matrix,
    offset,
    weighted: WEIGHTED.has(node.op.kind) ? [...weighted, node] : [...new Set(weighted)],
  };
}

function probes(input: Affine, elements: readonly Element[]): Value {
  const size = input.offset.length;
  const data = new Float64Array((elements.length + 1) * size);
  data.set(input.offset);
  elements.forEach((element, c) => {
    const start = (c + 1) * size;
    data.set(input.offset, start);
    const column = input.matrix[input.elements.indexOf(element)];
    if (column) for (let r = 0; r < size; r++) data[start + r] += column[r];
  });
  return { shape: input.shape, batched: true, data };
}
