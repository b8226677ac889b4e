import type { Command } from '@commander-js/extra-typings';
import { adaptModel, renderAdapt } from '../flow/index.js';
import { loadModel } from '../model/index.js';
import { addDataOptions, dataFormats, dataOptions } from './data-options.js';
import { interruptSignal } from './interrupt.js';
import { numberThat, wholeNumber } from './options.js';
import { print, terminalProgress } from './terminal.js';

export function addCommand(program: Command): void {
  const command = program
    .command('adapt')
    .requiredOption('--model <folder>', 'the model to start from')
    .requiredOption('--data <file>', `wafers of the new conditions (${dataFormats})`);
  addDataOptions(command)
    .option('--replay <file>', 'wafers of the old conditions, mixed in so that they are not forgotten')
    .option(
      '--replay-share <share>',
      'share of the replay set among the wafers that are trained on',
      numberThat((value) => value >= 0 && value < 1, 'from 0 to below 1'),
      0.3,
    )
    .option('--run <folder>', 'run folder; an unfinished run in it goes on', 'runs/adapt')
    .option('--seed <n>', 'seed of split, mix and training', wholeNumber(0), 1)
    .option('--wafers <n>', 'wafers shown in all (default 1.5 million: a minute on one core)', wholeNumber(1))
    .option('--json', 'print JSON')
    .option('-q, --quiet', 'no progress')
    .addHelpText(
      'after',
      `
Examples:
  econ adapt --model runs/train/model --data noisy.csv --replay wafers.csv
  econ adapt --model runs/train/model --data aged.npz --replay wafers.csv --replay-share 0.5 --run runs/aged --json

The quality before and after is on wafers that are held out of both files. RUN/reload.i2c has the I2C transactions
that load the new weights into a running chip; the encoder changes over between two wafers.`,
    )
    .action(async ({ model, run, json, quiet, ...task }) => {
      const result = await adaptModel({
        ...task,
        folder: run,
        model: loadModel(model),
        reading: dataOptions(task, quiet),
        progress: terminalProgress(quiet),
        signal: interruptSignal(),
      });
      print(json ? JSON.stringify(result, null, 2) : renderAdapt(result));
    });
}
