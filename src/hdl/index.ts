export * from './manifest.js';
export * from './package.js';
export * from './printer.js';
