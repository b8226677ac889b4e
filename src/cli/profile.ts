import type { Command } from 'commander';
import { defaultGenerator, generateWafers, readWafers, selectWafers } from '../dataset/index.js';
import { loadModel } from '../model/index.js';
import { profileEncoder, renderProfile } from '../quality/index.js';
import { exitCode, print } from './terminal.js';

interface Options {
  model: string;
  data?: string;
  json?: boolean;
}

export function addProfile(program: Command): void {
  program
    .command('profile')
    .requiredOption('--model <folder>', 'folder with model.json and weights.bin')
    .option('--data <file>', 'wafers (default: 2000 generated ones)')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  econ profile --model runs/default/model
  econ profile --model runs/default/model --data wafers.csv --json

Channels that are always 0 carry nothing; saturated latents lose what is above 511; entropy far below the bits that
are sent says that the links could carry fewer. Exit code 1 when an accumulator could overflow.`,
    )
    .action(async ({ model, data, json }: Options) => {
      const batch =
        data === undefined
          ? generateWafers({ ...defaultGenerator, wafers: 2000 }).batch
          : await readWafers(data);
      const profile = profileEncoder(loadModel(model), selectWafers(batch));
      print(json ? JSON.stringify(profile, null, 2) : renderProfile(profile));
      process.exitCode = profile.certificate.layers.every((l) => l.holds)
        ? exitCode.ok
        : exitCode.checkFailed;
    });
}
