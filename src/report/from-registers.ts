import { type ChipVectors, registerNamed } from '../chips/index.js';
import type { Section } from './summary.js';

/** Bytes of a value that are shown; arrays are longer. */
const SHOWN = 12;

/**
 * The registers section: what was written over I2C to make the chip ready, and what became of the weights.
 * @param accepted the commit took the weights, and what was read back is what was written
 */
export function registerSection(writes: ChipVectors['writes'], accepted: boolean): Section<'registers'> {
  const isWeights = (what: string): boolean => /^weights \d+$/.test(what);
  const crc = writes.find(({ what }) => what === 'expected_crc');
  const weightBytes = writes.reduce((sum, { what, bytes }) => sum + (isWeights(what) ? bytes.length : 0), 0);
  return {
    ...(crc ? { commit: { weightBytes, crc32: Number(`0x${hex(crc.bytes)}`), accepted } } : {}),
    rows: writes
      .filter(({ what }) => !isWeights(what) && what !== 'commit')
      .map(({ what, address, bytes }) => ({
        name: what,
        address,
        value: bytes.length > SHOWN ? `0x...${hex(bytes.subarray(0, SHOWN))}` : `0x${hex(bytes)}`,
        meaning: registerNamed(what).doc,
      })),
  };
}

/** Registers hold their lowest byte first. */
function hex(bytes: Uint8Array): string {
  return [...bytes]
    .reverse()
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
