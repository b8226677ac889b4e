import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from '@commander-js/extra-typings';
import { checkWritable, writeFileAtomic } from '../base/index.js';
import { conform, conformJunit, conformPassed, conformTable, readKnownDefects } from '../chips/index.js';
import { rtlConformRunner } from '../flow/index.js';
import { configOption } from './config-option.js';
import { wholeNumber } from './options.js';
import { exitCode, note, print, terminalProgress } from './terminal.js';

/** Looked for in the vector folder. */
const KNOWN = 'known-defective.yaml';

export function addCommand(program: Command): void {
  program
    .command('conform')
    .argument(
      '<folder>',
      'folder of cases: init.yaml, testInput.csv, testOutput.csv, plain or gz, any nesting',
    )
    .option('--case <name>', 'only this case, or those whose names contain this')
    .option('--rtl', 'run the emitted Verilog, weights loaded over I2C, instead of the software')
    .addOption(configOption('settings laid over those of every case, or in their place'))
    .option(
      '--latency <bx>',
      'the outputs are captures of a chip, so many BX late, or "search"; the input goes round',
      latencyOf,
    )
    .addOption(
      new Option(
        '--stc-tie <which>',
        'address of equal largest charges in a super trigger cell (default: highest)',
      ).choices(['highest', 'lowest']),
    )
    .option(
      '--idle-from-link-reset',
      'idle words have link_reset_pattern where the settings give no idle_pattern, as in the emulator of the vectors',
    )
    .option('--known <file>', `defective cases with reasons, YAML (default: ${KNOWN} in the folder)`)
    .option('--junit <file>', 'also write the result as JUnit XML')
    .option('--json', 'print JSON')
    .option('-q, --quiet', 'no progress')
    .addHelpText(
      'after',
      `
Examples:
  econ conform VECTORS
  econ conform VECTORS --case mcDataset/AE --rtl
  econ conform VECTORS --known defects.yaml --junit conform.xml
  econ conform CAPTURES --config init.yaml --latency search --stc-tie lowest

The list of defective cases has entries "- case: set/NAME" with "reason: text"; they are run and shown, and are no failure.
Exit code 1 when a case differs or cannot be read, or none is equal.`,
    )
    .action(async (folder, options) => {
      if (options.junit !== undefined) checkWritable(options.junit);
      const progress = terminalProgress(options.quiet);
      const runner = options.rtl ? rtlConformRunner({ progress, note }) : undefined;
      const list = options.known ?? [join(folder, KNOWN)].find((path) => existsSync(path));
      const known = list === undefined ? [] : readKnownDefects(list);
      const rows = await conform(folder, { ...options, filter: options.case, runner, known });
      for (const { case: name } of known) {
        if (options.case === undefined && !rows.some((row) => row.name === name))
          note(`${list}: there is no case ${name}`);
      }
      const suite = `econ conform, ${options.rtl ? 'simulated Verilog' : 'software'}`;
      if (options.junit !== undefined) writeFileAtomic(options.junit, conformJunit(rows, suite));
      print(options.json ? JSON.stringify(rows, null, 2) : conformTable(rows));
      process.exitCode = conformPassed(rows) ? exitCode.ok : exitCode.checkFailed;
    });
}

function latencyOf(text: string): number | 'search' {
  return text === 'search' ? text : wholeNumber(0, 1_000_000)(text);
}
