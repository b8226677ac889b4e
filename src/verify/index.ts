export * from './chip-run.js';
export { configure } from './configure.js';
export { type Divergence, renderDivergence } from './divergence.js';
export * from './i2c-master.js';
export * from './native.js';
export * from './reference-layers.js';
export * from './upset/index.js';
