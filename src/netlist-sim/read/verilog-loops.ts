import { EconError } from '../../base/index.js';
import { type Edit, inserted, replaced, textOf } from './edits.js';
import { isShared } from './loop-variables.js';
import {
  type Declaration,
  findOutside,
  type ModuleText,
  type Process,
  type Range,
  skipBrackets,
  skipStatement,
  type VerilogText,
} from './verilog-structure.js';

interface Variable {
  readonly signed: boolean;
  /** Text of its highest bit number when the lowest is 0; undefined: 32 bits, an integer. */
  readonly high?: string;
  readonly lowIsZero: boolean;
  /** Declared in the loop itself. */
  readonly own: boolean;
}

const WHOLE = new Set(['integer', 'int']);
const BYTES: Readonly<Record<string, string>> = { byte: '7', shortint: '15' };

/**
 * Yosys unrolls a loop with the width and the sign of what is assigned to its variable, not with those of the variable (its
 * issues 4398 and 4402). Here the loop counts an integer, and the body reads as many of its bits, with the sign, as the
 * variable has. Also the places of arrays whose numbers may be negative are read as numbers of 34 bits, so that their sign shows.
 */
export function rewriteLoops(source: VerilogText, module: ModuleText): Edit[] {
  const edits: Edit[] = [];
  const { tokens: t } = source;
  for (const process of module.processes) {
    // Inner loops first: what closes them stands before what closes the outer one.
    for (let i = process.to - 1; i >= process.from; i--) {
      if (t[i].text === 'for' && t[i].kind === 'word') rewriteLoop(source, module, process, i, edits);
    }
  }
  widenIndices(source, module, edits);
  signParameters(source, module, edits);
  return edits;
}

function rewriteLoop(
  source: VerilogText,
  module: ModuleText,
  process: Process,
  at: number,
  edits: Edit[],
): void {
  const { tokens: t, text } = source;
  if (t[at + 1]?.text !== '(') return;
  const close = skipBrackets(t, at + 1) - 1;
  const semicolon = (from: number) => findOutside(t, from, close, [';']);
  const first = semicolon(at + 2);
  const second = semicolon(first + 1);
  if (second >= close || semicolon(second + 1) < close) return;
  let equals = at + 2;
  while (equals < first && t[equals].text !== '=') equals++;
  const name = t[equals - 1];
  if (equals >= first || name.kind !== 'word') return;
  const variable = variableOf(source, module, process, at, equals);
  if (variable === undefined) return;
  const step = stepOf(source, { from: second + 1, to: close }, name.text);
  if (step === undefined) return;
  const plain = (from: number, to: number) =>
    t.slice(from, to).every((x) => /^\d+$/.test(x.text) || x.text === name.text || /^[-+()]$/.test(x.text));
  const end = skipStatement(t, close + 1);
  const insert = (token: number, piece: string) => edits.push(inserted(t[token].at, piece));
  const apart = variable.own || isShared(source, module, process, equals - 1);
  // Position of the loop makes the name of the counter: the same text gives the same bytes.
  const counter = `econ_loop_${at}`;
  /** Declares the counter, and closes the block around the loop. */
  const declare = (last: string) => {
    insert(at, 'begin ');
    const after = end < t.length ? t[end - 1].at + t[end - 1].text.length : text.length;
    edits.push(inserted(after, `${last} end`));
    edits.push(inserted(placeOfCounter(source, module, process), ` integer ${counter}; `));
  };
  if (variable.high === undefined) {
    const [stepFrom, stepTo] = step.range;
    if (apart && !variable.own) {
      for (let i = at + 2; i < end; i++)
        if (t[i].text === name.text && t[i].kind === 'word' && t[i - 1].text !== '.')
          edits.push(replaced(source, i, i + 1, counter));
      declare('');
    }
    if (plain(equals + 1, first) && (step.plain !== undefined || plain(stepFrom, stepTo))) return;
    insert(equals + 1, "$signed(32'sd0 + (");
    insert(first, '))');
    if (step.plain !== undefined) return;
    insert(stepFrom, "$signed(32'sd0 + (");
    insert(stepTo, '))');
    return;
  }
  for (let i = close + 1; i < end; i++) {
    if (
      t[i].text === name.text &&
      ['=', '<=', '++', '--'].includes(t[i + 1]?.text) &&
      [';', 'begin', 'end', 'else', ')'].includes(t[i - 1].text)
    )
      return;
  }
  const value = `${counter}[${variable.high}:0]`;
  const use = variable.signed ? `$signed(${value})` : value;
  const rename = (from: number, to: number) => {
    for (let i = from; i < to; i++) {
      if (t[i].text !== name.text || t[i].kind !== 'word' || t[i - 1].text === '.') continue;
      const selected = t[i + 1]?.text === '[';
      if (selected && !variable.lowIsZero) throw cannot(source, at, name.text);
      edits.push(replaced(source, i, i + 1, selected ? counter : use));
    }
  };
  const head = t[at + 2].at;
  edits.push({ at: head, end: t[equals].at, text: `${counter} ` });
  insert(equals + 1, "32'sd0 + (");
  insert(first, ')');
  rename(equals + 1, first);
  rename(first + 1, second);
  const stepHead =
    step.head === undefined
      ? `${counter} = ${use} ${step.plain}`
      : `${counter} = 32'sd0 + (${step.head(use)}`;
  const [stepFrom] = step.range;
  edits.push({ at: t[second + 1].at, end: t[stepFrom].at, text: stepHead });
  if (step.head !== undefined) {
    rename(stepFrom, close);
    insert(close, '))'.slice(step.head(use) === '' ? 1 : 0));
  }
  rename(close + 1, end);
  declare(apart ? '' : ` ${name.text} = ${value};`);
}

