import { listSignals } from '../graph/signals.js';
import type { DesignNets } from '../read/hierarchy.js';
import type { Parts } from './load-machine.js';

/** A word of state: a piece of a register, or one word of a row of a memory. */
export interface StateWord {
  readonly kind: 'register' | 'memory';
  /** Verilog name of the register or memory. */
  readonly name: string;
  /** Bit of the register (or of the memory row) that bit 0 of this word is. */
  readonly lsb: number;
  readonly width: number;
  /** Index of the 32-bit word in the memory of the simulator. */
  readonly address: number;
  /** Row, for memories. */
  readonly row: number;
  /** Number of the register piece or memory in the program. */
  readonly source: number;
}

export interface StateMap {
  readonly words: readonly StateWord[];
  /** Memories that nothing writes: their contents are part of the design. */
  readonly constants: ReadonlySet<string>;
}

/**
 * Names of register bits: a register is called by its own name in the module that holds it, rather than by that of a
 * port.
 * @param homeOf path of the instance that holds the register of a bit; undefined when the bit is none
 */
export function registerNames(
  design: DesignNets,
  homeOf: (bit: number) => string | undefined,
): ReadonlyMap<number, { readonly name: string; readonly index: number }> {
  const named = new Map<number, { name: string; index: number; rank: number }>();
  for (const { name, scope, bits, lsb, port } of listSignals(design)) {
    const path = scope.join('.');
    bits.forEach((bit, i) => {
      const home = homeOf(bit);
      if (home === undefined) return;
      const rank = path !== home ? 0 : port ? 1 : 2;
      if (rank > (named.get(bit)?.rank ?? -1)) named.set(bit, { name, index: lsb + i, rank });
    });
  }
  return named;
}

/** All simulated state, under the names that the Verilog gives it; addresses are those of lane 0. */
export function stateMap({ design, program }: Parts, lanes = 1): StateMap {
  const { lowering, layout, sourceCount } = program;
  const { pieces, sources, memories } = lowering;
  const named = registerNames(design, (bit) => {
    const d = pieces.driverOf[bit];
    return d < 0 || pieces.drivers[d].kind !== 'register' ? undefined : pieces.drivers[d].cell?.scope.path;
  });
  const words: StateWord[] = [];
  const constants = new Set<string>();
  for (const memory of memories.values()) if (memory.writePorts.length === 0) constants.add(memory.name);
  for (let s = 0; s < sourceCount; s++) {
    const source = sources[s];
    const address = layout.sourceAddress[s] >>> 2;
    if (source.kind === 'memory') {
      const { name, width, size, stride, start } = source.memory;
      for (let row = 0; row < size; row++) {
        for (let i = 0; 32 * i < width; i++) {
          words.push({
            kind: 'memory',
            name,
            lsb: 32 * i,
            width: Math.min(32, width - 32 * i),
            address: address + ((row * stride) / 4 + i) * lanes,
            row: row + start,
            source: s,
          });
        }
      }
    } else if (source.kind === 'register') {
      const driver = pieces.drivers[pieces.pieceDriver[source.piece]];
      const start = pieces.pieceStart[source.piece];
      const first = named.get(driver.bits[start]);
      words.push({
        kind: 'register',
        name: first?.name ?? source.name.replace(/^\./, ''),
        lsb: first?.index ?? start,
        width: source.width,
        address,
        row: 0,
        source: s,
      });
    }
  }
  return { words, constants };
}

/** Bits of a word that exist. */
export function wordMask({ width }: StateWord): number {
  return width >= 32 ? -1 : (1 << width) - 1;
}

/** `7, 5:3` from bit numbers. */
export function bitRanges(bits: Iterable<number>): string {
  const sorted = [...new Set(bits)].sort((a, b) => b - a);
  const ranges: string[] = [];
  for (let i = 0; i < sorted.length; ) {
    let j = i;
    while (sorted[j + 1] === sorted[j] - 1) j++;
    ranges.push(i === j ? `${sorted[i]}` : `${sorted[i]}:${sorted[j]}`);
    i = j + 1;
  }
  return ranges.join(', ');
}
