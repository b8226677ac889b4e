export {
  executeGraph,
  type GraphInput,
  type GraphNode,
  type NetworkGraph,
  type Operation,
  renderGraph,
  sizeOf,
  type Value,
} from './graph/index.js';
export * from './lower/index.js';
export * from './pair.js';
export * from './read-encoder.js';
export * from './read-network.js';
export { checkWeights, type ExportCheck, renderCheck } from './verify-export.js';
export * from './write-encoder.js';
