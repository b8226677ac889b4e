import { EconError } from '../../base/index.js';
import type { StateBit } from './register-bits.js';

/** A memory of the design; a row is named like `u_core.mem[3]`. */
export interface MemoryInfo {
  readonly name: string;
  readonly width: number;
  readonly rows: number;
  /** Number of the first row. */
  readonly first: number;
}

export interface PlacedMemory extends MemoryInfo {
  /** Word of its first row, lane 0. */
  readonly address: number;
}

/**
 * Where the bits of a row lie.
 * @returns undefined when the name is none of a row
 * @throws EconError `simulation/no-signal` when the memory has no such row
 */
export function memoryRow(
  memories: readonly PlacedMemory[],
  name: string,
  lanes: number,
): StateBit[] | undefined {
  const [, base, index] = /^(.*)\[(-?\d+)\]$/.exec(name) ?? [];
  const memory = base === undefined ? undefined : memories.find((m) => m.name === base);
  if (memory === undefined) return undefined;
  const { width, rows, first, address } = memory;
  const row = Number(index) - first;
  if (row < 0 || row >= rows) {
    throw new EconError({
      code: 'simulation/no-signal',
      where: name,
      what: `the memory has no row ${index}.`,
      remedy: `Choose a row from ${first} to ${first + rows - 1}.`,
    });
  }
  const start = address + row * ((width + 31) >>> 5) * lanes;
  return Array.from({ length: width }, (_, i) => ({
    address: start + (i >>> 5) * lanes,
    mask: 1 << (i & 31),
  }));
}
