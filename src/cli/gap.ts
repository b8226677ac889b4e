import type { Command } from '@commander-js/extra-typings';
import { arithmeticGap, renderGap } from '../flow/index.js';
import { addDataOptions, dataFormats, dataOptions } from './data-options.js';
import { interruptSignal } from './interrupt.js';
import { encoderLinks, wholeNumber } from './options.js';
import { shapeSetting } from './shape-option.js';
import { print, terminalProgress } from './terminal.js';

export function addCommand(program: Command): void {
  const command = program.command('gap').requiredOption('--data <file>', `wafers (${dataFormats})`);
  addDataOptions(command)
    .option('--etx <n>', 'output links', encoderLinks, 5)
    .option('--seed <n>', 'seed of split and training', wholeNumber(0), 1)
    .option('--wafers <n>', 'wafers shown in each of the three trainings', wholeNumber(1), 1_500_000)
    .option('--shape <name|file>', "encoder instead of ECON-T's (`econ shapes`)")
    .option('--threads <n>', 'threads of the training, 1 or 2; the result is the same', wholeNumber(1, 2), 1)
    .option('--json', 'print JSON')
    .option('-q, --quiet', 'no progress')
    .addHelpText(
      'after',
      `
Examples:
  econ gap --data wafers.csv
  econ gap --data wafers.csv --etx 2 --wafers 5000000 --json

float rounds the latents only, as the links carry them; exact rounds weights and floors each sum; econt floors each
product, as the real chip does.`,
    )
    .action(async ({ data, etx, seed, wafers, shape, threads, json, quiet, ...flags }) => {
      const gap = await arithmeticGap({
        data,
        reading: dataOptions(flags, quiet),
        settings: {
          etx,
          seed,
          wafers,
          generated: 'auto',
          ...shapeSetting(shape),
        },
        threads,
        progress: terminalProgress(quiet),
        signal: interruptSignal(),
      });
      print(json ? JSON.stringify(gap, null, 2) : renderGap(gap));
    });
}
