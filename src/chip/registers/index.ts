export * from './script.js';
export * from './table.js';
export * from './types.js';
export * from './verilog.js';
