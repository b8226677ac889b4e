export { computeNode } from './compute.js';
export { executeGraph } from './execute.js';
export { GraphBuilder } from './graph-builder.js';
export * from './network-graph.js';
export * from './operation.js';
export { samePads } from './operations/sums.js';
export { halfEven, roundingFunctions, toHalf } from './rounding.js';
export * from './tensor.js';
export type { Value, ValueShape } from './value.js';
