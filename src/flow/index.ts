export * from './budget-model.js';
export * from './doctor.js';
export * from './flow.js';
export * from './model-package.js';
export * from './settings.js';
export * from './simulate-model.js';
export { referenceModelFolder } from './steps/evaluate.js';
