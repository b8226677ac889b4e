import { type Command, Option } from '@commander-js/extra-typings';
import { inTurns } from '../base/index.js';
import {
  checkWaferFile,
  defaultGenerator,
  generateInPieces,
  type SignalKind,
  selectWafers,
  signalKinds,
  triggerLayers,
  wafers,
  writeWafers,
} from '../dataset/index.js';
import { wholeNumber } from './options.js';
import { print, terminalProgress } from './terminal.js';

export function addCommand(program: Command): void {
  program
    .command('generate')
    .requiredOption('-o, --out <file>', 'where to write them (.csv, .csv.gz, .npy, .npz)')
    .option('--wafers <n>', 'how many to make', wholeNumber(1, 20_000_000), 20_000)
    .option('--seed <n>', 'seed; the same seed makes the same wafers', wholeNumber(0), 1)
    .option('--layers <list>', `detector layers, e.g. 7,9,11 (trigger layers: 1,3..27,29..50)`, layerList)
    .addOption(new Option('--signal <kind>', 'put only this on top of the pile-up').choices(signalKinds))
    .option('--pileup <n>', 'mean interactions a crossing', wholeNumber(0, 1000), 200)
    .option('--all', 'keep wafers with fewer than 3 cells or less than one MIP too')
    .option('--modules', 'also the module of each wafer: columns layer, waferu, waferv (not in .npy)')
    .option('--json', 'print JSON')
    .option('-q, --quiet', 'no progress')
    .addHelpText(
      'after',
      `
Examples:
  econ generate -o wafers.npz
  econ generate --wafers 1000 --layers 9 --signal electron --pileup 0 -o electrons.csv
  econ generate --layers 5,13,33 --modules -o wafers.csv.gz`,
    )
    .action(async (options) => {
      checkWaferFile(options.out, options.modules === true);
      const settings = {
        ...defaultGenerator,
        seed: options.seed,
        wafers: options.wafers,
        layers: options.layers ?? defaultGenerator.layers,
        pileup: { ...defaultGenerator.pileup, interactions: options.pileup },
        signal: options.signal
          ? { ...defaultGenerator.signal, weights: only(options.signal) }
          : defaultGenerator.signal,
      };
      const { batch } = await inTurns(generateInPieces(settings, terminalProgress(options.quiet)));
      const kept = options.all ? batch : selectWafers(batch);
      await writeWafers(options.out, options.modules ? kept : wafers(kept.charges));
      const { out: file, seed } = options;
      print(
        options.json
          ? JSON.stringify({ file, wafers: kept.count, made: batch.count, seed }, null, 2)
          : `${file}: ${kept.count} wafers of ${batch.count} made (seed ${seed})`,
      );
    });
}

function only(kind: SignalKind): Record<SignalKind, number> {
  return Object.fromEntries(signalKinds.map((k) => [k, k === kind ? 1 : 0])) as Record<SignalKind, number>;
}

function layerList(text: string): number[] {
  return text.split(',').map(wholeNumber(triggerLayers[0], triggerLayers[triggerLayers.length - 1]));
}
