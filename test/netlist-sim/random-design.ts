import { Random } from '../../src/base/index.js';
import { Expressions, type Signal, WIDTHS } from './random-expression.js';
import { asynchronousMemory, bytesMemory, parameterRom } from './random-memory.js';
import {
  clockedLoop,
  clockedRegister,
  countedLoop,
  declare,
  latch,
  loadedRegister,
  otherClocks,
  type Part,
  process,
  randomSignal,
} from './random-state.js';

export { bench, hexRow, stimuli } from './random-bench.js';

/** A random module: Verilog, and its ports in order, without clk, clk2, rst, rst_n and set, which all have. */
export interface RandomDesign {
  readonly name: string;
  readonly verilog: string;
  readonly inputs: readonly { name: string; width: number }[];
  readonly outputs: readonly { name: string; width: number }[];
  /** Values that parameters are set to, and the file that the parameter FILE then names. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly data?: string;
}

/**
 * A module of parameters, random expressions, processes, registers with every kind of reset and enable on several clocks,
 * latches, memories and a submodule. Nothing in it can become x once it has been reset.
 */
export function randomDesign(seed: number, name: string): RandomDesign {
  const random = new Random(seed);
  const inputs: Signal[] = [{ name: 'ctl', width: 8, signed: false }];
  const e = new Expressions(random, inputs.slice());
  for (let i = 0; i < 3 + random.below(3); i++) inputs.push(randomSignal(e, `i${i}`));
  e.signals.splice(0, 1, ...inputs);
  const registers = Array.from({ length: 2 + random.below(4) }, (_, i) => randomSignal(e, `r${i}`));
  e.signals.push(...registers);
  const outputs: Signal[] = [];
  const body: string[] = registers.map((r) => `  ${declare('reg', r)};`);
  const add = ({ text, signals }: Part) => {
    body.push(...text);
    e.signals.push(...signals);
    outputs.push(...signals.map((s) => ({ ...s, name: `o_${s.name}` })));
  };

  for (let i = 0; i < 4 + random.below(5); i++) {
    const wire = randomSignal(e, `w${i}`);
    add({ text: [`  ${declare('wire', wire)} = ${e.make(1 + random.below(3))};`], signals: [wire] });
  }
  add(parameterWires(e));
  const branches = random.below(2) === 1;
  if (branches) add(process(e, 'p0'));
  if (random.below(2)) add(countedLoop(e, 'p1'));
  const child = random.below(3) === 0 ? submodule(e, `${name}_child`) : undefined;
  if (child !== undefined) add(child.use);
  if (random.below(3) > 0) add(asynchronousMemory(e));
  if (random.below(3) === 0) add(bytesMemory(e));
  const rom = parameterRom(e);
  add(rom);
  // Others do not read what follows: a latch must not feed itself.
  const shown: Part[] = [otherClocks(e, inputs)];
  if (random.below(3) === 0) shown.push(latch(e, 'l0'));
  if (random.below(3) === 0) shown.push(loadedRegister(e, inputs, 'ld'));
  for (const r of registers) {
    body.push(clockedRegister(e, r));
    outputs.push({ ...r, name: `o_${r.name}` });
  }
  for (const part of shown) add(part);

  const value = () => e.pick(['-5', "8'hff", '200', "5'sb10110", "12'd77", '0']);
  const parameters = { P: value(), Q: value(), S: value(), FILE: `"${name}_rom.hex"` };
  if (!branches) body.push('  integer p0_i;');
  add(clockedLoop(e, 'p0_i'));

  const lines = [
    `module ${name} #(parameter [6:0] P = 5, parameter signed Q = -3, S = 2, parameter FILE = "none.hex") (`,
    '  input clk, input clk2, input rst, input rst_n, input set,',
    `${inputs.map((s) => `  ${declare('input', s)}`).join(',\n')},`,
    `${outputs.map((s) => `  output [${s.width - 1}:0] ${s.name}`).join(',\n')});`,
    ...body,
    ...outputs.map((o) => `  assign ${o.name} = ${o.name.slice(2)};`),
    'endmodule',
  ];
  return {
    name,
    verilog: `${lines.join('\n')}\n${child?.text ?? ''}`,
    inputs,
    outputs,
    parameters,
    data: rom.rows,
  };
}

/** What parameters are worth, in expressions of several widths. */
function parameterWires(e: Expressions): Part {
  const wires = ['P', 'Q', 'S'].map((p) => ({ ...randomSignal(e, `of_${p}`), p }));
  return {
    text: wires.map((w) => `  ${declare('wire', w)} = ${w.p} + ${e.leaf()};`),
    signals: wires.map(({ name, width, signed }) => ({ name, width, signed })),
  };
}

/** A module with a parameter and a register of its own, used twice. */
function submodule(e: Expressions, name: string): { use: Part; text: string } {
  const width = e.pick(WIDTHS);
  const a: Signal = { name: 'a', width, signed: e.random.below(2) === 1 };
  const b: Signal = { name: 'b', width: e.pick(WIDTHS), signed: e.random.below(2) === 1 };
  const inner = new Expressions(e.random, [a, b, { name: 'q', width, signed: a.signed }]);
  const text = [
    `module ${name} #(parameter N = 1)(input clk, input rst, ${declare('input', a)}, ${declare('input', b)}, output [${width - 1}:0] y);`,
    `  reg ${a.signed ? 'signed ' : ''}[${width - 1}:0] q;`,
    `  always @(posedge clk or posedge rst) if (rst) q <= N; else q <= ${inner.make(2)};`,
    `  assign y = ${inner.make(2)} + N;`,
    'endmodule\n',
  ].join('\n');
  const use: Part = { text: [], signals: [] };
  for (const k of [0, 1]) {
    const y: Signal = { name: `y${k}`, width, signed: false };
    // Wires between: Yosys 0.55 breaks down on some signed expressions in a port list.
    const pins = [a, b].map((port) => ({ ...port, name: `${port.name}${k}` }));
    use.text.push(
      ...pins.map((pin) => `  ${declare('wire', pin)} = ${e.make(1)};`),
      `  ${declare('wire', y)};`,
      `  ${name} #(.N(${1 + e.random.below(200)})) u${k}(.clk(clk), .rst(rst), .a(a${k}), .b(b${k}), .y(${y.name}));`,
    );
    use.signals.push(y);
  }
  return { use, text };
}
