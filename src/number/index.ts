export * from './small-float.js';
