import { EconError } from '../../base/index.js';
import { cellPlace, type FlatCell, type FlatDesign } from '../read/flatten.js';
import type { Bits } from '../read/hierarchy.js';
import { binary } from '../read/netlist.js';
import { bitwiseCell, isSolidCell, solidCell, unsupportedCell } from './cells.js';
import { Graph, lowMask } from './graph.js';
import { findMemories, isMemoryRead, type Memory, readMemory } from './memories.js';
import { initialValues } from './names.js';
import { type Domain, domainIndex, type LoweredRegister, wordRegister } from './next-state.js';
import { findPieces, type Pieces } from './pieces.js';
import { isRareCell, rareCell } from './rare-cells.js';
import { chunks, chunkWidth, spread, type Word } from './words.js';

/** A word of state or input: what lives in memory between two evaluations. */
export type Source =
  | {
      readonly kind: 'input' | 'register';
      readonly piece: number;
      readonly width: number;
      readonly name: string;
    }
  | { readonly kind: 'memory'; readonly memory: Memory; readonly width: number; readonly name: string };

/** Words that override a piece of a signal: where a mask bit is 1, the value bit counts. */
interface ForcedPiece {
  readonly piece: number;
  /** Indices of the sources that hold mask and value; value bits outside the mask are 0. */
  readonly mask: number;
  readonly value: number;
  readonly register: boolean;
}

/** A word written into a memory at a clock edge: (old & ~mask) | (data & mask). */
export interface MemoryWrite {
  readonly memory: Memory;
  readonly source: number;
  readonly domain: number;
  /** Byte address of the row inside the memory. */
  readonly address: number;
  readonly data: Word;
  readonly mask: Word;
}

/**
 * Turns the live part of a flat design into the dataflow graph. Work follows demand: `read` of the bits of an
 * output pulls in the cells behind it, registers met on the way are lowered after it (`finish`), the rest stays
 * untouched and costs nothing.
 */
export class Lowering {
  readonly g = new Graph();
  readonly pieces: Pieces;
  readonly sources: Source[] = [];
  readonly registers: LoweredRegister[] = [];
  readonly memoryWrites: MemoryWrite[] = [];
  readonly domains: Domain[] = [];
  /** Piece -> node, -1 while nobody asked for it. */
  readonly nodeOf: Int32Array;
  readonly memories: ReadonlyMap<string, Memory>;
  /** Pieces that can be forced. */
  readonly forced = new Map<number, ForcedPiece>();
  /** Inputs that can be forced: piece -> source that holds what was set. */
  readonly forcedInput = new Map<number, number>();
  /** Nets that nothing drives and that an initial value of 1 makes constants. */
  private readonly ones = new Set<number>();
  private readonly forceable = new Set<number>();
  private readonly pending: number[] = [];
  private readonly memorySource = new Map<Memory, number>();
  private readonly pendingMemories: Memory[] = [];

  /** @param forceable signals that `force` may override */
  constructor(
    readonly design: FlatDesign,
    forceable: readonly Bits[] = [],
  ) {
    this.pieces = findPieces(design);
    this.nodeOf = new Int32Array(this.pieces.count).fill(-1);
    this.memories = findMemories(design);
    initialValues(design, (bit, value) => {
      if (value === 1 && this.pieces.pieceOf[bit] < 0) this.ones.add(bit);
    });
    for (const bits of forceable) this.piecesOf(bits, this.forceable);
  }

  /** Value of any bits of the design; lowers what is needed for it. */
  read(bits: Bits): Word {
    this.demand(bits);
    return this.gather(bits);
  }

  /** Lowers the next state of all registers and memories that were met, until no new ones turn up. */
  finish(): void {
    for (;;) {
      const piece = this.pending.pop();
      if (piece !== undefined) {
        this.lowerRegister(piece);
        continue;
      }
      const memory = this.pendingMemories.pop();
      if (memory === undefined) return;
      this.lowerWrites(memory);
    }
  }

  /** Index of a memory as source; the first call makes it live. */
  private sourceOfMemory(memory: Memory): number {
    let index = this.memorySource.get(memory);
    if (index === undefined) {
      index = this.sources.length;
      this.sources.push({ kind: 'memory', memory, width: memory.width, name: memory.name });
      this.memorySource.set(memory, index);
      this.pendingMemories.push(memory);
    }
    return index;
  }

  private gather(bits: Bits): Word {
    return Array.from({ length: chunks(bits.length) }, (_, i) =>
      this.gatherChunk(bits.subarray(32 * i, 32 * i + chunkWidth(bits.length, i))),
    );
  }

