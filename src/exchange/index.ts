export * from './chip-difference.js';
export * from './float-encoder.js';
export * from './read-encoder.js';
