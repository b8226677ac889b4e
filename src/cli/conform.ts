import type { Command } from 'commander';
import { conform, conformPassed, conformTable } from '../chip/index.js';
import { rtlConformRunner } from '../flow/index.js';
import { exitCode, note, print, terminalProgress } from './terminal.js';

interface Options {
  case?: string;
  rtl?: boolean;
  json?: boolean;
  quiet?: boolean;
}

export function addConform(program: Command): void {
  program
    .command('conform')
    .description('compare with published ECON-T test vectors, input words to output words')
    .argument(
      '<folder>',
      'folder of cases: init.yaml, testInput.csv, testOutput.csv, plain or gz, any nesting',
    )
    .option('--case <name>', 'only this case, or those whose names contain this')
    .option('--rtl', 'run the emitted Verilog, weights loaded over I2C, instead of the software')
    .option('--json', 'print JSON')
    .option('-q, --quiet', 'no progress')
    .addHelpText(
      'after',
      `
Examples:
  econ conform VECTORS
  econ conform VECTORS --case mcDataset/AE --rtl

Exit code 1 when a case differs or cannot be read.`,
    )
    .action(async (folder: string, options: Options) => {
      const progress = terminalProgress(options.quiet);
      const runner = options.rtl ? rtlConformRunner({ progress, note }) : undefined;
      const rows = await conform(folder, { filter: options.case, runner });
      print(options.json ? JSON.stringify(rows, null, 2) : conformTable(rows));
      process.exitCode = conformPassed(rows) ? exitCode.ok : exitCode.checkFailed;
    });
}
