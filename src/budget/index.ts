export * from './activity.js';
export * from './cost.js';
export * from './hierarchy.js';
export * from './limits.js';
export * from './render.js';
export * from './synthesis.js';
export * from './technology.js';
export * from './verdicts.js';
