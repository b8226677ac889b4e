import { bestChoiceBlock } from './best-choice/verilog.js';
import { type ChipBlock, type ChipOptions, defaultEcontOptions, type EcontOptions } from './build.js';
import { bunchTagBlock } from './bunch-tag/verilog.js';
import { calibrationBlock } from './calibration/verilog.js';
import { encoderBlock } from './encoder/verilog.js';
import { floatToFixedBlock } from './float-to-fixed/verilog.js';
import { econtFormatterBlock } from './formatter/econt-verilog.js';
import { headerCheckBlock } from './header-check/verilog.js';
import { i2cBlock } from './i2c/verilog.js';
import { linkBufferBlock } from './link-buffer/verilog.js';
import { linkInputBlock } from './link-input/verilog.js';
import { muxBlock } from './mux/verilog.js';
import { normaliserBlock } from './normaliser/verilog.js';
import { powerUpBlock } from './power-up/verilog.js';
import { econtRegistersBlock } from './registers/econt-verilog.js';
import { repeaterBlock } from './repeater/verilog.js';
import { resetSyncBlock } from './reset-sync.js';
import type { Algorithm } from './settings/settings.js';
import { superTriggerCellBlock } from './super-trigger-cell/verilog.js';
import { thresholdSumBlock } from './threshold-sum/verilog.js';
import { weightMemoryBlock } from './weight-memory/verilog.js';

/** What a whole ECON-T of these options includes; all of it when they do not say. */
export function econtOf(options: ChipOptions): EcontOptions {
  return options.econt ?? defaultEcontOptions;
}

/** Blocks of an algorithm, from calibrated charges to what the formatter packs. */
const algorithmBlocks: Readonly<Record<Algorithm, readonly ChipBlock[]>> = {
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
