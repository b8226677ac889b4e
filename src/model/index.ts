export * from './decoder.js';
export * from './files.js';
export * from './model.js';
export * from './reconstruct.js';
