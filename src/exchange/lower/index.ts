export * from './difference.js';
export { lowerGraph } from './lower-graph.js';
export type { LoweredLayer, LoweredNetwork, NetworkNumber } from './lowered.js';
export * from './render.js';
export { quantise, transposed, type WeightRounding } from './weights.js';
