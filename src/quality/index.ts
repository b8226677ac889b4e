export * from './emd.js';
export * from './sliced.js';
export * from './wafer-emd.js';
