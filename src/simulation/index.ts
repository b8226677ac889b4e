export * from './chip-run.js';
export type { Statistics } from './compile.js';
export { type Divergence, renderDivergence } from './divergence.js';
export * from './i2c-master.js';
export * from './native.js';
export * from './netlist.js';
export type { InputPort, Value } from './ports.js';
export * from './reference-layers.js';
export * from './simulator.js';
