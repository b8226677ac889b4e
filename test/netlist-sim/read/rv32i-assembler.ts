/** A few instructions of RV32I as words, to write test programs; branch targets are labels. */
type Line = string | [string, ...(number | string)[]];

const f3 = { add: 0, sll: 1, slt: 2, sltu: 3, xor: 4, srl: 5, sra: 5, or: 6, and: 7, sub: 0 } as const;
const branches = { beq: 0, bne: 1, blt: 4, bge: 5, bltu: 6, bgeu: 7 } as const;
const loads = { lb: 0, lh: 1, lw: 2, lbu: 4, lhu: 5 } as const;
const stores = { sb: 0, sh: 1, sw: 2 } as const;

/** Register or number operands are numbers, labels are strings; a line that is a string is a label. */
export function assemble(lines: readonly Line[]): number[] {
  const labels = new Map<string, number>();
  let at = 0;
  for (const line of lines) {
    if (typeof line === 'string') labels.set(line, at);
    else at += 4;
  }
  const words: number[] = [];
  for (const line of lines)
    if (typeof line !== 'string') words.push(encode(line, 4 * words.length, labels) >>> 0);
  return words;
}

function encode(
  [op, ...args]: [string, ...(number | string)[]],
  pc: number,
  labels: Map<string, number>,
): number {
  const [x, y, z] = args.map((v) => (typeof v === 'string' ? (labels.get(v) as number) - pc : v));
  const immediate = op.endsWith('i') ? op.slice(0, -1) : op === 'sltiu' ? 'sltu' : '';
  if (op in f3) {
    const high = op === 'sub' || op === 'sra' ? 0x40000000 : 0;
    return high | (z << 20) | (y << 15) | (f3[op as keyof typeof f3] << 12) | (x << 7) | 0x33;
  }
  if (immediate in f3) {
    const high = immediate === 'sra' ? 0x40000000 : 0;
    return (
      high | ((z & 0xfff) << 20) | (y << 15) | (f3[immediate as keyof typeof f3] << 12) | (x << 7) | 0x13
    );
  }
  if (op in loads)
    return ((z & 0xfff) << 20) | (y << 15) | (loads[op as keyof typeof loads] << 12) | (x << 7) | 3;
  if (op in stores) {
    const code = stores[op as keyof typeof stores];
    return ((z >> 5) << 25) | (x << 20) | (y << 15) | (code << 12) | ((z & 31) << 7) | 0x23;
  }
  if (op in branches) {
    const code = branches[op as keyof typeof branches];
    const far = (((z >> 12) & 1) << 31) | (((z >> 5) & 63) << 25);
    return (
      far | (y << 20) | (x << 15) | (code << 12) | (((z >> 1) & 15) << 8) | (((z >> 11) & 1) << 7) | 0x63
    );
  }
  if (op === 'jal') {
    const far =
      (((y >> 20) & 1) << 31) | (((y >> 1) & 0x3ff) << 21) | (((y >> 11) & 1) << 20) | (y & 0xff000);
    return far | (x << 7) | 0x6f;
  }
  if (op === 'jalr') return ((z & 0xfff) << 20) | (y << 15) | (x << 7) | 0x67;
  if (op === 'lui') return (y << 12) | (x << 7) | 0x37;
  if (op === 'auipc') return (y << 12) | (x << 7) | 0x17;
  if (op === 'ebreak') return 0x00100073;
  throw new Error(`no instruction ${op}`);
}

/**
 * Primes below 64 by a sieve of bytes in RAM, each stored to the port; then the port times 37 by shifts and adds,
 * arithmetic shifts and comparisons of both kinds mixed into one word.
 */
export const PROGRAM = assemble([
  ['lui', 31, 0x80000],
  ['addi', 1, 0, 2],
  ['addi', 2, 0, 64],
  ['addi', 9, 0, 1],
  'number',
  ['lbu', 3, 1, 0],
  ['bne', 3, 0, 'next'],
  ['sw', 1, 31, 0],
  ['add', 4, 1, 1],
  'cross',
  ['bge', 4, 2, 'next'],
  ['sb', 9, 4, 0],
  ['add', 4, 4, 1],
  ['jal', 0, 'cross'],
  'next',
  ['addi', 1, 1, 1],
  ['blt', 1, 2, 'number'],
  'again',
  ['lw', 5, 31, 0],
  ['slli', 6, 5, 5],
  ['slli', 7, 5, 2],
  ['add', 6, 6, 7],
  ['add', 6, 6, 5],
  ['sw', 6, 31, 0],
  ['srai', 8, 5, 7],
  ['xor', 6, 6, 8],
  ['srl', 8, 6, 5],
  ['sub', 6, 6, 8],
  ['slt', 8, 5, 6],
  ['or', 6, 6, 8],
  ['sltu', 8, 6, 5],
  ['xori', 8, 8, -1],
  ['and', 6, 6, 8],
  ['sh', 6, 0, 130],
  ['lh', 10, 0, 130],
  ['lb', 11, 0, 131],
  ['lhu', 12, 0, 130],
  ['add', 10, 10, 11],
  ['add', 10, 10, 12],
  ['sw', 10, 31, 0],
  ['auipc', 13, 0],
  ['jalr', 14, 13, 12],
  ['ebreak'],
  ['sw', 14, 31, 0],
  ['bltu', 5, 6, 'again'],
  ['bgeu', 5, 6, 'again'],
]);
