import { Random } from '../../src/base/index.js';

/** A random module: Verilog, and its ports in order. */
export interface RandomDesign {
  readonly name: string;
  readonly verilog: string;
  readonly inputs: readonly { name: string; width: number }[];
  readonly outputs: readonly { name: string; width: number }[];
}

interface Signal {
  readonly name: string;
  readonly width: number;
  readonly signed: boolean;
}

const WIDTHS = [
  1, 1, 2, 3, 5, 6, 7, 8, 8, 9, 12, 13, 16, 17, 18, 24, 31, 32, 32, 33, 40, 48, 63, 64, 65, 80, 96, 100, 129,
];
const BINARY = [
  '+',
  '-',
  '*',
  '&',
  '|',
  '^',
  '~^',
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  '&&',
  '||',
  '<<',
  '>>',
  '<<<',
  '>>>',
  '/',
  '%',
];
const UNARY = ['~', '-', '+', '&', '|', '^', '~&', '~|', '~^', '!'];

/**
 * A module of random expressions, registers with every kind of reset and enable, case statements and a memory.
 * Nothing in it can become x once it has been reset: divisors are odd and indices stay in range.
 */
export function randomDesign(seed: number, name: string): RandomDesign {
  const random = new Random(seed);
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)];
  const lines: string[] = [];
  const signals: Signal[] = [];
  const declare = (kind: string, s: Signal) =>
    `${kind}${s.signed ? ' signed' : ''} [${s.width - 1}:0] ${s.name}`;

  const literal = (): string => {
    const width = pick(WIDTHS.slice(0, 20));
    const value = random.uint32() % 2 ** Math.min(width, 31);
    return `${width}'${random.below(2) ? 's' : ''}h${value.toString(16)}`;
  };
  const leaf = (): string => {
    const s = pick(signals);
    switch (random.below(8)) {
      case 0:
        return literal();
      case 1: {
        const low = random.below(s.width);
        const high = low + random.below(s.width - low);
        return `${s.name}[${high}:${low}]`;
      }
      case 2:
        return `${s.name}[${random.below(s.width)}]`;
      case 3: {
        // a variable part select that stays inside: the index has too few bits to leave
        if (s.width < 4) return s.name;
        const bits = 31 - Math.clz32(s.width >>> 1);
        const room = s.width - 2 ** bits + 1;
        const index = signals.find((i) => i.width >= bits) as Signal;
        return `${s.name}[${index.name}[${bits - 1}:0] +: ${1 + random.below(room)}]`;
      }
      default:
        return s.name;
    }
  };
  const expression = (depth: number): string => {
    if (depth === 0) return leaf();
    switch (random.below(10)) {
      case 0:
        return `(${pick(UNARY)}${expression(depth - 1)})`;
      case 1:
        return `(${expression(depth - 1)} ? ${expression(depth - 1)} : ${expression(depth - 1)})`;
      case 2:
        return `{${expression(depth - 1)}, ${leaf()}}`;
      case 3:
        return `{${1 + random.below(4)}{${leaf()}}}`;
      case 4:
        return `$signed(${expression(depth - 1)})`;
      default: {
        const op = pick(BINARY);
        const right = expression(depth - 1);
        if (op === '/' || op === '%') {
          // Icarus 11 divides wrongly above 64 bits, so the width is kept out of the context.
          const narrow = signals.filter((s) => s.width <= 64);
          return `{${pick(narrow).name} ${op} (${pick(narrow).name} | 2'sd1)}`;
        }
        if (/<<|>>/.test(op))
          return `(${expression(depth - 1)} ${op} (${right} & 8'h${random.below(2) ? 'ff' : '1f'}))`;
        return `(${expression(depth - 1)} ${op} ${right})`;
      }
    }
  };

  const inputs: Signal[] = [
    { name: 'ctl', width: 8, signed: false },
    ...Array.from({ length: 3 + random.below(3) }, (_, i) => ({
      name: `i${i}`,
      width: pick(WIDTHS),
      signed: random.below(2) === 1,
    })),
  ];
  signals.push(...inputs);
  const outputs: Signal[] = [];
  const body: string[] = [];
  const registers: Signal[] = Array.from({ length: 2 + random.below(4) }, (_, i) => ({
    name: `r${i}`,
    width: pick(WIDTHS),
    signed: random.below(2) === 1,
  }));
  signals.push(...registers);
  for (let i = 0; i < 4 + random.below(6); i++) {
    const wire = { name: `w${i}`, width: pick(WIDTHS), signed: random.below(2) === 1 };
    body.push(`  ${declare('wire', wire)} = ${expression(1 + random.below(3))};`);
    signals.push(wire);
    outputs.push({ ...wire, name: `o_${wire.name}` });
  }
  // A memory with one or two write ports and an asynchronous read.
  const address = 2 + random.below(3);
  const memory = { width: pick(WIDTHS), rows: 2 ** address };
  body.push(`  reg [${memory.width - 1}:0] mem [0:${memory.rows - 1}];`);
  body.push(
    `  integer k;\n  initial for (k = 0; k < ${memory.rows}; k = k + 1) mem[k] = k * ${1 + random.below(999)};`,
  );
  body.push(`  wire [${memory.width - 1}:0] mem_read = mem[ctl[${address - 1}:0]];`);
  outputs.push({ name: 'o_mem_read', width: memory.width, signed: false });
  body.push('  always @(posedge clk) begin');
  body.push(`    if (ctl[7]) mem[ctl[${address}:1]] <= ${expression(1)};`);
  if (random.below(2)) body.push(`    if (ctl[6]) mem[ctl[${address + 1}:2]] <= ${expression(1)};`);
  body.push('  end');
  signals.push({ name: 'mem_read', width: memory.width, signed: false });
  for (const r of registers) {
    const value = `${r.width}'h${random.below(2 ** Math.min(r.width, 30)).toString(16)}`;
    const next = () => expression(1 + random.below(2));
    let data: string;
    switch (random.below(4)) {
      case 0:
        data = `if (ctl[${random.below(8)}]) ${r.name} <= ${next()};`;
        break;
      case 1:
        data = `case (ctl[2:0]) 3'd0: ${r.name} <= ${next()}; 3'd1: ${r.name} <= ${next()}; 3'd3, 3'd5: ${r.name} <= ${next()}; default: ${random.below(2) ? ';' : `${r.name} <= ${next()};`} endcase`;
        break;
      default:
        data = `${r.name} <= ${next()};`;
    }
    const reset = pick([
      ['posedge clk', 'rst'],
      ['posedge clk or posedge rst', 'rst'],
      ['posedge clk or negedge rst_n', '!rst_n'],
    ]);
    body.push(`  always @(${reset[0]}) if (${reset[1]}) ${r.name} <= ${value}; else begin ${data} end`);
    outputs.push({ ...r, name: `o_${r.name}` });
  }
  lines.push(`module ${name}(`);
  lines.push('  input clk, input rst, input rst_n,');
  lines.push(inputs.map((s) => `  ${declare('input', s)}`).join(',\n') + ',');
  lines.push(outputs.map((s) => `  output [${s.width - 1}:0] ${s.name}`).join(',\n') + ');');
  lines.push(...registers.map((r) => `  ${declare('reg', r)};`));
  lines.push(...body);
  for (const o of outputs) lines.push(`  assign ${o.name} = ${o.name.slice(2)};`);
  lines.push('endmodule');
  return { name, verilog: lines.join('\n') + '\n', inputs, outputs };
}

