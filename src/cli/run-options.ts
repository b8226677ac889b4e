import { type Command, Option } from 'commander';
import { type FlowInput, presetNames } from '../flow/index.js';
import { engineNames } from '../training/index.js';
import { etxList, wholeNumber } from './options.js';

/** Options that `econ flow` and `econ train` share. */
export interface RunOptions {
  run: string;
  data?: string;
  referenceModels?: string;
  seed: number;
  etx: number;
  compareEtx: number[];
  wafers: number;
  preset: (typeof presetNames)[number];
  engine: (typeof engineNames)[number];
  arithmetic: 'econt' | 'exact';
  epochs?: number;
  json?: boolean;
  quiet?: boolean;
}

export function addRunOptions(command: Command, defaultRun: string): Command {
  return command
    .option('--run <folder>', 'run folder; an unfinished run in it goes on', defaultRun)
    .option('--data <file>', 'wafers (CALQ as .csv, .csv.gz, .npy, .npz) instead of generated ones')
    .option('--wafers <n>', 'wafers to generate when no data are given', wholeNumber(100, 20_000_000), 20_000)
    .option(
      '--etx <n>',
      'output links (eTx) of the module: 1..5 carry 1, 3, 5, 7, 9 bits per latent',
      wholeNumber(1, 13),
      5,
    )
    .option('--compare-etx <list>', 'numbers of links to compare at', etxList, [2, 3, 5])
    .option(
      '--reference-models <folder>',
      'CMSSW float autoencoders (cmssw_ae_*.json) to compare with; looked for beside the data',
    )
    .option('--seed <n>', 'seed of data, split and training', wholeNumber(0), 1)
    .addOption(
      new Option('--preset <name>', 'length of the training').choices(presetNames).default('default'),
    )
    .option('--epochs <n>', "passes over the training wafers, instead of the preset's", wholeNumber(1))
    .addOption(new Option('--engine <name>', 'training engine').choices(engineNames).default('wasm'))
    .addOption(
      new Option('--arithmetic <name>', 'econt: a floor per product as in the real chip; exact: one per sum')
        .choices(['econt', 'exact'])
        .default('econt'),
    )
    .option('--json', 'print the summary as JSON')
    .option('-q, --quiet', 'no progress');
}

/** The part of the options that decides the result. */
export function flowInput(o: RunOptions): FlowInput {
  const { seed, etx, compareEtx, wafers, preset, engine, arithmetic, epochs } = o;
  return { seed, etx, compareEtx, wafers, preset, engine, arithmetic, ...(epochs ? { epochs } : {}) };
}
