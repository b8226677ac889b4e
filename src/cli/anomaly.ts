import type { Command } from '@commander-js/extra-typings';
import { type AnomalyTask, renderAnomalies, scoreAnomalies } from '../flow/index.js';
import { addDataOptions, type DataFlags, dataFormats, dataOptions } from './data-options.js';
import { wholeNumber } from './options.js';
import { print } from './terminal.js';

export function addCommand(program: Command): void {
  const command = program
    .command('anomaly')
    .requiredOption('--model <folder>', 'model; one trained with --set klWeight=... is made for it')
    .requiredOption('--usual <file>', 'wafers that are usual')
    .requiredOption('--data <file>', `wafers to score (${dataFormats})`);
  addDataOptions(command)
    .option('-o, --out <file>', 'CSV of the scores, one per wafer')
    .option('--seed <n>', 'seed of the split of the usual wafers', wholeNumber(0), 1)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  econ train --data pileup.csv --set klWeight=0.02 --run runs/vae
  econ anomaly --model runs/vae/model --usual pileup.csv --data ttbar.csv --out scores.csv

The score is the sum over the latents of ((z - mean) / spread)^2 / 2, mean and spread over the usual wafers.`,
    )
    .action(async ({ json, ...task }: AnomalyTask & DataFlags & { json?: boolean }) => {
      const result = await scoreAnomalies({ ...task, reading: dataOptions(task) });
      print(json ? JSON.stringify(result, null, 2) : renderAnomalies(result));
    });
}
