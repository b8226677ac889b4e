/**
 * A second, slow chip, written from the text of spec econt-behaviour and sharing nothing with src/ but the type of
 * the settings: BigInt arithmetic, packets as strings of '0' and '1', plain arrays. It is what the emulator is
 * compared with on random registers.
 */
import type { ChipSettings } from '../../src/blocks/index.js';

/** Bit string of an unsigned number, `width` digits. */
function bin(value: bigint | number, width: number): string {
  const text = BigInt(value).toString(2);
  if (text.length > width) throw new Error(`${value} does not fit ${width} bits`);
  return text.padStart(width, '0');
}

const length = (v: bigint): number => (v === 0n ? 0 : v.toString(2).length);
const total = (values: readonly bigint[]): bigint => values.reduce((a, b) => a + b, 0n);

/** Section 6. */
export function enc(v: bigint, E: number, M: number): bigint {
  const n = length(v);
  let e = 0n;
  let m = v;
  if (n > M) {
    e = BigInt(n - M);
    m = (v >> (e - 1n)) - (1n << BigInt(M));
  }
  if (e >= 1n << BigInt(E)) return (1n << BigInt(E + M)) - 1n;
  return e * (1n << BigInt(M)) + m;
}

/** Sections 2 to 5: the 48 charges of a row of 12 words. */
export function calq(s: ChipSettings, words: readonly number[]): bigint[] {
  const inputs: bigint[] = [];
  for (let r = 0; r < 12; r++) {
    const text = bin(words[r], 32).slice(4);
    const [a, b, c, d] = [0, 7, 14, 21].map((at) => BigInt(`0b${text.slice(at, at + 7)}`));
    inputs.push(...(s.generation === 'P1' ? [d, c, b, a] : [a, b, c, d]));
  }
  return Array.from({ length: 48 }, (_, k) => {
    const code = s.mux[k] > 47 ? 0n : inputs[s.mux[k]];
    const e = code / 8n;
    const m = code % 8n;
    const d = s.highDensity ? 3n : 1n;
    const shift = e > 1n ? e - 1n : 0n;
    const base = e === 0n ? m : (8n + m) << shift;
    const lin = (base << d) + (1n << (shift + d - 1n));
    return (lin * BigInt(s.calibration[k])) >> 11n;
  });
}

const h5 = (bx: number): string => bin(bx === 0 ? 31 : bx % 16, 5);
const h4 = (bx: number): string => {
  const five = h5(bx);
  return five[0] + five.slice(2);
};
const dropped = (s: ChipSettings): bigint => (s.dropLsb > 4 ? 0n : BigInt(s.dropLsb));

/** The words of a fixed-length packet on N links: cut or filled with zeros. */
function onLinks(bits: string, N: number): number[] {
  const all = bits.padEnd(32 * N, '0').slice(0, 32 * N);
  return Array.from({ length: 13 }, (_, j) =>
    j < N ? Number.parseInt(all.slice(32 * j, 32 * j + 32), 2) : 0,
  );
}

/** Section 7.1. */
function repeater(s: ChipSettings, q: bigint[], bx: number): number[] {
  return onLinks(h5(bx) + q.map((v) => bin(enc(v >> dropped(s), 4, 3), 7)).join(''), s.etx);
}

/** Section 7.2. */
function superTriggerCell(s: ChipSettings, q: bigint[], bx: number): number[] {
  const kinds = [
    { size: 4, address: 2, data: 9, code: (v: bigint) => enc(v, 5, 4), sent: [2, 5, 8, 11, 12] },
    { size: 16, address: 4, data: 9, code: (v: bigint) => enc(v, 5, 4), sent: [2, 3] },
    { size: 4, address: 0, data: 7, code: (v: bigint) => enc(v >> dropped(s), 4, 3), sent: [4, 8, 12] },
    { size: 4, address: 2, data: 7, code: (v: bigint) => enc(v >> dropped(s), 4, 3), sent: [3, 6, 10, 12] },
    { size: 4, address: 0, data: 8, code: (v: bigint) => enc(v, 5, 3), sent: [3, 7, 11, 12] },
  ];
  const kind = kinds[s.stcType];
  if (s.etx > kind.sent.length) return new Array<number>(13).fill(0);
  let addresses = '';
  let data = '';
  for (let g = 0; g < kind.sent[s.etx - 1]; g++) {
    const cells = q.slice(g * kind.size, (g + 1) * kind.size);
    const most = cells.toSorted((a, b) => Number(b - a))[0];
    const at = s.stcTie === 'highest' ? cells.lastIndexOf(most) : cells.indexOf(most);
    if (kind.address > 0) addresses += bin(at, kind.address);
    data += bin(kind.code(total(cells)), kind.data);
  }
  return onLinks(h4(bx) + addresses + data, s.etx);
}

