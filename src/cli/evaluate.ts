import type { Command } from '@commander-js/extra-typings';
import { inTurns } from '../base/index.js';
import { detectorOfModel, loadModel } from '../model/index.js';
import { chipReferences, compareInPieces, modelCandidate, renderComparison } from '../quality/index.js';
import { addDataOptions, dataFormats } from './data-options.js';
import { addJudgingOptions, judgedWafers } from './judged-wafers.js';
import { encoderLinks, linkList } from './options.js';
import { print, terminalProgress } from './terminal.js';

export function addCommand(program: Command): void {
  const command = program
    .command('evaluate')
    .requiredOption('--model <folder>', 'folder with model.json and weights.bin')
    .requiredOption('--data <file>', `wafers (${dataFormats})`);
  const chosen = addDataOptions(command).option(
    '--etx <list>',
    "numbers of links, e.g. 2,3,5 (default: the model's own)",
    linkList(encoderLinks),
  );
  addJudgingOptions(chosen)
    .option('--json', 'print JSON')
    .option('-q, --quiet', 'no progress')
    .addHelpText(
      'after',
      `
Examples:
  econ evaluate --model runs/default/model --data wafers.csv
  econ evaluate --model runs/default/model --data wafers.csv --etx 2,3,5 --json`,
    )
    .action(async (options) => {
      const model = loadModel(options.model);
      const { batch, models } = await judgedWafers(options, detectorOfModel(model));
      const candidates = [modelCandidate(model), ...models, ...chipReferences(batch)];
      const comparison = await inTurns(
        compareInPieces(candidates, batch, options.etx ?? [model.etx], terminalProgress(options.quiet)),
      );
      print(options.json ? JSON.stringify(comparison, null, 2) : renderComparison(comparison));
    });
}
