import { EconError } from '../../base/index.js';
import {
  algorithmOf,
  type ChipOptions,
  type ChipSettings,
  type EcontOptions,
  weightBlocks,
} from '../../blocks/index.js';
import { settingsImage } from './image.js';
import { imageWrites } from './image-text.js';
import { type RegisterWrite, settingsToRegisterWrites } from './script.js';
import { toGeneration } from './translate.js';

/**
 * Writes that bring a chip of these options from reset to these settings. In a whole ECON-T the last one sets
 * pusm_run, and weights are loaded and committed when the algorithm is the autoencoder.
 * @throws EconError chip/not-in-this-chip when the chip was not built for the settings
 */
export function chipWrites(options: ChipOptions, settings: ChipSettings): RegisterWrite[] {
  if (!options.econt) return settingsToRegisterWrites(settings);
  checkBuilt(options.econt, options, settings);
  const image = settingsImage(toGeneration(settings, 'production'));
  return imageWrites(image, { commit: true, blocks: weightBlocks(options) });
}

/** Refuses settings that no registers of this chip can bring about. */
function checkBuilt(econt: EcontOptions, options: ChipOptions, settings: ChipSettings): void {
  const { algorithm, generation, stcTie, arithmetic } = settings;
  const refuse = (where: string, what: string): never => {
    throw new EconError({
      code: 'chip/not-in-this-chip',
      where,
      what,
      remedy: 'Build the chip for these settings, or use the software emulator.',
    });
  };
  if (!econt.algorithms.includes(algorithm))
    refuse('algorithm', `the chip has ${econt.algorithms.join(', ')}; the settings ask for ${algorithm}.`);
  const depends = algorithmOf(settings).builtFor ?? [];
  if (econt.generation !== generation && depends.includes('generation'))
    refuse(
      'generation',
      `the chip sends packets of ${econt.generation}, the settings are for ${generation}.`,
    );
  if (econt.stcTie !== stcTie && depends.includes('stcTie'))
    refuse('stcTie', `the chip takes the ${econt.stcTie} of equal cells, the settings the ${stcTie}.`);
  if (options.arithmetic !== arithmetic && depends.includes('arithmetic'))
    refuse('arithmetic', `the chip computes '${options.arithmetic}', the settings say '${arithmetic}'.`);
}
