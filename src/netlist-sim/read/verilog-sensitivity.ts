import type { Finding } from './findings.js';
import {
  type ModuleText,
  type Process,
  type Range,
  skipBrackets,
  type VerilogText,
} from './verilog-structure.js';
import { plain } from './verilog-tops.js';

/** Words of statements that are no names. */
const KEYWORDS = new Set(
  (
    'if else case casez casex endcase default inside begin end fork join for foreach while do repeat forever disable return break continue ' +
    'posedge negedge edge or and not signed unsigned reg wire integer logic int bit byte shortint longint time real string var const ' +
    'automatic static localparam parameter genvar unique unique0 priority null void function endfunction task endtask input output inout ref'
  ).split(' '),
);
const BEFORE_TARGET = new Set([';', 'begin', 'end', 'else', ')', ':', 'do', '*', '*)', 'fork', '(']);
const ASSIGNS = /^(=|<=|[-+*/%&|^]=|<<<?=|>>>?=)$/;
const CONSTANTS = /^(parameter|localparam|genvar|specparam)$/;

/** What statements do with the signals of their module. */
interface Uses {
  readonly read: Set<string>;
  readonly written: Set<string>;
  readonly called: Set<string>;
  /** A name is used that the module does not declare: a hierarchical one, or a type. */
  unknown: boolean;
}

/**
 * Blocks whose list of events lacks a signal that they read: Verilog waits for the others, here they are logic. `@*`
 * lacks what only functions read (IEEE 1364-2005, 9.7.5), and a block whose list is empty never runs.
 */
export function checkSensitivity(
  source: VerilogText,
  module: ModuleText,
  tell: (finding: Finding) => void,
): void {
  const { tokens: t } = source;
  const waiting = module.processes.filter((p) => p.keyword === 'always' && t[p.from + 1]?.text === '@');
  if (waiting.length === 0) return;
  const signals = new Set(
    module.declarations
      .filter((d) => !CONSTANTS.test(d.first) && !module.processes.some((p) => within(d.token, p)))
      .map((d) => d.name),
  );
  const names = new Names(source, module, signals);
  const uses = module.processes.map((p) => names.usesOf(p));
  for (const process of waiting) {
    const list = listOf(source, process);
    if (list === undefined) continue;
    const own = uses[module.processes.indexOf(process)];
    const byFunctions = names.readByFunctions(own.called);
    const where = source.place(process.from);
    const changed = (name: string) =>
      !own.written.has(name) || uses.some((other) => other !== own && other.written.has(name));
    if (list === '*' && !own.unknown && ![...own.read].some(changed)) {
      tell({
        kind: 'sensitivity',
        where,
        what: 'this block reads nothing that changes outside of it: as @* waits for that, a simulator never runs it, and what it sets stays x; here it is logic, as in synthesis. Write always_comb, or assign.',
      });
      continue;
    }
    const read = list === '*' ? byFunctions : new Set([...own.read, ...byFunctions]);
    const listed = list === '*' ? own.read : new Set(list);
    const missing = [...read].filter((name) => !own.written.has(name) && !listed.has(name));
    if (missing.length === 0) continue;
    const lacks =
      list === '*'
        ? `@* does not wait for ${missing.join(', ')}, which only a function reads`
        : `the list of events lacks ${missing.join(', ')}`;
    const remedy = list === '*' ? 'always_comb' : '@*';
    tell({
      kind: 'sensitivity',
      where,
      what: `${lacks}: a simulator would wait for the others; here this is logic, as with ${remedy}.`,
    });
  }
}

const within = (token: number, { from, to }: Range): boolean => token > from && token < to;

/** The words of a list of events; undefined for one of edges. */
function listOf({ tokens: t }: VerilogText, process: Process): readonly string[] | '*' | undefined {
  const open = process.from + 2;
  if (t[open]?.text === '*') return '*';
  if (t[open]?.text !== '(') return t[open]?.kind === 'word' ? [t[open].text] : undefined;
  const list = t.slice(open + 1, skipBrackets(t, open) - 1).map(({ text }) => text);
  // `(*)` ends with the token `*)`.
  if (list.length === 0 || (list.length === 1 && list[0] === '*')) return '*';
  return list.some((w) => ['posedge', 'negedge', 'edge'].includes(w)) ? undefined : list;
}

/** The names of a module: its signals, constants and functions. */
class Names {
  private readonly constants: ReadonlySet<string>;
  private readonly functions = new Map<string, Process>();

  constructor(
    private readonly source: VerilogText,
    private readonly module: ModuleText,
    private readonly signals: ReadonlySet<string>,
  ) {
    const { tokens: t } = source;
    const declared = module.declarations.filter((d) => CONSTANTS.test(d.first)).map((d) => d.name);
    this.constants = new Set([...declared, ...labels(source)]);
    for (const p of module.processes) {
      if (p.keyword !== 'function' && p.keyword !== 'task') continue;
      let i = p.from + 1;
      while (i < p.to && t[i + 1]?.text !== '(' && t[i + 1]?.text !== ';')
        i = t[i + 1]?.text === '[' ? skipBrackets(t, i + 1) - 1 : i + 1;
      this.functions.set(plain(t[i].text), p);
    }
  }

