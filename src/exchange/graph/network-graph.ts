import type { Operation } from './operation.js';

/**
 * A network from elsewhere as its file tells it: every operation, nothing folded, nothing left out. Readers build it
 * (GraphBuilder), the executor computes it, the lowering makes an encoder of the chip of it.
 */
export interface NetworkGraph {
  /** What was read, for provenance and messages: `QKeras model`, `frozen TensorFlow graph`, `QONNX`. */
  readonly kind: string;
  /** In which the tool computes: after every operation values are rounded to it. */
  readonly precision: Precision;
  readonly inputs: readonly GraphInput[];
  /** In an order in which every node comes after those whose values it takes. */
  readonly nodes: readonly GraphNode[];
  /** Names of values. */
  readonly outputs: readonly string[];
}

/** IEEE 754 binary16, binary32, binary64. */
export type Precision = 'half' | 'single' | 'double';

/** A value that is given for each sample. */
export interface GraphInput {
  readonly name: string;
  /** Without the axis of the batch. */
  readonly shape: readonly number[];
}

/**
 * One operation. Shapes and axes never count the axis of the batch: axis 0 of an image [8, 8, 1] is its rows. Values that
 * depend on no input (weights) have no batch and are the same for all samples.
 */
export interface GraphNode {
  /** As the file names it (layer, node), with its kind where that helps: for messages. Need not be unique. */
  readonly name: string;
  readonly op: Operation;
  /** Names of values: inputs of the graph or outputs of earlier nodes. */
  readonly inputs: readonly string[];
  /** Name of the value that it makes; unique in the graph. */
  readonly output: string;
  /** Of that value, without the batch. */
  readonly shape: readonly number[];
  /** False for a value that is the same for all samples. */
  readonly batched: boolean;
  /** Whole numbers (shapes, steps of a quantiser): never rounded to the precision of the graph. */
  readonly integer?: boolean;
}