  /** At most 32 bits as one node, put together from the pieces that hold them. */
  private gatherChunk(bits: Bits): number {
    const { g } = this;
    const { positionOf, pieceOf, pieceStart } = this.pieces;
    let constant = 0;
    let value = g.zero;
    for (let i = 0; i < bits.length; ) {
      const bit = bits[i];
      const piece = pieceOf[bit];
      if (piece < 0) {
        if (bit === 1 || this.ones.has(bit)) constant |= 1 << i; // what nothing drives reads as 0
        i++;
        continue;
      }
      const offset = positionOf[bit] - pieceStart[piece];
      const node = this.nodeOf[piece];
      let n = 1;
      if (bits[i + 1] === bit && i + 1 < bits.length) {
        // a bit repeated: a sign extension or a mask
        while (i + n < bits.length && bits[i + n] === bit) n++;
        const copies = g.mask(spread(g, g.and(g.shr(node, offset), g.one)), n);
        value = g.or(value, g.shl(copies, i));
      } else {
        while (
          i + n < bits.length &&
          pieceOf[bits[i + n]] === piece &&
          positionOf[bits[i + n]] === positionOf[bit] + n &&
          bits[i + n + 1] !== bits[i + n]
        ) {
          n++;
        }
        // Many copies of the highest bit follow: the number is extended by its sign.
        const last = bits[i + n];
        const signAhead =
          i + n + 1 < bits.length &&
          pieceOf[last] === piece &&
          positionOf[last] === positionOf[bit] + n &&
          bits.subarray(i + n).every((b) => b === last);
        if (signAhead) {
          const part = g.shl(g.mask(g.shr(node, offset), n + 1), i);
          const whole = g.or(g.or(value, part), g.constant(constant));
          return g.mask(g.sext(whole, i + n + 1), bits.length);
        } else value = g.or(value, g.shl(g.mask(g.shr(node, offset), n), i));
      }
      i += n;
    }
    return g.or(value, g.constant(constant));
  }

  /** Combinational pieces that piece needs, and the sources that it meets. */
  private needs(piece: number): number[] {
    const { drivers, pieceDriver, pieceStart, pieceWidth } = this.pieces;
    const { kind, cell, lanes } = drivers[pieceDriver[piece]];
    const out = new Set<number>();
    if (cell === undefined) return [];
    if (kind === 'bitwise') {
      const from = pieceStart[piece];
      for (const lane of lanes) this.piecesOf(lane.subarray(from, from + pieceWidth[piece]), out);
      if (cell.ports.S !== undefined && cell.type !== '$bwmux') this.piecesOf(cell.ports.S, out);
    } else {
      for (const [port, bits] of Object.entries(cell.ports)) {
        if (cell.json.port_directions?.[port] === 'input') this.piecesOf(bits, out);
      }
    }
    return [...out];
  }

  private piecesOf(bits: Bits, out: Set<number>): void {
    const { pieceOf } = this.pieces;
    let last = -1;
    for (let i = 0; i < bits.length; i++) {
      const piece = pieceOf[bits[i]];
      if (piece === last) continue;
      last = piece;
      if (piece >= 0) out.add(piece);
    }
  }

  /** Lowers everything that the bits depend on, operands first, without recursion (chains may be long). */
  private demand(bits: Bits): void {
    const wanted = new Set<number>();
    this.piecesOf(bits, wanted);
    const stack: { piece: number; needs: number[]; next: number }[] = [];
    const open = new Set<number>();
    const visit = (piece: number) => {
      if (this.nodeOf[piece] >= 0) return;
      if (open.has(piece)) throw this.loop([...stack.map((f) => f.piece), piece]);
      const { kind } = this.pieces.drivers[this.pieces.pieceDriver[piece]];
      if (kind === 'input' || kind === 'register') {
        this.makeSource(piece, kind);
        return;
      }
      open.add(piece);
      stack.push({ piece, needs: this.needs(piece), next: 0 });
    };
    for (const root of wanted) {
      visit(root);
      while (stack.length > 0) {
        const frame = stack[stack.length - 1];
        if (frame.next < frame.needs.length) {
          visit(frame.needs[frame.next++]);
          continue;
        }
        stack.pop();
        open.delete(frame.piece);
        this.lowerPiece(frame.piece);
      }
    }
  }

  private makeSource(piece: number, kind: 'input' | 'register'): void {
    const { drivers, pieceDriver, pieceWidth } = this.pieces;
    const width = pieceWidth[piece];
    const source = this.sources.length;
    const node = this.g.source(source, width);
    this.sources.push({ kind, piece, width, name: drivers[pieceDriver[piece]].name });
    if (kind === 'input' && this.forceable.has(piece)) this.forcedInput.set(piece, source);
    this.nodeOf[piece] = kind === 'input' ? this.overridden(piece, node) : node;
    if (kind === 'register') this.pending.push(piece);
  }

