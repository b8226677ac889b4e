import type { Command } from '@commander-js/extra-typings';
import { findRuns, renderRuns } from '../flow/index.js';
import { note, print } from './terminal.js';

export function addCommand(program: Command): void {
  program
    .command('runs')
    .argument('[folders...]', 'run folders, or folders that hold them', ['runs'])
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  econ runs
  econ runs runs/seed1 runs/seed2
  econ runs --json runs | jq '.[].emd'

EMD is the mean on the held-out wafers of each run, integer path; runs on other data are not comparable. Epochs: the
best one and how many there were.`,
    )
    .action((folders: string[], { json }: { json?: boolean }) => {
      const runs = findRuns(folders, (reason) => note(`skipped: ${reason}`));
      print(json ? JSON.stringify(runs, null, 2) : renderRuns(runs));
    });
}
