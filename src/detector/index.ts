export * from './detector.js';
export { CELLS } from './files.js';
export * from './images.js';
export * from './mirror.js';
export * from './modules.js';
export * from './read-detector.js';
export * from './super-cells.js';
export * from './trigger-cells.js';
