export * from './budget-model.js';
export * from './doctor.js';
export * from './econt-job.js';
export * from './flow.js';
export * from './model-package.js';
export * from './settings.js';
export * from './simulate-job.js';
export { referenceModelFolder } from './steps/evaluate.js';
export { type ChipJob, writePackage } from './steps/rtl.js';
