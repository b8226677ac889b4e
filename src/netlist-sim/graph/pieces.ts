import { EconError } from '../../base/index.js';
import { cellPlace, type FlatCell, type FlatDesign } from '../read/flatten.js';
import type { Bits } from '../read/hierarchy.js';
import { binary, type JsonCell } from '../read/netlist.js';
import { unsupportedCell } from './cells.js';
import { netOf } from './names.js';

/** What drives nets: an input of the top module, or an output of a cell. */
export interface Driver {
  readonly kind: 'input' | 'register' | 'bitwise' | 'solid';
  readonly name: string;
  readonly cell?: FlatCell;
  readonly bits: Bits;
  /** For `bitwise` and `register`: operands whose bit i alone decides about bit i of the output. */
  readonly lanes: readonly Bits[];
  /** Index of its first bit in the arrays over all driven bits. */
  readonly base: number;
}

/**
 * All driven words of the design, cut into pieces of at most 32 bits. Wide registers and multiplexers are cut
 * where their readers cut them, so that a bus of 128 activations becomes 128 words and no reader has to shift
 * and mask; a position that some reader reads across stays whole.
 */
export interface Pieces {
  readonly drivers: readonly Driver[];
  /** Bit of the design -> driver, or -1 when nothing drives it. */
  readonly driverOf: Int32Array;
  /** Bit of the design -> position in its driver. */
  readonly positionOf: Int32Array;
  /** base + position -> piece. */
  readonly pieceAt: Int32Array;
  /** Bit of the design -> piece, or -1 when nothing drives it. */
  readonly pieceOf: Int32Array;
  readonly count: number;
  readonly pieceDriver: Int32Array;
  readonly pieceStart: Int32Array;
  readonly pieceWidth: Int32Array;
}

const BITWISE = new Set(['$and', '$or', '$xor', '$xnor', '$bweqx', '$not', '$mux', '$bwmux', '$pmux']);
const REGISTER = /^\$(dffe?|sdff|sdffc?e|adffe?|aldffe?|dffsre?|dlatch|adlatch|dlatchsr|sr)$/;
/** Pieces shorter than this are not worth a word of their own when they are cut out of a longer one. */
const SHORTEST = 3;

/** Operand bits brought to the width of the output, as Verilog extends them. */
export function extendBits(bits: Bits, width: number, signed: boolean): Bits {
  if (bits.length >= width) return bits.subarray(0, width);
  const out = new Int32Array(width);
  out.set(bits);
  if (signed && bits.length > 0) out.fill(bits[bits.length - 1], bits.length);
  return out;
}

function lanesOf(cell: FlatCell, width: number): Bits[] {
  const { A, B, S, D, AD } = cell.ports;
  if (REGISTER.test(cell.type)) return [D, AD].filter((lane) => lane !== undefined);
  const signed =
    binary(cell.json.parameters.A_SIGNED) === 1 &&
    (B === undefined || binary(cell.json.parameters.B_SIGNED) === 1);
  switch (cell.type) {
    case '$not':
      return [extendBits(A, width, signed)];
    case '$mux':
      return [A, B];
    case '$bwmux':
      return [A, B, S];
    case '$pmux':
      return [A, ...Array.from({ length: S.length }, (_, i) => B.subarray(i * width, (i + 1) * width))];
    default:
      return [extendBits(A, width, signed), extendBits(B, width, signed)];
  }
}

interface PortUse {
  readonly kind: Driver['kind'];
  readonly driven: readonly string[];
  /** Inputs that are read as words. */
  readonly read: readonly string[];
}

function portUse({ type, port_directions: directions = {} }: JsonCell): PortUse {
  const register = REGISTER.test(type);
  const bitwise = BITWISE.has(type);
  const ports = Object.keys(directions);
  const asWord = (port: string) =>
    register ? !['D', 'AD'].includes(port) : !bitwise || (port === 'S' && type !== '$bwmux');
  return {
    kind: register ? 'register' : bitwise ? 'bitwise' : 'solid',
    driven: ports.filter((port) => directions[port] === 'output'),
    read: ports.filter((port) => directions[port] !== 'output' && asWord(port)),
  };
}

