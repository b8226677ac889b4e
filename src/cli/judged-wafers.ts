import type { Command, OptionValues } from '@commander-js/extra-typings';
import { collectWafers, type DataOptions, type WaferBatch } from '../dataset/index.js';
import { referenceModelFolder } from '../flow/index.js';
import { loadReferenceModels, type Reference } from '../quality/index.js';
import { type DataFlags, dataOptions } from './data-options.js';
import { note } from './terminal.js';

interface JudgingFlags extends DataFlags {
  data: string;
  referenceModels?: string;
  all?: boolean;
  quiet?: boolean;
}

export function addJudgingOptions<Args extends unknown[], Given extends OptionValues>(
  command: Command<Args, Given>,
) {
  return command
    .option(
      '--reference-models <folder>',
      'CMSSW float autoencoders (cmssw_ae_*.json); looked for beside the data',
    )
    .option('--all', 'judge wafers with fewer than 3 cells or less than one MIP too');
}

/** The wafers that ways to send them are compared on, and the float autoencoders; what is left out is told. */
export async function judgedWafers(
  { data, referenceModels, all, quiet, ...flags }: JudgingFlags,
  reading: DataOptions = {},
): Promise<{ batch: WaferBatch; models: readonly Reference[] }> {
  const { batch, read, usable } = await collectWafers(data, {
    ...dataOptions(flags, quiet),
    ...reading,
    ...(all ? { select: false } : {}),
  });
  if (usable < read)
    note(`${usable} of ${read} wafers have 3 cells or more and one MIP or more (--all judges every one)`);
  const folder = referenceModels ?? referenceModelFolder(data);
  const { models, reason } =
    folder === undefined
      ? { models: [], reason: 'none beside the data; --reference-models names their folder' }
      : loadReferenceModels(folder);
  if (reason) note(`skipped: CMSSW float autoencoder: ${reason}`);
  return { batch, models };
}
