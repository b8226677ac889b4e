import type { AlgorithmName } from '../blocks/index.js';
import {
  bestChoiceBlock,
  bunchTagBlock,
  type ChipBlock,
  type ChipOptions,
  calibrationBlock,
  defaultEcontOptions,
  type EcontOptions,
  econtFormatterBlock,
  encoderBlock,
  floatToFixedBlock,
  headerCheckBlock,
  i2cBlock,
  linkBufferBlock,
  linkInputBlock,
  muxBlock,
  normaliserBlock,
  powerUpBlock,
  repeaterBlock,
  resetSyncBlock,
  superTriggerCellBlock,
  thresholdSumBlock,
  weightMemoryBlock,
} from '../blocks/index.js';
import { econtRegistersBlock } from './registers/econt-verilog.js';

/** What a whole ECON-T of these options includes; all of it when they do not say. */
export function econtOf(options: ChipOptions): EcontOptions {
  return options.econt ?? defaultEcontOptions;
}

/** Blocks of an algorithm, from calibrated charges to what the formatter packs. */
const algorithmBlocks: Readonly<Record<AlgorithmName, readonly ChipBlock[]>> = {
  'threshold-sum': [thresholdSumBlock],
  'super-trigger-cell': [superTriggerCellBlock],
  'best-choice': [bestChoiceBlock],
  repeater: [repeaterBlock],
  autoencoder: [normaliserBlock, encoderBlock],
};

/** All blocks of a whole ECON-T, data path first, in the order of the data. */
export function econtBlocks(options: ChipOptions): readonly ChipBlock[] {
  const { algorithms } = econtOf(options);
  return [
    linkInputBlock,
    muxBlock,
    floatToFixedBlock,
    calibrationBlock,
    ...algorithms.flatMap((a) => algorithmBlocks[a]),
    econtFormatterBlock,
    linkBufferBlock,
    bunchTagBlock,
    headerCheckBlock,
    ...(algorithms.includes('autoencoder') ? [weightMemoryBlock] : []),
    econtRegistersBlock,
    powerUpBlock,
    i2cBlock,
    resetSyncBlock,
  ];
}