export function findPieces(design: FlatDesign): Pieces {
  const drivers: Driver[] = [];
  const driverOf = new Int32Array(design.bitCount).fill(-1);
  const positionOf = new Int32Array(design.bitCount);
  let base = 0;
  const drive = (kind: Driver['kind'], name: string, bits: Bits, cell?: FlatCell) => {
    const lanes =
      cell !== undefined && (kind === 'bitwise' || kind === 'register') ? lanesOf(cell, bits.length) : [];
    const driver = { kind, name, cell, bits, lanes, base };
    base += bits.length;
    for (let i = 0; i < bits.length; i++) {
      const other = driverOf[bits[i]];
      if (bits[i] < 2 || other >= 0) throw conflict(design, bits[i], driver, drivers[other]);
      driverOf[bits[i]] = drivers.length;
      positionOf[bits[i]] = i;
    }
    drivers.push(driver);
  };
  for (const [name, port] of Object.entries(design.top.module.ports)) {
    if (port.direction === 'inout') throw unsupportedInout(name);
    if (port.direction === 'input') drive('input', name, design.bits(design.top, port.bits));
  }
  const readers: Bits[] = [];
  const uses = new Map<JsonCell, PortUse>(); // by cell of a module, which all its instances share
  for (const cell of design.cells) {
    let use = uses.get(cell.json);
    if (use === undefined) {
      // Without directions it is a module that is not there: what it drives is not known.
      if (cell.json.port_directions === undefined) throw unsupportedCell(cell);
      use = portUse(cell.json);
      uses.set(cell.json, use);
    }
    for (const port of use.driven) drive(use.kind, `${cell.scope.path}.${cell.name}`, cell.ports[port], cell);
    for (const port of use.read) readers.push(cell.ports[port]);
  }

  // Between bit i and i+1 of every driver: does a reader want them together, does one separate them?
  const glue = new Uint8Array(base);
  const cut = new Uint8Array(base);
  // Bit of the design -> its place among all driven bits, or -1. Neighbours of one driver have neighbouring places.
  const index = new Int32Array(design.bitCount).fill(-1);
  for (const { bits, base: start } of drivers) {
    for (let i = 0; i < bits.length; i++) index[bits[i]] = start + i;
  }
  const neighbours = (a: number, b: number) => index[b] === index[a] + 1 && driverOf[a] === driverOf[b];
  for (const bits of readers) {
    for (let i = 0; i < bits.length; i++) {
      const here = index[bits[i]];
      if (here < 0) continue;
      if (i + 1 < bits.length && neighbours(bits[i], bits[i + 1])) glue[here] = 1;
      else cut[here] = 1;
      if (positionOf[bits[i]] > 0 && (i === 0 || !neighbours(bits[i - 1], bits[i]))) cut[here - 1] = 1;
    }
  }
  const driverAt = new Int32Array(base);
  for (let d = 0; d < drivers.length; d++) {
    const { lanes, bits, base: start } = drivers[d];
    driverAt.fill(d, start, start + bits.length);
    for (const lane of lanes) {
      for (let i = 0; i + 1 < bits.length; i++) {
        // The operand changes here: a natural place.
        if (lane[i] >= 2 && !neighbours(lane[i], lane[i + 1])) cut[start + i] = 1;
      }
    }
  }
  // What is wanted of an output is wanted of the operands from which it is made bit by bit.
  const waiting: number[] = [];
  for (let place = 0; place < base; place++) if (glue[place] === 1 || cut[place] === 1) waiting.push(place);
  for (let from = waiting.pop(); from !== undefined; from = waiting.pop()) {
    const { lanes, bits, base: start } = drivers[driverAt[from]];
    const i = from - start;
    if (i + 1 >= bits.length) continue;
    for (const lane of lanes) {
      const to = index[lane[i]];
      if (to < 0 || !neighbours(lane[i], lane[i + 1])) continue;
      if (glue[from] > glue[to] || cut[from] > cut[to]) {
        glue[to] |= glue[from];
        cut[to] |= cut[from];
        waiting.push(to);
      }
    }
  }

  return { drivers, driverOf, positionOf, ...cutDrivers(design, drivers, glue, cut) };
}

/** Cuts each driver into pieces of 32 bits at most, and where something separates bits that nothing wants together. */
function cutDrivers(
  design: FlatDesign,
  drivers: readonly Driver[],
  glue: Uint8Array,
  cut: Uint8Array,
): Omit<Pieces, 'drivers' | 'driverOf' | 'positionOf'> {
  const pieceAt = new Int32Array(cut.length);
  const pieceOf = new Int32Array(design.bitCount).fill(-1);
  const pieceDriver: number[] = [];
  const pieceStart: number[] = [];
  const pieceWidth: number[] = [];
  drivers.forEach((driver, d) => {
    const width = driver.bits.length;
    const free = driver.kind !== 'solid';
    for (let from = 0; from < width; ) {
      let to = from + 1;
      while (to < width && to - from < 32) {
        const at = driver.base + to - 1;
        if (free && cut[at] === 1 && glue[at] === 0 && to - from >= SHORTEST && width - to >= SHORTEST) break;
        to++;
      }
      pieceAt.fill(pieceDriver.length, driver.base + from, driver.base + to);
      for (let i = from; i < to; i++) pieceOf[driver.bits[i]] = pieceDriver.length;
      pieceDriver.push(d);
      pieceStart.push(from);
      pieceWidth.push(to - from);
      from = to;
    }
  });
  return {
    pieceAt,
    pieceOf,
    count: pieceDriver.length,
    pieceDriver: Int32Array.from(pieceDriver),
    pieceStart: Int32Array.from(pieceStart),
    pieceWidth: Int32Array.from(pieceWidth),
  };
}

function conflict(design: FlatDesign, bit: number, driver: Driver, other: Driver | undefined): EconError {
  const place = (d: Driver) => (d.cell === undefined ? `input ${d.name}` : cellPlace(d.cell));
  const net = netOf(design, bit, driver.cell === undefined ? [driver.name, other?.name] : []);
  return new EconError({
    code: 'simulation/multiple-drivers',
    where: driver.cell === undefined && net?.source ? net.source : place(driver),
    what: `${net?.name ?? 'a net'} has two drivers: ${place(driver)} and ${other === undefined ? 'a constant' : place(other)}.`,
    remedy: 'Leave one driver; three-state nets are not simulated.',
  });
}

function unsupportedInout(name: string): EconError {
  return new EconError({
    code: 'simulation/inout',
    where: name,
    what: 'inout ports are not simulated.',
    remedy: 'Split the port into input, output and output enable.',
  });
}
