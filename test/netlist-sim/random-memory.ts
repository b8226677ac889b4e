import { type Expressions, WIDTHS } from './random-expression.js';
import type { Part } from './random-state.js';

const filled = (name: string, low: number, high: number, factor: number): string[] => [
  `  integer ${name}_k;`,
  `  initial for (${name}_k = ${low}; ${name}_k <= ${high}; ${name}_k = ${name}_k + 1) ${name}[${name}_k] = ${name}_k * ${factor};`,
];

/** One or two write ports and a read without clock; rows may start at another number than 0. */
export function asynchronousMemory(e: Expressions): Part {
  const bits = 2 + e.random.below(3);
  const width = e.pick(WIDTHS);
  const low = e.pick([0, 0, 1 + e.random.below(9), -1 - e.random.below(9), -(2 ** (bits - 1))]);
  const row = (at: number) => {
    const place = `ctl[${at + bits - 1}:${at}]`;
    if (low === 0) return place;
    if (low === -(2 ** (bits - 1))) return `$signed(${place})`;
    return low > 0 ? `${low} + ${place}` : `${low} + $signed({1'b0, ${place}})`;
  };
  const text = [
    `  reg [${width - 1}:0] mem [${low}:${low + 2 ** bits - 1}];`,
    ...filled('mem', low, low + 2 ** bits - 1, 1 + e.random.below(999)),
    `  wire [${width - 1}:0] mem_read = mem[${row(0)}];`,
    '  always @(posedge clk) begin',
    `    if (ctl[7]) mem[${row(1)}] <= ${e.make(1)};`,
  ];
  if (e.random.below(2)) text.push(`    if (ctl[6]) mem[${row(2)}] <= ${e.make(1)};`);
  text.push('  end');
  return { text, signals: [{ name: 'mem_read', width, signed: false }] };
}

/** Byte enables, a read with a clock, an enable and a reset, and a second read without clock. */
export function bytesMemory(e: Expressions): Part {
  const lanes = 1 + e.random.below(5);
  const lane = e.pick([4, 8, 8, 9, 16, 32]);
  const width = lanes * lane;
  const top = width - 1;
  const bits = 2 + e.random.below(2);
  const address = (at: number) => `ctl[${at + bits - 1}:${at}]`;
  const second = e.random.below(3) === 0 ? 'negedge clk' : e.random.below(2) ? 'posedge clk2' : 'posedge clk';
  const reset = e.random.below(2)
    ? `if (rst) ram_q <= ${width}'h${e.random.below(16).toString(16)}; else `
    : '';
  const text = [
    `  reg [${top}:0] ram [0:${2 ** bits - 1}];`,
    ...filled('ram', 0, 2 ** bits - 1, 1 + e.random.below(99999)),
    `  wire [${top}:0] ram_d = ${e.make(1)};`,
    `  reg [${top}:0] ram_q;`,
    '  initial ram_q = 0;',
    `  wire [${top}:0] ram_now = ram[${address(3)}];`,
    '  always @(posedge clk) begin',
    ...Array.from(
      { length: lanes },
      (_, i) =>
        `    if (ctl[${i + 1}]) ram[${address(2)}][${i * lane + lane - 1}:${i * lane}] <= ram_d[${i * lane + lane - 1}:${i * lane}];`,
    ),
    '  end',
    `  always @(${second}) ${reset}if (ctl[0]) ram_q <= ram[${address(4)}];`,
  ];
  return {
    text,
    signals: [
      { name: 'ram_q', width, signed: false },
      { name: 'ram_now', width, signed: false },
    ],
  };
}

/** A memory that nothing writes, filled from a file that a parameter names. */
export function parameterRom(e: Expressions): Part & { readonly rows: string } {
  const bits = 1 + e.random.below(3);
  const width = e.pick(WIDTHS);
  const digits = Math.ceil(width / 4);
  const row = () => {
    let text = '';
    while (text.length < digits) text += e.random.below(16).toString(16);
    // The highest digit has the bits that are left.
    const first = Number.parseInt(text[0], 16) & (2 ** (width - 4 * (digits - 1)) - 1);
    return first.toString(16) + text.slice(1);
  };
  const text = [
    `  reg [${width - 1}:0] rom [0:${2 ** bits - 1}];`,
    '  initial $readmemh(FILE, rom);',
    `  wire [${width - 1}:0] rom_read = rom[ctl[${bits + 1}:2]];`,
  ];
  return {
    text,
    signals: [{ name: 'rom_read', width, signed: false }],
    rows: Array.from({ length: 2 ** bits }, row).join('\n'),
  };
}
