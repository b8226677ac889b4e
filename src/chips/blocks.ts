import {
  bunchTagBlock,
  type ChipBlock,
  type ChipOptions,
  formatterBlock,
  frontBlocks,
  hasEncoder,
  headerCheckBlock,
  i2cBlock,
  includedHardware,
  linkBufferBlock,
  powerUpBlock,
  resetSyncBlock,
  weightMemoryBlock,
} from '../blocks/index.js';
import { counterWith } from './econt/functions.js';
import { registersBlock } from './register-block.js';

/**
 * All blocks of a chip, data path first, in the order of the data. What ECON-T has beside it is left out of a chip
 * without the rest of ECON-T: packets go to the links as they are, from the first clock on.
 */
export function chipBlocks(options: ChipOptions): readonly ChipBlock[] {
  const whole = (...blocks: ChipBlock[]): ChipBlock[] => (options.econt ? blocks : []);
  return [
    ...frontBlocks,
    ...includedHardware(options).flatMap(({ blocks }) => blocks(options)),
    formatterBlock,
    ...whole(linkBufferBlock, bunchTagBlock, headerCheckBlock),
    ...(hasEncoder(options) ? [weightMemoryBlock] : []),
    registersBlock,
    ...whole(powerUpBlock),
    i2cBlock,
    resetSyncBlock,
  ];
}

/** The counter of disagreements in a block; what has none in a chip is counted with 'misc'. */
export function counterOfBlock({ name }: ChipBlock, { econt }: ChipOptions): string {
  const counter = counterWith('blocks', name) ?? 'algorithm';
  return counter === 'clocks_and_resets' && !econt ? 'misc' : counter;
}