/** Hex words of a bench for Icarus: all inputs of a design side by side, a row per cycle. */
export function stimuli(design: RandomDesign, seed: number, cycles: number): bigint[][] {
  const random = new Random(seed);
  return Array.from({ length: cycles }, () =>
    design.inputs.map(({ width }) => {
      let v = 0n;
      for (let i = 0; i < width; i += 32) v |= BigInt(random.uint32()) << BigInt(i);
      // Corner values come often: they find more than uniform ones.
      const corner = random.below(6);
      if (corner === 0) v = 0n;
      if (corner === 1) v = -1n;
      if (corner === 2) v = 1n << BigInt(width - 1);
      return BigInt.asUintN(width, v);
    }),
  );
}

/** A Verilog bench that plays the stimuli of all designs and prints every output before every clock edge. */
export function bench(designs: readonly RandomDesign[], cycles: number): string {
  const out: string[] = [
    '`timescale 1ns/1ps',
    'module bench;',
    '  reg clk = 0, rst = 1, rst_n = 0;',
    '  integer t;',
  ];
  const widthOf = (d: RandomDesign) => d.inputs.reduce((sum, i) => sum + i.width, 0);
  for (const d of designs) {
    out.push(`  reg [${widthOf(d) - 1}:0] stim_${d.name} [0:${cycles - 1}];`);
    out.push(`  reg [${widthOf(d) - 1}:0] in_${d.name} = 0;`);
    let at = 0;
    const ports = d.inputs.map((i) => {
      const text = `.${i.name}(in_${d.name}[${at + i.width - 1}:${at}])`;
      at += i.width;
      return text;
    });
    for (const o of d.outputs) out.push(`  wire [${o.width - 1}:0] ${d.name}_${o.name};`);
    ports.push(...d.outputs.map((o) => `.${o.name}(${d.name}_${o.name})`));
    out.push(`  ${d.name} u_${d.name}(.clk(clk), .rst(rst), .rst_n(rst_n), ${ports.join(', ')});`);
  }
  out.push('  initial begin');
  for (const d of designs) out.push(`    $readmemh("${d.name}.hex", stim_${d.name});`);
  out.push('    #1 clk = 1; #1 clk = 0; #1 clk = 1; #1 clk = 0; #1 rst = 0; rst_n = 1;');
  out.push(`    for (t = 0; t < ${cycles}; t = t + 1) begin`);
  for (const d of designs) out.push(`      in_${d.name} = stim_${d.name}[t];`);
  out.push('      #1;');
  for (const d of designs) {
    out.push(
      `      $display("${d.name}${' %h'.repeat(d.outputs.length)}", ${d.outputs.map((o) => `${d.name}_${o.name}`).join(', ')});`,
    );
  }
  out.push('      #1 clk = 1; #1 clk = 0;');
  out.push('    end', '    $finish;', '  end', 'endmodule');
  return out.join('\n') + '\n';
}

export function hexRow(design: RandomDesign, row: readonly bigint[]): string {
  let v = 0n;
  for (let i = row.length - 1; i >= 0; i--) v = (v << BigInt(design.inputs[i].width)) | row[i];
  return v.toString(16);
}
