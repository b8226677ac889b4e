/** The chip: encoder arithmetic, blocks, description, Verilog, registers, emulator, decoder, conformance. */
export * from './blocks/index.js';
export * from './chips/index.js';
export * from './encoder/index.js';
