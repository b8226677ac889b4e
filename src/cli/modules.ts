import { availableParallelism } from 'node:os';
import type { Command } from '@commander-js/extra-typings';
import { diffClasses, libraryOf, readModulesConfig, renderLibrary, trainModules } from '../flow/index.js';
import { addDataOptions, type DataFlags, dataOptions } from './data-options.js';
import { interruptSignal } from './interrupt.js';
import { wholeNumber } from './options.js';
import { print, terminalProgress } from './terminal.js';

/** Wafers shown to the start, and to each class. */
export const DEFAULT_WAFERS = 2_000_000;

export interface TrainOptions extends DataFlags {
  run: string;
  seed: number;
  wafers: number;
  threads: number;
  json?: boolean;
  quiet?: boolean;
}

const DEFAULT_RUN = 'runs/modules';

/** Trains a library and prints its table. */
export async function trainModuleLibrary(
  path: string,
  { run, json, quiet, seed, wafers, threads, ...flags }: TrainOptions,
): Promise<void> {
  const library = await trainModules({
    seed,
    wafers,
    threads,
    folder: run,
    config: readModulesConfig(path),
    reading: dataOptions(flags, quiet),
    progress: terminalProgress(quiet),
    signal: interruptSignal(),
  });
  print(json ? JSON.stringify(library, null, 2) : renderLibrary(library));
}

export function addCommand(program: Command): void {
  const modules = program
    .command('modules')
    .addHelpText(
      'after',
      '\nExamples:\n  econ modules train modules.yaml\n  econ modules list\n  econ modules diff start-5 inner',
    );
  const train = modules
    .command('train')
    .description('train a shared start, then the encoder of each class with the decoder held')
    .argument('<config>', 'YAML with the classes (docs/modules.md)');
  addDataOptions(train)
    .option('--run <folder>', 'run folder; an unfinished run in it goes on', DEFAULT_RUN)
    .option('--seed <n>', 'seed of splits and trainings', wholeNumber(0), 1)
    .option('--wafers <n>', 'wafers shown to the start, and to each class', wholeNumber(1), DEFAULT_WAFERS)
    .option(
      '--threads <n>',
      'threads of a training, 1 or 2; the result is the same',
      wholeNumber(1, 2),
      Math.min(2, availableParallelism()),
    )
    .option('--json', 'print JSON')
    .option('-q, --quiet', 'no progress')
    .addHelpText(
      'after',
      `
Examples:
  econ modules train modules.yaml
  econ modules train modules.yaml --wafers 500000 --run runs/modules --json

RUN/library/CLASS holds model, weight image (weights.bin) and I2C script (load.i2c); RUN/start-N the decoder of N links.`,
    )
    .action(trainModuleLibrary);
  modules
    .command('list')
    .description('classes of a library, with their quality')
    .option('--run <folder>', 'folder of the library', DEFAULT_RUN)
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  econ modules list --run runs/modules')
    .action(({ run, json }: { run: string; json?: boolean }) => {
      const library = libraryOf(run);
      print(json ? JSON.stringify(library, null, 2) : renderLibrary(library));
    });
  modules
    .command('diff')
    .description('where two weight sets differ')
    .argument('<a>', 'class, start-N, or folder of a model')
    .argument('<b>', 'the other')
    .option('--run <folder>', 'folder of the library', DEFAULT_RUN)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  econ modules diff start-5 inner\n  econ modules diff inner ./runs/train/model',
    )
    .action((a: string, b: string, { run, json }: { run: string; json?: boolean }) => {
      const { difference, text } = diffClasses(run, a, b);
      print(json ? JSON.stringify(difference, null, 2) : text);
    });
}
