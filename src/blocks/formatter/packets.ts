import { includedAlgorithms } from '../algorithm/algorithm.js';
import type { ChipOptions } from '../build.js';
import { CODE_BITS, CODES } from '../link-input/parameters.js';
import { STC_GROUPS } from '../packets/packets.js';
import { REPEATER_BITS } from '../repeater/parameters.js';
import type { AlgorithmName } from '../settings.js';
import { stcTypes } from '../super-trigger-cell/parameters.js';

/** Bits of the longest packet of an algorithm, without padding. */
function longest(algorithm: AlgorithmName): number {
  switch (algorithm) {
    case 'threshold-sum':
      // BX (5), type (3), sum (8), map, charges: 25 words of 16 bits
      return 16 + CODES + CODES * CODE_BITS;
    case 'best-choice':
      // BX (4), sum (8), map, charges
      return 12 + CODES + CODES * CODE_BITS;
    case 'repeater':
      return REPEATER_BITS;
    case 'super-trigger-cell':
      return Math.max(
        ...stcTypes.map(
          ({ addressBits, format, sent }) =>
            4 + Math.min(Math.max(...sent), STC_GROUPS) * (addressBits + format.bits),
        ),
      );
    default:
      // BX (5), sum (9), 2 zeros, latents: 5 links of 32 bits
      return 160;
  }
}

/** Bits of the register that holds the packet of any included algorithm, first bit on top. */
export function packetBits(options: ChipOptions): number {
  return Math.max(...includedAlgorithms(options).map(({ name }) => longest(name)));
}
