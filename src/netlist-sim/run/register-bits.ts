import { EconError } from '../../base/index.js';
import type { Program } from '../emit/compile.js';
import { initialValues } from '../graph/names.js';
import type { DesignNets } from '../read/hierarchy.js';

/** Where one bit of state lies: word (32-bit words from 0, lane 0) and bits in it. */
export interface StateBit {
  readonly address: number;
  readonly mask: number;
}

/** @throws EconError `simulation/not-a-register`, `simulation/removed` */
export function registerBit(program: Program, bit: number, name: string): StateBit {
  const { driverOf, drivers } = program.lowering.pieces;
  const driver = drivers[driverOf[bit]];
  if (driver?.kind !== 'register') {
    throw new EconError({
      code: 'simulation/not-a-register',
      where: name,
      what: 'this signal is not a register.',
      remedy: 'Inputs are written with set; logic follows from registers and inputs.',
    });
  }
  const place = placeOf(program, bit);
  if (place === undefined) throw removed(name, driver.name);
  return place;
}

/** Where the bit of a register lies; undefined when it is not simulated. */
function placeOf({ lowering, layout, sourceCount }: Program, bit: number): StateBit | undefined {
  const { pieces, nodeOf, g } = lowering;
  const piece = pieces.pieceOf[bit];
  const source = nodeOf[piece] < 0 ? sourceCount : g.a[nodeOf[piece]];
  if (source >= sourceCount) return undefined;
  return {
    address: layout.sourceAddress[source] >>> 2,
    mask: 1 << (pieces.positionOf[bit] - pieces.pieceStart[piece]),
  };
}

export function removed(name: string, register: string): EconError {
  return new EconError({
    code: 'simulation/removed',
    where: name,
    what: `it needs register ${register.replace(/^\./, '')}, which reaches no output and is not simulated.`,
    remedy: 'Load the design with keepAll: true.',
  });
}

/** Initial values of registers and memories, in all lanes. */
export function writeInitialState(
  design: DesignNets,
  program: Program,
  words: Int32Array,
  lanes: number,
): void {
  const { lowering, layout } = program;
  for (const [s, source] of lowering.sources.entries()) {
    if (source.kind !== 'memory') continue;
    const { stride, size } = source.memory;
    for (const { row, words: values } of source.memory.initial) {
      if (row < 0 || row >= size) continue;
      const at = (layout.sourceAddress[s] >>> 2) + ((row * stride) >>> 2) * lanes;
      values.forEach((v, i) => {
        words.fill(v, at + i * lanes, at + i * lanes + lanes);
      });
    }
  }
  initialValues(design, (bit, value) => {
    const { driverOf, drivers } = lowering.pieces;
    if (value === 0 || drivers[driverOf[bit]]?.kind !== 'register') return;
    const place = placeOf(program, bit);
    if (place === undefined) return;
    for (let lane = 0; lane < lanes; lane++) words[place.address + lane] |= place.mask;
  });
}