  private lowerPiece(piece: number): void {
    const { g } = this;
    const { drivers, pieceDriver, pieceStart, pieceWidth, pieceAt } = this.pieces;
    const driver = drivers[pieceDriver[piece]];
    const cell = driver.cell as FlatCell;
    const read = (bits: Bits) => this.gather(bits);
    if (driver.kind === 'bitwise') {
      const from = pieceStart[piece];
      const width = pieceWidth[piece];
      const lanes = driver.lanes.map((lane) => this.gatherChunk(lane.subarray(from, from + width)));
      this.nodeOf[piece] = this.overridden(piece, bitwiseCell(g, cell, lanes, width, read));
      return;
    }
    let value: Word;
    if (isSolidCell(cell.type)) value = solidCell(g, cell, read);
    else if (isRareCell(cell.type)) {
      const port = Object.keys(cell.ports).find((name) => cell.ports[name] === driver.bits) as string;
      value = rareCell(g, cell, read, port);
    } else if (isMemoryRead(cell)) {
      value = readMemory(g, this.memories, (memory) => this.sourceOfMemory(memory), cell, read);
    } else throw unsupportedCell(cell);
    const first = pieceAt[driver.base];
    value.forEach((node, i) => {
      this.nodeOf[first + i] = this.overridden(first + i, node);
    });
  }

  /** The value of a piece, or what it is forced to. */
  private overridden(piece: number, node: number): number {
    if (!this.forceable.has(piece)) return node;
    const { g } = this;
    const { drivers, pieceDriver, pieceWidth } = this.pieces;
    const width = pieceWidth[piece];
    const { name, kind } = drivers[pieceDriver[piece]];
    const source = () => this.sources.push({ kind: 'input', piece, width, name: `force ${name}` }) - 1;
    let forced = this.forced.get(piece);
    if (forced === undefined) {
      forced = { piece, mask: source(), value: source(), register: kind === 'register' };
      this.forced.set(piece, forced);
    }
    const kept = g.xor(g.source(forced.mask, width), g.constant(lowMask(width)));
    return g.or(g.and(node, kept), g.source(forced.value, width));
  }

  /** Clock edge of a register or memory port, or of its asynchronous load; -1 for a latch, which has none. */
  private domain(cell: FlatCell, port: 'CLK' | 'ALOAD' = 'CLK'): number {
    if (cell.ports[port] === undefined) return -1;
    const bit = cell.ports[port][0];
    return domainIndex(this.domains, bit, binary(cell.json.parameters[`${port}_POLARITY`]) === 1);
  }

  private lowerRegister(piece: number): void {
    const { g } = this;
    const { drivers, pieceDriver, pieceStart, pieceWidth } = this.pieces;
    const cell = drivers[pieceDriver[piece]].cell as FlatCell;
    const width = pieceWidth[piece];
    const q = this.nodeOf[piece];
    const read = (bits: Bits) => this.read(bits)[0];
    const from = pieceStart[piece];
    const { next, async, load } = wordRegister({ g, cell, q, from, width, read });
    const register = { source: g.a[q], node: q, width };
    this.registers.push({
      ...register,
      domain: this.domain(cell),
      next: this.overridden(piece, next),
      async: async && { condition: async.condition, value: this.overridden(piece, async.value) },
    });
    if (load !== undefined)
      this.registers.push({
        ...register,
        domain: this.domain(cell, 'ALOAD'),
        next: this.overridden(piece, load),
      });
  }

  private lowerWrites(memory: Memory): void {
    const { g } = this;
    const source = this.sourceOfMemory(memory);
    for (const cell of memory.writePorts) {
      if (binary(cell.json.parameters.CLK_ENABLE) !== 1) throw unsupportedCell(cell);
      const enable = this.read(cell.ports.EN);
      const { address, valid } = memory.address(g, this.read(cell.ports.ADDR), cell.ports.ADDR.length);
      this.memoryWrites.push({
        memory,
        source,
        domain: this.domain(cell),
        address,
        data: this.read(cell.ports.DATA),
        mask: enable.map((n) => g.select(valid, n, g.zero)),
      });
    }
  }

  private loop(path: number[]): EconError {
    const { drivers, pieceDriver } = this.pieces;
    const from = path.indexOf(path[path.length - 1]);
    const places = path.slice(from).map((piece) => cellPlace(drivers[pieceDriver[piece]].cell as FlatCell));
    const ring = places.filter((place, i) => i === 0 || place !== places[i - 1]);
    return new EconError({
      code: 'simulation/combinational-loop',
      where: ring[0],
      what: `combinational logic feeds itself: ${ring.slice(0, 8).join(' -> ')}${ring.length > 8 ? ' ...' : ''}.`,
      remedy: 'Put a register into the loop.',
    });
  }
}
