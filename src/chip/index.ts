// Algorithm references, settings, emulator and conformance.
export * from './encoder/parameters.js';
export * from './encoder/reference.js';
export * from './encoder/weights.js';
export * from './formatter/parameters.js';
export * from './normaliser/parameters.js';
export * from './normaliser/reference.js';
export * from './settings/settings.js';
