import type { Command } from '@commander-js/extra-typings';
import { inTurns } from '../base/index.js';
import { builtInWafers, collectWafers, selectWafers } from '../dataset/index.js';
import { detectorOfModel, loadModel } from '../model/index.js';
import { profileInPieces, renderProfile } from '../quality/index.js';
import { addDataOptions, dataFormats, dataOptions } from './data-options.js';
import { exitCode, print } from './terminal.js';

export function addCommand(program: Command): void {
  const command = program
    .command('profile')
    .requiredOption('--model <folder>', 'folder with model.json and weights.bin')
    .option('--data <file>', `wafers (${dataFormats}; default: 2000 generated ones)`);
  addDataOptions(command)
    .option('--json', 'print JSON')
    .option('-q, --quiet', 'no progress')
    .addHelpText(
      'after',
      `
Examples:
  econ profile --model runs/default/model
  econ profile --model runs/default/model --data wafers.csv --json

Channels that are always 0 carry nothing; saturated latents lose what is above 511; entropy far below the bits that
are sent says that the links could carry fewer. Exit code 1 when an accumulator could overflow.`,
    )
    .action(async ({ model: folder, data, json, quiet, ...flags }) => {
      const model = loadModel(folder);
      const batch =
        data === undefined
          ? selectWafers(builtInWafers(detectorOfModel(model).detector, 1, 2000))
          : (await collectWafers(data, { ...dataOptions(flags, quiet), ...detectorOfModel(model) })).batch;
      const profile = await inTurns(profileInPieces(model, batch));
      print(json ? JSON.stringify(profile, null, 2) : renderProfile(profile));
      process.exitCode = profile.certificate.layers.every((l) => l.holds)
        ? exitCode.ok
        : exitCode.checkFailed;
    });
}
