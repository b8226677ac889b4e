export * from './chip-difference.js';
export * from './float-network.js';
export * from './foreign-network.js';
export * from './read-encoder.js';
export * from './write-encoder.js';