/** Section 7.4: stage by stage from the columns p, r, d of the table. */
const network: readonly [p: number, r: number, d: number][] = [
  [32, 0, 32],
  [16, 0, 16],
  [16, 16, 16],
  [8, 0, 8],
  [8, 8, 24],
  [8, 8, 8],
  [4, 0, 4],
  [4, 4, 28],
  [4, 4, 12],
  [4, 4, 4],
  [2, 0, 2],
  [2, 2, 30],
  [2, 2, 14],
  [2, 2, 6],
  [2, 2, 2],
  [1, 0, 1],
  [1, 1, 31],
  [1, 1, 15],
  [1, 1, 7],
  [1, 1, 3],
  [1, 1, 1],
];

function sortedByNetwork(v: readonly bigint[]): { key: bigint; cell: number }[] {
  const line = v.map((key, cell) => ({ key, cell }));
  for (const [p, r, d] of network) {
    for (let i = 0; i <= 47 - d; i++) {
      if ((i & p) !== r) continue;
      if (line[i].key < line[i + d].key) [line[i], line[i + d]] = [line[i + d], line[i]];
    }
  }
  return line;
}

const map48 = (s: ChipSettings, cells: readonly number[]): string => {
  const bits = Array.from({ length: 48 }, (_, k) => (cells.includes(k) ? '1' : '0'));
  return (s.generation === 'P1' ? bits : bits.reverse()).join('');
};

/** Section 7.3. */
function bestChoice(s: ChipSettings, q: bigint[], bx: number): number[] {
  const v = q.map((c) => (c >> dropped(s) > 262143n ? 262143n : c >> dropped(s)));
  const n = [0, 1, 4, 6, 9, 14, 18, 23, 28, 32, 37, 41, 46, 48][s.etx];
  const line = sortedByNetwork(v);
  const chosen = line
    .slice(0, n)
    .map((x) => x.cell)
    .sort((a, b) => a - b);
  const sum = s.useSum ? total(v) : total(line.slice(n).map((x) => x.key));
  const addresses = n < 8 ? chosen.map((k) => bin(k, 6)).join('') : map48(s, chosen);
  const charges = chosen.map((k) => bin(enc(v[k], 4, 3), 7)).join('');
  return onLinks(h4(bx) + bin(enc(sum, 5, 3), 8) + addresses + charges, s.etx);
}

/** Section 8: the packet, and the sum code of the truncated word. */
function thresholdSum(s: ChipSettings, q: bigint[], bx: number): { packet: string[]; truncated: string } {
  const pass = q.map((v, k) => v >= BigInt(s.thresholds[k]));
  const cells = q.map((_, k) => k).filter((k) => pass[k]);
  const all = total(q);
  const rest = total(q.filter((_, k) => !pass[k]));
  const sum = bin(enc(s.useSum ? all : rest, 5, 3), 8);
  const charges = cells.map((k) => bin(enc(q[k] >> dropped(s), 4, 3), 7)).join('');
  let bits = h5(bx);
  if (cells.length === 0) bits += `000${sum}`;
  else if (cells.length < 8)
    bits += `010${sum}${bin(cells.length, 3)}${cells.map((k) => bin(k, 6)).join('')}${charges}`;
  else bits += `100${sum}${map48(s, cells)}${charges}`;
  const padded = bits.padEnd(16 * Math.ceil(bits.length / 16), '0');
  return { packet: padded.match(/.{16}/g) ?? [], truncated: bin(enc(all, 5, 3), 8) };
}

