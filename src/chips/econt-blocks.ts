import {
  bunchTagBlock,
  type ChipBlock,
  type ChipOptions,
  calibrationBlock,
  defaultEcontOptions,
  type EcontOptions,
  econtFormatterBlock,
  floatToFixedBlock,
  hasEncoder,
  headerCheckBlock,
  i2cBlock,
  includedHardware,
  linkBufferBlock,
  linkInputBlock,
  muxBlock,
  powerUpBlock,
  resetSyncBlock,
  weightMemoryBlock,
} from '../blocks/index.js';
import { registersBlock } from './register-block.js';

/** What a whole ECON-T of these options includes; all of it when they do not say. */
export function econtOf(options: ChipOptions): EcontOptions {
  return options.econt ?? defaultEcontOptions;
}

/** All blocks of a whole ECON-T, data path first, in the order of the data. */
export function econtBlocks(options: ChipOptions): readonly ChipBlock[] {
  return [
    linkInputBlock,
    muxBlock,
    floatToFixedBlock,
    calibrationBlock,
    ...includedHardware(options).flatMap(({ blocks }) => blocks),
    econtFormatterBlock,
    linkBufferBlock,
    bunchTagBlock,
    headerCheckBlock,
    ...(hasEncoder(options) ? [weightMemoryBlock] : []),
    registersBlock,
    powerUpBlock,
    i2cBlock,
    resetSyncBlock,
  ];
}
