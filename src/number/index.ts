export * from './bits.js';
export * from './fixed.js';
export * from './small-float.js';
