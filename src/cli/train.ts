import type { Command } from '@commander-js/extra-typings';
import { trainRun } from '../flow/index.js';
import { renderComparison } from '../quality/index.js';
import { DEFAULT_WAFERS, trainModuleLibrary } from './modules.js';
import { runCommand, runTask } from './run-options.js';
import { print } from './terminal.js';

export function addCommand(program: Command): void {
  runCommand(program, 'train', 'runs/train')
    .option('--modules <config>', 'train classes of modules instead (as `econ modules train`)')
    .addHelpText(
      'after',
      `
Examples:
  econ train                                        on generated pile-up wafers
  econ train --data wafers.csv --etx 5 --seed 1     on your own
  econ train --data wafers.csv --preset quick       half a minute
  econ train --data wafers.csv --settings docs/examples/emd-tuning.yaml --set wafers=2000000

Every epoch leaves a checkpoint: after Ctrl-C or a crash the same command goes on. The model is in RUN/model.`,
    )
    .action(async (options) => {
      if (options.modules !== undefined) {
        await trainModuleLibrary(options.modules, { ...options, wafers: DEFAULT_WAFERS });
        return;
      }
      const result = await trainRun(runTask(options));
      if (options.json) print(JSON.stringify(result, null, 2));
      else {
        print(renderComparison(result.quality.comparison));
        print(
          `Model in ${result.modelFolder}: mean EMD ${result.meanEmd.toFixed(3)} on ${result.quality.comparison.wafers} held-out wafers, ${result.settings.etx} eTx, integer path.`,
        );
      }
    });
}