  /** What a process or function does with signals, without what the functions do that it calls. */
  usesOf(process: Process): Uses {
    const { tokens: t } = this.source;
    const uses: Uses = { read: new Set(), written: new Set(), called: new Set(), unknown: false };
    const local = new Set(
      this.module.declarations.filter((d) => within(d.token, process)).map((d) => d.name),
    );
    const inTargets = new Set<number>();
    for (let i = this.body(process); i < process.to; i++) {
      const { kind, text } = t[i];
      if (text === '{' && isTarget(this.source, i)) {
        for (let k = i + 1, end = skipBrackets(t, i); k < end; k++) {
          if (t[k].text === '[') k = skipBrackets(t, k) - 1;
          else inTargets.add(k);
        }
      }
      if (kind !== 'word' || KEYWORDS.has(text) || t[i - 1].text === '.') continue;
      if (t[i + 1]?.text === '::') i += 2;
      else if (local.has(text) || this.constants.has(text) || isLabel(this.source, i)) continue;
      else if (this.functions.has(plain(text))) {
        uses.called.add(plain(text));
        // What a task is given may be what it sets.
        if (this.functions.get(plain(text))?.keyword !== 'task' || t[i + 1]?.text !== '(') continue;
        uses.unknown = true;
        for (let k = i + 2, end = skipBrackets(t, i + 1) - 1; k < end; k++) inTargets.add(k);
      } else if (!this.signals.has(text)) uses.unknown = true;
      else if (inTargets.has(i) || isTarget(this.source, i)) uses.written.add(text);
      else uses.read.add(text);
    }
    return uses;
  }

  /** Index after the list of events, or after the head of a function. */
  private body({ keyword, from, to }: Process): number {
    const { tokens: t } = this.source;
    if (keyword === 'function' || keyword === 'task') {
      let i = from;
      while (i < to && t[i].text !== ';') i++;
      return i;
    }
    if (t[from + 1]?.text !== '@') return from + 1;
    return t[from + 2]?.text === '(' ? skipBrackets(t, from + 2) : from + 3;
  }

  /** Signals that functions read, and those which they call. */
  readByFunctions(called: ReadonlySet<string>): Set<string> {
    const seen = new Set(called);
    const read = new Set<string>();
    for (const name of seen) {
      const process = this.functions.get(name);
      if (process === undefined) continue;
      const uses = this.usesOf(process);
      for (const signal of uses.read) if (!uses.written.has(signal)) read.add(signal);
      for (const next of uses.called) seen.add(next);
    }
    return read;
  }
}

/** Does an assignment begin at token i? */
function isTarget({ tokens: t }: VerilogText, i: number): boolean {
  let after = t[i].text === '{' ? skipBrackets(t, i) : i + 1;
  while (t[after]?.text === '[' || t[after]?.text === '.')
    after = t[after].text === '.' ? after + 2 : skipBrackets(t, after);
  const [before, sign] = [t[i - 1].text, t[after]?.text ?? ''];
  if (!ASSIGNS.test(sign) || !BEFORE_TARGET.has(before)) return false;
  if (before === '*') return t[i - 2]?.text === '@';
  // `(a <= b)` and `c ? x : a <= b` compare; `for (a = 0;` and `2'd1: a <= b;` assign.
  return sign !== '<=' || (before !== '(' && !(before === ':' && isChoice(t, i - 1)));
}

/** Is this `:` that of a `?`? */
function isChoice(t: VerilogText['tokens'], colon: number): boolean {
  for (let k = colon - 1; k >= 0 && !/^(;|begin|end|endcase)$/.test(t[k].text); k--)
    if (t[k].text === '?') return true;
  return false;
}

/** Is this the name of a block? */
function isLabel({ tokens: t }: VerilogText, i: number): boolean {
  if (t[i - 1].text === 'disable') return true;
  return t[i - 1].text === ':' && /^(begin|fork|end|join)$/.test(t[i - 2]?.text ?? '');
}

/** Labels of enumerations. */
function labels({ tokens: t }: VerilogText): string[] {
  const out: string[] = [];
  for (let i = 0; i < t.length; i++) {
    if (t[i].text !== 'enum') continue;
    while (i < t.length && t[i].text !== '{' && t[i].text !== ';') i++;
    for (const end = t[i]?.text === '{' ? skipBrackets(t, i) : i; i < end; i++)
      if (t[i].kind === 'word' && ['{', ','].includes(t[i - 1].text)) out.push(t[i].text);
  }
  return out;
}
