import { type Expressions, type Signal, WIDTHS } from './random-expression.js';

/** Verilog text of a part of a module, and the signals that it adds for others to read. */
export interface Part {
  readonly text: string[];
  readonly signals: Signal[];
}

export const declare = (kind: string, s: Signal): string =>
  `${kind}${s.signed ? ' signed' : ''} [${s.width - 1}:0] ${s.name}`;

const constant = (e: Expressions, width: number): string =>
  `${width}'h${e.random.below(2 ** Math.min(width, 30)).toString(16)}`;

export function randomSignal(e: Expressions, name: string): Signal {
  return { name, width: e.pick(WIDTHS), signed: e.random.below(2) === 1 };
}

/** Statements that assign a register in some of all cases. */
function assignment(e: Expressions, r: Signal): string {
  const { random } = e;
  const next = () => e.make(1 + random.below(2));
  switch (random.below(7)) {
    case 0:
      return `if (ctl[${random.below(8)}]) ${r.name} <= ${next()};`;
    case 1:
      return `case (ctl[2:0]) 3'd0: ${r.name} <= ${next()}; 3'd1: ${r.name} <= ${next()}; 3'd3, 3'd5: ${r.name} <= ${next()}; default: ${random.below(2) ? ';' : `${r.name} <= ${next()};`} endcase`;
    case 2:
      return `casez (ctl[5:2]) 4'b1???: ${r.name} <= ${next()}; 4'b?1?0: ${r.name} <= ${next()}; 4'b0001: ${r.name} <= ${next()}; default: ; endcase`;
    case 3: {
      const at = e.index(r);
      if (at === undefined) break;
      return `if (ctl[${random.below(8)}]) ${r.name}[${at.text} +: ${1 + random.below(at.room)}] <= ${next()};`;
    }
    case 4: {
      const at = e.index(r);
      if (at === undefined) break;
      return `begin ${r.name} <= ${next()}; ${r.name}[${at.text}] <= ${e.leaf()}; end`;
    }
    default:
  }
  return `${r.name} <= ${next()};`;
}

/** A register on the main clock, with every kind of reset, set and edge. */
export function clockedRegister(e: Expressions, r: Signal): string {
  const value = constant(e, r.width);
  const data = () => `begin ${assignment(e, r)} end`;
  const plain = (event: string, condition: string) =>
    `  always @(${event}) if (${condition}) ${r.name} <= ${value}; else ${data()}`;
  switch (e.random.below(8)) {
    case 0:
    case 1:
      return plain('posedge clk', 'rst');
    case 2:
      return plain('posedge clk or posedge rst', 'rst');
    case 3:
      return plain('posedge clk or negedge rst_n', '!rst_n');
    case 4:
      return plain('negedge clk or posedge rst', 'rst');
    case 5:
      return plain('negedge clk', '!rst_n');
    case 6:
      return `  always @(posedge clk or posedge rst or posedge set) if (rst) ${r.name} <= ${value}; else if (set) ${r.name} <= ${constant(e, r.width)}; else ${data()}`;
    default:
      // The enable rules over the reset; the second reset brings it out of x.
      return `  always @(posedge clk) if (ctl[1] | rst) begin if (rst | ctl[2]) ${r.name} <= ${value}; else ${data()} end`;
  }
}

/** Registers on other clocks: a second pin, a gated clock, a clock divided by two. */
export function otherClocks(e: Expressions, inputs: readonly Signal[]): Part {
  const part: Part = { text: [], signals: [] };
  const add = (clock: string, name: string, data: (r: Signal) => string) => {
    const r = randomSignal(e, name);
    part.text.push(
      `  ${declare('reg', r)};`,
      `  always @(posedge ${clock} or posedge rst) if (rst) ${name} <= ${constant(e, r.width)}; else ${data(r)}`,
    );
    part.signals.push(r);
  };
  if (e.random.below(3) === 0) add('clk2', 'rc', (r) => `begin ${assignment(e, r)} end`);
  if (e.random.below(3) === 0) {
    part.text.push(`  wire gated = clk & ctl[${e.random.below(8)}];`);
    add('gated', 'rg', (r) => `rg <= ${e.make(1)} ^ ${r.name};`);
  }
  if (e.random.below(4) === 0) {
    part.text.push(
      '  reg half;',
      "  always @(posedge clk or posedge rst) if (rst) half <= 1'b0; else half <= ~half;",
    );
    // Only inputs and itself: what else the same edge of clk changes is a race in Verilog.
    add('half', 'rh', (r) => `rh <= ${r.name} + ${e.pick(inputs).name};`);
  }
  return part;
}

