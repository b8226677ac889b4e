export type { Statistics } from './compile.js';
export * from './netlist.js';
export type { InputPort, Value } from './ports.js';
export * from './simulator.js';
