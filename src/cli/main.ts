#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { version } from '../base/index.js';
import { addAdapt } from './adapt.js';
import { addAnomaly } from './anomaly.js';
import { addBudget } from './budget.js';
import { addCompare } from './compare.js';
import { addConform } from './conform.js';
import { addDecode } from './decode.js';
import { addDoctor } from './doctor.js';
import { addEmulate } from './emulate.js';
import { addEvaluate } from './evaluate.js';
import { addExplore } from './explore.js';
import { addExport } from './export.js';
import { addFlow } from './flow.js';
import { addGap } from './gap.js';
import { addGenerate } from './generate.js';
import { addImport } from './import.js';
import { addModules } from './modules.js';
import { addProfile } from './profile.js';
import { addRegisters } from './registers.js';
import { addReport } from './report.js';
import { addRtl } from './rtl.js';
import { addRuns } from './runs.js';
import { addShapes } from './shapes.js';
import { addSim } from './sim.js';
import { addSimulate } from './simulate.js';
import { exitCode, renderError } from './terminal.js';
import { addTrain } from './train.js';

const program = new Command('econ')
  .description(
    'From calorimeter data to a verified front-end compression chip: train an autoencoder for HGCAL wafers,\n' +
      'generate its Verilog, prove by simulation that both agree to the last bit, and check quality and cost.',
  )
  .version(version)
  .configureHelp({ sortSubcommands: false })
  .showHelpAfterError('(see the --help of this command)')
  .exitOverride()
  .addHelpText(
    'after',
    `
Examples:
  econ flow                                   everything, on built-in data, into runs/default
  econ train --data wafers.csv --etx 5        a model for five output links
  econ rtl --model runs/train/model --out chip/
  econ conform VECTORS --case mcDataset/AE --rtl

Exit codes: 0 all well, 1 a check does not hold, 2 bad input or usage, 3 defect of econ, 130 interrupted.`,
  );

for (const add of [
  addFlow,
  addGenerate,
  addTrain,
  addShapes,
  addExplore,
  addAdapt,
  addModules,
  addImport,
  addExport,
  addEvaluate,
  addAnomaly,
  addCompare,
  addProfile,
  addGap,
  addRtl,
  addSimulate,
  addSim,
  addEmulate,
  addDecode,
  addConform,
  addRegisters,
  addBudget,
  addReport,
  addRuns,
  addDoctor,
]) {
  add(program);
}
// Sub-commands inherit nothing by themselves: usage errors must reach the handler below.
for (const command of program.commands) command.exitOverride();

// `econ ... | head` closes the pipe: not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCode.ok);
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCode.ok : exitCode.badInput;
  } else if (error instanceof Error && error.name === 'AbortError') {
    process.exitCode = exitCode.interrupted;
  } else {
    process.stderr.write(`${renderError(error)}\n`);
    process.exitCode =
      error instanceof Error && error.name === 'EconError' ? exitCode.badInput : exitCode.internal;
  }
}
