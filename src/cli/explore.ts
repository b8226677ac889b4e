import type { Command } from '@commander-js/extra-typings';
import { explore, renderExploration } from '../flow/index.js';
import { addDataOptions, dataFormats, dataOptions } from './data-options.js';
import { interruptSignal } from './interrupt.js';
import { encoderLinks, numberAboveZero, wholeNumber } from './options.js';
import { exitCode, print, terminalProgress } from './terminal.js';

export function addCommand(program: Command): void {
  const command = program.command('explore').requiredOption('--data <file>', `wafers (${dataFormats})`);
  addDataOptions(command)
    .option('--run <folder>', 'folder of the search; an unfinished one in it goes on', 'runs/explore')
    .option('--etx <n>', 'output links', encoderLinks, 5)
    .option('--seed <n>', 'seed of split and trainings', wholeNumber(0), 1)
    .option('--minutes <n>', 'no training begins after this time', numberAboveZero, 20)
    .option(
      '--wafers <n>',
      'wafers shown in the first round; doubled for the better half',
      wholeNumber(1),
      200_000,
    )
    .option('--threads <n>', 'threads of a training, 1 or 2; the result is the same', wholeNumber(1, 2), 2)
    .option('--json', 'print JSON')
    .option('-q, --quiet', 'no progress')
    .addHelpText(
      'after',
      `
Examples:
  econ explore --data wafers.csv --minutes 20
  econ explore --data wafers.csv --etx 2 --json

Every trial is kept in RUN/explore.json with its model in RUN/<shape>-<wafers>; the same command after Ctrl-C goes on.
A trial is determined by its shape, wafers, seed and data: its bytes come out the same again.`,
    )
    .action(async ({ run, json, quiet, ...options }) => {
      const progress = terminalProgress(quiet);
      const reading = dataOptions(options, quiet);
      const result = await explore({ ...options, folder: run, reading, progress, signal: interruptSignal() });
      print(json ? JSON.stringify(result, null, 2) : renderExploration(result));
      if (result.stopped === 'aborted') process.exitCode = exitCode.interrupted;
    });
}
