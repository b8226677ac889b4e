import type { Command, OptionValues } from '@commander-js/extra-typings';
import { type DataOptions, MOST_WAFERS } from '../dataset/index.js';
import { numberAboveZero, wholeNumber } from './options.js';
import { note, terminalProgress } from './terminal.js';

/** What `--data` takes, for help texts. */
export const dataFormats =
  'CALQ as .csv, .csv.gz, .npy, .npz, .parquet, .h5, .root; input link words RX_DATA as .csv; - is standard input';

/** How files of wafers are to be read, where they do not say so themselves. */
export interface DataFlags {
  columns?: string;
  datasetPath?: string;
  scale?: number;
  maxWafers?: number;
}

export function addDataOptions<Args extends unknown[], Given extends OptionValues>(
  command: Command<Args, Given>,
) {
  return command
    .option('--columns <names>', "columns of the 48 trigger cells, such as 'tc_{0..47}' (default: CALQ_0 ..)")
    .option('--dataset-path <name>', 'data set (HDF5), tree (ROOT), array (NPZ) or column of lists (Parquet)')
    .option('--scale <factor>', 'multiply the numbers by this and round, for fractions', numberAboveZero)
    .option(
      '--max-wafers <n>',
      `wafers to hold in memory; of a larger file an even sample is drawn (default: ${MOST_WAFERS})`,
      wholeNumber(1000, 20_000_000),
    );
}

/** The flags as reading takes them. @param quiet without progress; what was taken for granted is told all the same */
export function dataOptions(
  { columns, datasetPath: dataset, scale, maxWafers: most }: DataFlags,
  quiet?: boolean,
): DataOptions {
  return { columns, dataset, scale, most, note, progress: terminalProgress(quiet) };
}