/** A latch, opened by an input. */
export function latch(e: Expressions, name: string): Part {
  const r = randomSignal(e, name);
  const open = `ctl[${e.random.below(8)}]`;
  return {
    text: [
      `  ${declare('reg', r)};`,
      `  always @* if (rst) ${name} = ${constant(e, r.width)}; else if (${open}) ${name} = ${e.waited(1)};`,
    ],
    signals: [r],
  };
}

/** A register that an input loads at its edge; what it loads comes from inputs, as other state may change then, too. */
export function loadedRegister(e: Expressions, inputs: readonly Signal[], name: string): Part {
  const r = randomSignal(e, name);
  const [a, b] = [e.pick(inputs).name, e.pick(inputs).name];
  return {
    text: [
      `  ${declare('reg', r)};`,
      `  always @(posedge clk or posedge set) if (set) ${name} <= ${a} ^ (${b} << 1); else if (rst) ${name} <= ${constant(e, r.width)}; else begin ${assignment(e, r)} end`,
    ],
    signals: [r],
  };
}

/** A loop whose variable has a width and a sign of its own, set from literals with and without sign. */
export function countedLoop(e: Expressions, name: string): Part {
  const { random } = e;
  const r = randomSignal(e, name);
  const bits = 3 + random.below(4);
  const signed = random.below(2) === 1;
  const i = `${name}_i`;
  // Literals stay below the largest signed number: a loop up to that one never ends.
  const half = 2 ** (bits - 1);
  const last = Math.min(1 + random.below(5), half - 2);
  const literal = (v: number) => e.pick([`${v}`, `${bits}'d${v}`, `${bits}'sd${v}`, `32'd${v}`]);
  const first = signed && random.below(3) === 0 ? `-${1 + random.below(half - 1)}` : literal(random.below(2));
  const end = first.startsWith('-') ? `${last}` : literal(last);
  const other = e.pick(e.signals);
  // Each reads a signal that no folding of constants removes: Icarus never runs a process that waits for none.
  const body = e.pick([
    `if (${other.name} < ${i}) ${name} = ${name} + 1`,
    `${name} = {${name}, ${i}} + ${other.name}`,
    `${name} = ${name} + (${other.name} * ${i})`,
    `if (~${i} > ${other.name}) ${name} = ${name} ^ ${e.leaf()}`,
    `${name} = ${name} ^ (${i} >>> 1) ^ (${other.name} >> ${i})`,
  ]);
  const kind = random.below(4) === 0 ? 'integer' : `reg${signed ? ' signed' : ''} [${bits - 1}:0]`;
  return {
    text: [
      `  ${declare('reg', r)};`,
      `  ${kind} ${i};`,
      '  always @* begin',
      `    ${name} = ${e.waited(1)};`,
      `    for (${i} = ${first}; ${i} ${first.startsWith('-') ? '<' : e.pick(['<', '<='])} ${end}; ${i} = ${i} + ${literal(1)})`,
      `      ${body};`,
      '  end',
    ],
    signals: [r],
  };
}

/** Bits of a register, set in a loop that counts with a variable that other processes may count with, too. */
export function clockedLoop(e: Expressions, index: string): Part {
  const r = randomSignal(e, 'rl');
  const source = e.pick(e.signals);
  const last = Math.min(r.width, source.width);
  return {
    text: [
      `  ${declare('reg', r)};`,
      `  always @(posedge clk) if (rst) rl <= ${constant(e, r.width)}; else`,
      `    for (${index} = 0; ${index} < ${last}; ${index} = ${index} + 1) rl[${index}] <= ${source.name}[${last - 1} - ${index}] ^ ${e.leaf()};`,
    ],
    signals: [r],
  };
}

/** A process without clock: defaults, branches, a loop. */
export function process(e: Expressions, name: string): Part {
  const r = randomSignal(e, name);
  const source = e.pick(e.signals);
  const index = `${name}_i`;
  return {
    text: [
      `  ${declare('reg', r)};`,
      `  integer ${index};`,
      '  always @* begin',
      `    ${name} = ${e.waited(1)};`,
      `    if (${e.leaf()}) ${name} = ${name} ^ ${e.waited(1)};`,
      `    else case (ctl[1:0]) 2'd1: ${name} = ${e.waited(1)}; 2'd2: ${name}[0] = ${e.leaf()}; default: ; endcase`,
      `    for (${index} = 0; ${index} < ${source.width}; ${index} = ${index} + ${1 + Math.floor(source.width / 20) + e.random.below(3)})`,
      `      ${name} = {${name}, ${source.name}[${index}]} + ${e.leaf()};`,
      '  end',
    ],
    signals: [r],
  };
}