/** Where a counter is declared: in the function, or before the process, so that copies of the process have their own. */
function placeOfCounter({ tokens: t }: VerilogText, module: ModuleText, process: Process): number {
  const { keyword, from, to } = process;
  if (keyword === 'function' || keyword === 'task') {
    let i = from;
    while (i < to && t[i].text !== ';') i++;
    return t[i].at + 1;
  }
  let first = from;
  while (t[first - 1].text === '*)') while (t[--first].text !== '(*');
  // `if (WIDE) always ...`: a declaration would take the place of the process.
  return [')', 'else'].includes(t[first - 1].text) ? t[module.header].at + 1 : t[first].at;
}

interface Step {
  readonly range: readonly [number, number];
  /** What is added in `i++`: nothing in it has a sign or width of its own. */
  readonly plain?: string;
  /** What stands before the expression at `range`; absent for `i++`. */
  readonly head?: (use: string) => string;
}

function stepOf({ tokens: t }: VerilogText, { from, to }: Range, name: string): Step | undefined {
  const [a, b] = [t[from]?.text, t[from + 1]?.text];
  const range = [from + 2, to] as const;
  if (a === name && b === '=') return { range, head: () => '' };
  const sign = a === name ? b : a;
  if ((a === name || b === name) && (sign === '++' || sign === '--')) return { range, plain: `${sign[0]} 1` };
  if (a === name && /^[-+*]=$/.test(b ?? '')) return { range, head: (use) => `${use} ${(b as string)[0]} (` };
  return undefined;
}

/** What the variable of a loop is declared as; undefined when that is not known or needs no care. */
function variableOf(
  source: VerilogText,
  module: ModuleText,
  process: Range,
  at: number,
  equals: number,
): Variable | undefined {
  const { tokens: t } = source;
  const name = t[equals - 1].text;
  const before = (d: Declaration) => d.name === name && d.token < equals;
  const inside = module.declarations.filter((d) => before(d) && d.token > process.from);
  const outer = module.declarations.filter((d) => d.name === name && d.token < process.from);
  const declared = inside.at(-1) ?? outer.at(-1);
  if (declared === undefined) return undefined;
  const own = declared.token === equals - 1 && declared.token > at;
  if (WHOLE.has(declared.keyword)) return { signed: true, lowIsZero: true, own };
  if (declared.keyword === 'genvar' || declared.packed.length > 1 || declared.unpacked.length > 0)
    return undefined;
  const fixed = BYTES[declared.keyword];
  if (fixed !== undefined) return { signed: declared.signed, high: fixed, lowIsZero: true, own };
  if (!/^(reg|logic|bit|output)$/.test(declared.keyword)) return undefined;
  const [range] = declared.packed;
  if (range === undefined) return { signed: declared.signed, high: '0', lowIsZero: true, own };
  const bounds = textOf(source, range).split(':');
  if (bounds.length !== 2) return undefined;
  const [high, low] = bounds.map((b) => b.trim());
  return {
    signed: declared.signed,
    high: low === '0' ? high : `(${high})-(${low})`,
    lowIsZero: low === '0',
    own,
  };
}

/** `m[i]` of `reg [7:0] m [-2:5]`: Yosys takes the bits of i as a number without sign. */
function widenIndices(source: VerilogText, module: ModuleText, edits: Edit[]): void {
  const { tokens: t } = source;
  const arrays = new Map<string, number>();
  for (const { name, unpacked } of module.declarations) {
    const mayBeNegative = unpacked.some((range) => {
      const bounds = textOf(source, range)
        .split(':')
        .map((b) => b.trim());
      if (bounds.length !== 2) return false;
      if (bounds.every((b) => /^\d+$/.test(b))) return false;
      return !(bounds.includes('0') && !bounds.some((b) => b.startsWith('-')));
    });
    if (mayBeNegative) arrays.set(name, unpacked.length);
  }
  if (arrays.size === 0) return;
  const declared = new Set(module.declarations.map((d) => d.token));
  for (let i = module.header; i < module.to; i++) {
    const dimensions = t[i].kind === 'word' ? arrays.get(t[i].text) : undefined;
    if (dimensions === undefined || declared.has(i) || t[i - 1].text === '.') continue;
    for (let n = 0, k = i + 1; n < dimensions && t[k]?.text === '['; n++) {
      const end = skipBrackets(t, k);
      edits.push(inserted(t[k].at + 1, '('), inserted(t[end - 1].at, ") + 34'sd0"));
      k = end;
    }
  }
}

/** `parameter signed Q = 2` keeps its sign whatever it is set to; Yosys takes the sign of what it is set to. */
function signParameters(source: VerilogText, module: ModuleText, edits: Edit[]): void {
  const { tokens: t } = source;
  const signed = module.declarations.filter(
    (d) => d.signed && d.packed.length === 0 && d.keyword === d.first && /^(local)?param/.test(d.first),
  );
  const names = new Set(signed.map((d) => d.name));
  const declared = new Set(module.declarations.map((d) => d.token));
  if (names.size === 0) return;
  for (let i = module.from; i < module.to; i++) {
    if (!names.has(t[i].text) || declared.has(i) || t[i - 1].text === '.' || t[i + 1]?.text === '[') continue;
    edits.push(replaced(source, i, i + 1, `$signed(${t[i].text})`));
  }
}

function cannot(source: VerilogText, at: number, name: string): EconError {
  return new EconError({
    code: 'simulation/loop',
    where: source.place(at),
    what: `single bits of the loop variable ${name} are used, and its lowest bit is not number 0.`,
    remedy: 'Count with an integer.',
  });
}
