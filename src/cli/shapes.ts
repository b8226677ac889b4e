import type { Command } from '@commander-js/extra-typings';
import { defaultGenerator, generateWafers, selectWafers } from '../dataset/index.js';
import { encoderLayers, layerMemoryBits, usedBlocks, weightBits } from '../encoder/index.js';
import { namedShapes } from '../training/index.js';
import { encoderLinks } from './options.js';
import { print } from './terminal.js';

/** Wafers that place the levels shown here; a training places them by its own. */
const SAMPLE = 1000;

export function addCommand(program: Command): void {
  program
    .command('shapes')
    .option('--etx <n>', 'output links that they send their latents on', encoderLinks, 5)
    .option('--json', 'print the shapes as JSON, as a file for --shape holds them')
    .addHelpText(
      'after',
      `
Examples:
  econ shapes --etx 2
  econ train --data wafers.csv --shape best
  econ shapes --json > shapes.json             cut one out, change it, give it to --shape`,
    )
    .action(({ etx, json }: { etx: number; json?: boolean }) => {
      const wafers = selectWafers(generateWafers({ ...defaultGenerator, wafers: SAMPLE }).batch);
      // A latent per cell needs a bit per cell.
      const possible = namedShapes.filter(({ name }) => name !== 'cells' || etx >= 2);
      const all = possible.map(({ name, about, make }) => ({
        name,
        about,
        shape: make({ etx, wafers }),
      }));
      if (json) {
        print(JSON.stringify(Object.fromEntries(all.map(({ name, shape }) => [name, shape])), null, 2));
        return;
      }
      for (const { name, about, shape } of all) {
        const layers = encoderLayers(shape);
        const products = layers.map(({ taps, channels, inputBits, weights, name: layer }) => {
          const count = channels * taps.reduce((sum, list) => sum + list.length, 0);
          return `${layer} ${count} products of ${inputBits} x ${weightBits(weights)} bits`;
        });
        const bits = layers.reduce((sum, layer) => sum + layerMemoryBits(layer), 0);
        print(`${name.padEnd(14)}${about}`);
        print(
          `${''.padEnd(14)}${products.join(', ')}; ${bits} weight bits in ${usedBlocks(shape)} of 12 blocks; ${shape.latents.bits.length} latents`,
        );
      }
    });
}
