import type { Command } from 'commander';
import { inTurns } from '../base/index.js';
import { collectWafers } from '../dataset/index.js';
import { referenceModelFolder } from '../flow/index.js';
import { detectorOfModel, loadModel } from '../model/index.js';
import {
  chipReferences,
  evaluateModelInPieces,
  loadReferenceModels,
  renderComparison,
} from '../quality/index.js';
import { addDataOptions, type DataFlags, dataFormats, dataOptions } from './data-options.js';
import { encoderLinks, linkList } from './options.js';
import { note, print, terminalProgress } from './terminal.js';

interface Options extends DataFlags {
  model: string;
  data: string;
  etx?: number[];
  referenceModels?: string;
  all?: boolean;
  json?: boolean;
  quiet?: boolean;
}

export function addEvaluate(program: Command): void {
  const command = program
    .command('evaluate')
    .requiredOption('--model <folder>', 'folder with model.json and weights.bin')
    .requiredOption('--data <file>', `wafers (${dataFormats})`);
  addDataOptions(command)
    .option('--etx <list>', "numbers of links, e.g. 2,3,5 (default: the model's own)", linkList(encoderLinks))
    .option(
      '--reference-models <folder>',
      'CMSSW float autoencoders (cmssw_ae_*.json); looked for beside the data',
    )
    .option('--all', 'judge wafers with fewer than 3 cells or less than one MIP too')
    .option('--json', 'print JSON')
    .option('-q, --quiet', 'no progress')
    .addHelpText(
      'after',
      `
Examples:
  econ evaluate --model runs/default/model --data wafers.csv
  econ evaluate --model runs/default/model --data wafers.csv --etx 2,3,5 --json`,
    )
    .action(async (options: Options) => {
      const model = loadModel(options.model);
      const { batch, read, usable } = await collectWafers(options.data, {
        ...dataOptions(options, options.quiet),
        ...detectorOfModel(model),
        ...(options.all ? { select: false } : {}),
      });
      if (usable < read)
        note(`${usable} of ${read} wafers have 3 cells or more and one MIP or more (--all judges every one)`);
      const folder = options.referenceModels ?? referenceModelFolder(options.data);
      const loaded = folder === undefined ? undefined : loadReferenceModels(folder);
      const reason = loaded ? loaded.reason : 'none beside the data; --reference-models names their folder';
      if (reason) note(`skipped: CMSSW float autoencoder: ${reason}`);
      const comparison = await inTurns(
        evaluateModelInPieces(
          model,
          batch,
          {
            etx: options.etx ?? [model.etx],
            references: [...(loaded?.models ?? []), ...chipReferences(batch)],
          },
          terminalProgress(options.quiet),
        ),
      );
      print(options.json ? JSON.stringify(comparison, null, 2) : renderComparison(comparison));
    });
}
