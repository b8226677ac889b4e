export * from './errors.js';
export * from './files.js';
export * from './hdf5/index.js';
export * from './progress.js';
export * from './random.js';
export * from './thread.js';
export * from './version.js';
export * from './yaml.js';
