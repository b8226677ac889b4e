export * from './batch.js';
export * from './distributions.js';
export * from './generator/index.js';
export * from './link-words.js';
export * from './read.js';
export * from './split.js';
export * from './write.js';
