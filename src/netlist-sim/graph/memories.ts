import { EconError } from '../../base/index.js';
import type { FlatCell, FlatDesign } from '../read/flatten.js';
import { inScope, scopesOf } from '../read/hierarchy.js';
import { binary, parameterBits } from '../read/netlist.js';
import { PATH, resolvePath, type Scope } from '../read/paths.js';
import { unsupportedCell } from './cells.js';
import { type Graph, lowMask } from './graph.js';
import { anyBit, chunks, chunkWidth, type Word } from './words.js';

const MOST_BYTES = 2 ** 29;

/** A memory of the Verilog: rows of words in linear memory, one more row of zeros for addresses out of range. */
export class Memory {
  readonly writePorts: FlatCell[] = [];
  /** Initial rows as (row, chunk words). */
  readonly initial: { row: number; words: number[] }[] = [];
  readonly stride: number;

  constructor(
    readonly name: string,
    readonly width: number,
    readonly size: number,
    readonly start: number,
  ) {
    this.stride = 4 * chunks(width);
    if (this.bytes > MOST_BYTES) {
      throw new EconError({
        code: 'simulation/memory-size',
        where: name,
        what: `this memory has ${size} rows of ${width} bits; ${MOST_BYTES / 2 ** 20} MB is the most.`,
        remedy: 'Give it fewer rows, e.g. by a parameter: -P NAME=VALUE.',
      });
    }
  }

  get bytes(): number {
    return this.stride * (this.size + 1);
  }

  /** Byte address of the row and whether it exists; the row of zeros otherwise (Verilog: x). */
  address(g: Graph, index: Word, width: number): { address: number; valid: number } {
    const row = g.sub(index[0], g.constant(this.start));
    let valid = g.ltU(row, g.constant(this.size));
    if (width > 32 && this.start < 0) {
      // Wide enough for a sign: the words above are all ones below 0, else all zeros.
      const below = g.ltU(row, g.constant(Math.min(-this.start, this.size)));
      const ones = index.slice(1).map((n, i) => g.eq(n, g.constant(lowMask(chunkWidth(width, i + 1)))));
      const negative = ones.reduce((all, one) => g.and(all, one));
      valid = g.select(negative, below, g.and(g.and(valid, g.not(below)), g.not(anyBit(g, index.slice(1)))));
    } else if (width > 32) valid = g.and(valid, g.not(anyBit(g, index.slice(1))));
    const inside = g.select(valid, row, g.constant(this.size));
    return { address: g.mul(inside, g.constant(this.stride)), valid };
  }
}

const READS = new Set(['$memrd', '$memrd_v2']);
const WRITES = new Set(['$memwr', '$memwr_v2']);
const INITS = new Set(['$meminit', '$meminit_v2']);

export function isMemoryRead(cell: FlatCell): boolean {
  return READS.has(cell.type);
}

/** The memory that a cell reads, writes or fills, by its hierarchical name. */
export function memoryName({ scope, json }: FlatCell): string {
  return inScope(scope, String(json.parameters.MEMID).replace(/^\\/, ''));
}

/** All memories of the design by hierarchical name, with their write ports in order of priority. */
export function findMemories(design: FlatDesign): ReadonlyMap<string, Memory> {
  const memories = new Map<string, Memory>();
  /** Names of memories elsewhere in the hierarchy. */
  const aliases: { readonly scope: Scope; readonly id: string }[] = [];
  for (const scope of scopesOf(design)) {
    const own = Object.entries(scope.module.memories ?? {});
    for (const [id, { width, size, start_offset, attributes }] of own) {
      const name = inScope(scope, id);
      if (attributes?.[PATH] !== undefined) aliases.push({ scope, id });
      else memories.set(name, new Memory(name, width, size, start_offset));
    }
  }
  for (const { scope, id } of aliases) {
    const target = resolvePath(scope, id);
    const memory = target && memories.get(inScope(target.scope, target.name));
    if (memory !== undefined) memories.set(inScope(scope, id), memory);
  }
  for (const cell of design.cells) {
    if (!WRITES.has(cell.type) && !INITS.has(cell.type)) continue;
    const memory = memoryOf(memories, cell);
    if (WRITES.has(cell.type)) memory.writePorts.push(cell);
    else initialise(memory, cell);
  }
  for (const memory of new Set(memories.values())) {
    // A later port wins over an earlier one that writes the same bits.
    memory.writePorts.sort((a, b) => binary(a.json.parameters.PORTID) - binary(b.json.parameters.PORTID));
  }
  return memories;
}

function memoryOf(memories: ReadonlyMap<string, Memory>, cell: FlatCell): Memory {
  const memory = memories.get(memoryName(cell));
  if (memory === undefined) throw unsupportedCell(cell);
  return memory;
}

function initialise(memory: Memory, cell: FlatCell): void {
  const { ADDR, DATA } = cell.ports;
  if (!ADDR.every((b) => b < 2) || !DATA.every((b) => b < 2)) throw unsupportedCell(cell);
  let row = -memory.start;
  ADDR.forEach((bit, i) => {
    // The lowest row may have a negative number; then the highest bit is a sign.
    row += bit * (memory.start < 0 && i === ADDR.length - 1 ? -(2 ** i) : 2 ** i);
  });
  const rows = binary(cell.json.parameters.WORDS) || 1;
  for (let r = 0; r < rows; r++) {
    const words: number[] = [];
    for (let i = 0; i < chunks(memory.width); i++) {
      let v = 0;
      for (let k = 0; k < chunkWidth(memory.width, i); k++) v |= DATA[r * memory.width + 32 * i + k] << k;
      words.push(v);
    }
    memory.initial.push({ row: row + r, words });
  }
}

/** Asynchronous read port. */
export function readMemory(
  g: Graph,
  memories: ReadonlyMap<string, Memory>,
  sourceOf: (memory: Memory) => number,
  cell: FlatCell,
  read: (bits: Int32Array) => Word,
): Word {
  if (parameterBits(cell.json.parameters.CLK_ENABLE, 1)[0] === 1) throw unsupportedCell(cell);
  const memory = memoryOf(memories, cell);
  const source = sourceOf(memory);
  const { address } = memory.address(g, read(cell.ports.ADDR), cell.ports.ADDR.length);
  return Array.from({ length: chunks(memory.width) }, (_, i) =>
    g.read(address, 4 * i, source, chunkWidth(memory.width, i)),
  );
}
