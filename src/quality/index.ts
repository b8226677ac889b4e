export * from './emd.js';
export * from './evaluation.js';
export * from './sliced.js';
export * from './statistics.js';
export * from './wafer-emd.js';
export * from './wafer-metrics.js';
