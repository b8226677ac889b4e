import { includedHardware } from '../algorithm/algorithm.js';
import type { ChipOptions } from '../build.js';

/** Bits of the register that holds the packet of any included algorithm, first bit on top. */
export function packetBits(options: ChipOptions): number {
  return Math.max(...includedHardware(options).map(({ bits }) => bits));
}
