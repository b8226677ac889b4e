export * from './cache.js';
export * from './find-tool.js';
export * from './run-tool.js';
export * from './yosys.js';
