import { calibrationBlock } from '../calibration/verilog.js';
import { floatToFixedBlock } from '../float-to-fixed/verilog.js';
import { linkInputBlock } from '../link-input/verilog.js';
import { muxBlock } from '../mux/verilog.js';

/** From link words to calibrated charges: what all algorithms share, in the order of the data. */
export const frontBlocks = [linkInputBlock, muxBlock, floatToFixedBlock, calibrationBlock] as const;