/** Section 9. */
function autoencoder(s: ChipSettings, q: bigint[], bx: number): number[] {
  const S = total(q);
  let L = S === 0n ? 0 : length(S) - 1;
  if (L > 21) L = 21;
  const x = q.map((c) => (L >= 7 ? c >> BigInt(L - 7) : c << BigInt(7 - L)));
  const pixel = (row: number, col: number): bigint => {
    if (row > 7 || col > 7) return 0n;
    if (row < 4) return x[8 * row + col];
    return col < 4 ? x[32 + 4 * (row - 4) + col] : 0n;
  };
  const w = (u: number, v: number, f: number): bigint =>
    BigInt(s.weights.layers[0].kernel[24 * u + 8 * v + f]);
  const exact = s.arithmetic === 'exact';
  const t: bigint[] = new Array(128);
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < 4; j++) {
      for (let f = 0; f < 8; f++) {
        const bias = BigInt(s.weights.layers[0].bias[f]);
        let sum = exact ? bias * 128n : 4n * bias;
        for (let u = 0; u < 3; u++)
          for (let v = 0; v < 3; v++) {
            const product = pixel(2 * i + u, 2 * j + v) * w(u, v, f);
            sum += exact ? product : product >> 5n;
          }
        if (exact) sum >>= 5n;
        t[32 * i + 8 * j + f] = sum > 0n ? sum : 0n;
      }
    }
  }
  let raw = '';
  for (let o = 15; o >= 0; o--) {
    const bias = BigInt(s.weights.layers[1].bias[o]);
    let y = exact ? bias * 128n : 8n * bias;
    for (let m = 0; m < 128; m++) {
      const product = t[m] * BigInt(s.weights.layers[1].kernel[128 * o + m]);
      y += exact ? product : product >> 4n;
    }
    if (exact) y >>= 4n;
    raw += bin(y < 0n ? 0n : y > 511n ? 511n : y, 9);
  }
  const mask = bin(s.keepMask, 144);
  const kept = [...raw].filter((_, at) => mask[at] === '1').join('');
  const nbits = Math.min(18 + 32 * (s.etx - 1), 146);
  const payload = kept.padStart(nbits, '0').slice(-nbits);
  return onLinks(h5(bx) + bin(enc(S, 5, 4), 9) + payload, s.etx);
}

export interface OracleOptions {
  /** Rows at which a link reset arrives: this row and the 255 after it carry the pattern. */
  readonly linkResets?: readonly number[];
}

/** Output words of input words from BX 0 and an empty buffer. @returns rows * 13 */
export function oracle(s: ChipSettings, words: Uint32Array, options: OracleOptions = {}): Uint32Array {
  const rows = words.length / 12;
  const out = new Uint32Array(rows * 13);
  let fifo: string[] = [];
  let bx = -1;
  let reset = 0;
  for (let i = 0; i < rows; i++) {
    const row = Array.from(words.subarray(12 * i, 12 * i + 12));
    bx = Math.floor(row[0] / 2 ** 28) === 9 ? 0 : bx + 1;
    if (options.linkResets?.includes(i)) reset = 256;
    if (reset > 0) {
      reset--;
      fifo = [];
      out.set(onLinks((h5(bx) + bin(s.linkResetPattern, 11)).repeat(26), s.etx), 13 * i);
      continue;
    }
    const q = calq(s, row);
    if (s.algorithm === 'threshold-sum') {
      const { packet, truncated } = thresholdSum(s, q, bx);
      const held = fifo.length;
      if (held + packet.length > s.bufferT1) fifo.push(`${h5(bx)}110${truncated}`);
      else if (held > s.bufferT2 && packet.length <= s.bufferT3) fifo.push(`${h5(bx)}111${truncated}`);
      else fifo.push(...packet);
      let bits = '';
      for (let n = 0; n < 2 * s.etx; n++) bits += fifo.shift() ?? h5(bx) + bin(s.idlePattern, 11);
      out.set(onLinks(bits, s.etx), 13 * i);
    } else {
      const run = {
        repeater,
        'super-trigger-cell': superTriggerCell,
        'best-choice': bestChoice,
        autoencoder,
      }[s.algorithm];
      out.set(run!(s, q, bx), 13 * i);
    }
  }
  return out;
}
