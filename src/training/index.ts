export type { EpochRecord } from './checkpoint.js';
export * from './engine.js';
export { findTfjs } from './engine-tfjs.js';
export * from './engines.js';
export { batchHash } from './examples.js';
export * from './losses.js';
export * from './network.js';
export * from './settings.js';
export * from './train.js';
