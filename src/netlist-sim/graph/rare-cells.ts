import type { FlatCell } from '../read/flatten.js';
import type { Bits } from '../read/hierarchy.js';
import { binary, parameterBits } from '../read/netlist.js';
import { type Graph, lowMask } from './graph.js';
import {
  addWord,
  anyBit,
  bitOf,
  chunkWidth,
  mapWord,
  notWord,
  resize,
  selectWord,
  shiftWord,
  type Word,
  zeroWord,
} from './words.js';

/**
 * Cells that Verilog itself does not produce but later passes of Yosys do (`alumacc`, `opt_lut`, `share` ...), so
 * that netlists of others can be simulated. The rule gives the value of one output port.
 */
type Rule = (g: Graph, cell: FlatCell, read: (bits: Bits) => Word, port: string) => Word;

const width = (cell: FlatCell, port: string): number => cell.ports[port].length;

/** Carries out of every bit of a + b + carry. */
function carries(g: Graph, a: Word, b: Word, carry: number, width: number): Word {
  const sum = addWord(g, a, b, width, carry);
  const missing = notWord(g, sum, width);
  return mapWord(g, width, (i) => g.or(g.and(a[i], b[i]), g.and(g.or(a[i], b[i]), missing[i])));
}

const alu: Rule = (g, cell, read, port) => {
  const { A, B, CI, BI, Y } = cell.ports;
  const { parameters } = cell.json;
  const signed = binary(parameters.A_SIGNED) === 1 && binary(parameters.B_SIGNED) === 1;
  const n = Y.length;
  const a = resize(g, read(A), A.length, n, signed);
  const plain = resize(g, read(B), B.length, n, signed);
  const b = selectWord(g, read(BI)[0], notWord(g, plain, n), plain);
  const carry = read(CI)[0];
  if (port === 'X') return mapWord(g, n, (i) => g.xor(a[i], b[i]));
  return port === 'Y' ? addWord(g, a, b, n, carry) : carries(g, a, b, carry, n);
};

const lookahead: Rule = (g, cell, read) => {
  const n = width(cell, 'CO');
  const p = read(cell.ports.P);
  const generate = read(cell.ports.G);
  // P | G and G generate where G does, and propagate where either does.
  return carries(
    g,
    mapWord(g, n, (i) => g.or(p[i], generate[i])),
    generate,
    read(cell.ports.CI)[0],
    n,
  );
};

const fullAdder: Rule = (g, cell, read, port) => {
  const [a, b, c] = [cell.ports.A, cell.ports.B, cell.ports.C].map(read);
  return mapWord(g, width(cell, port), (i) => {
    const either = g.xor(a[i], b[i]);
    return port === 'Y' ? g.xor(either, c[i]) : g.or(g.and(a[i], b[i]), g.and(c[i], either));
  });
};

/** Halves the choice once per bit of the selection, highest bit first. */
function choose(g: Graph, table: readonly Word[], s: Word, bits: number): Word {
  let rows = table;
  for (let k = bits - 1; k >= 0; k--) {
    const half = rows.length / 2;
    const bit = bitOf(g, s, k);
    rows = rows.slice(0, half).map((low, i) => selectWord(g, bit, rows[half + i], low));
  }
  return rows[0];
}

const binaryMux: Rule = (g, cell, read) => {
  const { A, S } = cell.ports;
  const n = width(cell, 'Y');
  const table = Array.from({ length: 2 ** S.length }, (_, i) => read(A.subarray(i * n, (i + 1) * n)));
  return choose(g, table, read(S), S.length);
};

const demux: Rule = (g, cell, read) => {
  const { A, S, Y } = cell.ports;
  const index = read(S);
  // The number of bits to shift: S times the width of A.
  const wide = resize(g, index, S.length, 32, false)[0];
  const amount: Word = [g.mul(wide, g.constant(A.length))];
  return shiftWord(g, 'left', resize(g, read(A), A.length, Y.length, false), Y.length, amount, 32);
};

const table: Rule = (g, cell, read) => {
  const bits = width(cell, 'A');
  const lut = parameterBits(cell.json.parameters.LUT, 2 ** bits);
  const rows = Array.from(lut, (b): Word => [g.constant(b)]);
  return choose(g, rows, read(cell.ports.A), bits);
};

const sumOfProducts: Rule = (g, cell, read) => {
  const a = read(cell.ports.A);
  const n = width(cell, 'A');
  const depth = binary(cell.json.parameters.DEPTH);
  const bits = parameterBits(cell.json.parameters.TABLE, 2 * n * depth);
  let any = g.zero;
  for (let term = 0; term < depth; term++) {
    const pattern = (polarity: 0 | 1) =>
      mapWord(g, n, (i) => {
        let v = 0;
        for (let k = 0; k < chunkWidth(n, i); k++) v |= bits[2 * n * term + 2 * (32 * i + k) + polarity] << k;
        return g.constant(v);
      });
    const [low, high] = [pattern(0), pattern(1)];
    const wrong = mapWord(g, n, (i) =>
      g.or(g.and(a[i], low[i]), g.and(g.xor(a[i], g.constant(lowMask(chunkWidth(n, i)))), high[i])),
    );
    any = g.or(any, g.not(anyBit(g, wrong)));
  }
  return [any];
};

const RULES: Readonly<Record<string, Rule>> = {
  $alu: alu,
  $lcu: lookahead,
  $fa: fullAdder,
  $bmux: binaryMux,
  $demux: demux,
  $lut: table,
  $sop: sumOfProducts,
  $slice: (g, cell, read) => {
    const offset = binary(cell.json.parameters.OFFSET);
    const n = width(cell, 'Y');
    return n === 0 ? zeroWord(g, 1) : read(cell.ports.A.subarray(offset, offset + n));
  },
  $concat: (_g, cell, read) => read(Int32Array.of(...cell.ports.A, ...cell.ports.B)),
  // What is only true in the very first step of a formal proof is never true here.
  $initstate: (g) => [g.zero],
};

export function isRareCell(type: string): boolean {
  return RULES[type] !== undefined;
}

/** Value of output `port` of a cell. */
export function rareCell(g: Graph, cell: FlatCell, read: (bits: Bits) => Word, port: string): Word {
  return RULES[cell.type](g, cell, read, port);
}
