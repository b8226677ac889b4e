export * from './decoder.js';
export * from './files.js';
export * from './levels.js';
export * from './model.js';
export * from './received.js';
export * from './reconstruct.js';
export * from './sent.js';
export * from './sum-context.js';
