/** Verilog in, cycles out, and runs of our chips in it: wafers through it, I2C host, divergence. */
export * from './netlist-sim/index.js';
export * from './verify/index.js';
