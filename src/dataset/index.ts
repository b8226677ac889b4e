export * from './batch.js';
export * from './split.js';
