/** Everything that the command line can do, for programs: `import { dataset, training } from 'econ'`. */
export * as base from './base/index.js';
export * as budget from './budget/index.js';
export * as chip from './chip.js';
export * as dataset from './dataset/index.js';
export * as wafer from './detector/index.js';
export * as eda from './eda/index.js';
export * as exchange from './exchange/index.js';
export * as flow from './flow/index.js';
export * as verilog from './hdl/index.js';
export * as model from './model/index.js';
export * as number from './number/index.js';
export * as quality from './quality/index.js';
export * as report from './report/index.js';
export * as simulation from './sim.js';
export * as training from './training/index.js';
