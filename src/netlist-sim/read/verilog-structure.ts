import { placer, type Token, tokens } from './verilog-text.js';

/** Tokens from `from` up to `to` (exclusive). */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Process extends Range {
  readonly keyword: string;
}

export interface Declaration {
  readonly name: string;
  /** Token of the name. */
  readonly token: number;
  /** First and last type word, e.g. `parameter` and `integer`. */
  readonly first: string;
  readonly keyword: string;
  readonly signed: boolean;
  /** Token ranges between the brackets of packed and unpacked dimensions. */
  readonly packed: readonly Range[];
  readonly unpacked: readonly Range[];
  /** What it is set to where it is declared. */
  readonly value?: Range;
}

export interface ModuleText extends Range {
  readonly keyword: string;
  readonly name: string;
  /** Index of the `;` that ends the header. */
  readonly header: number;
  /** `initial`, `always`..., `function` and `task`, in order. */
  readonly processes: readonly Process[];
  readonly declarations: readonly Declaration[];
}

/** A preprocessed file as far as rules on its text need it. */
export interface VerilogText {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly modules: readonly ModuleText[];
  readonly place: (token: number) => string;
}

export function parseText(text: string, real: (printable: string) => string): VerilogText {
  const all = tokens(text);
  const placeOf = placer(text, real);
  return {
    text,
    tokens: all,
    modules: findModules(all),
    place: (token) => placeOf(all[Math.min(token, all.length - 1)]?.at ?? 0),
  };
}

const OPENERS: Readonly<Record<string, string>> = {
  module: 'endmodule',
  macromodule: 'endmodule',
  interface: 'endinterface',
  program: 'endprogram',
  package: 'endpackage',
};
const PROCESSES = new Set(['initial', 'final', 'always', 'always_comb', 'always_ff', 'always_latch']);
const TYPES = new Set(
  'input output inout wire tri tri0 tri1 wand wor triand trior supply0 supply1 trireg reg logic bit integer int byte shortint longint genvar parameter localparam time real'.split(
    ' ',
  ),
);

/** Index after the bracket that closes the one at `i`. */
export function skipBrackets(t: readonly Token[], i: number): number {
  let depth = 0;
  for (let k = i; k < t.length; k++) {
    const { text } = t[k];
    if (text === '(' || text === '[' || text === '{') depth++;
    else if (text === ')' || text === ']' || text === '}' || (text === '*)' && depth > 0)) {
      depth--;
      if (depth <= 0) return k + 1;
    }
  }
  return t.length;
}

/** The first token from `from` on that is one of these and stands outside of brackets; `to` or more when there is none before. */
export function findOutside(
  t: readonly Token[],
  from: number,
  to: number,
  wanted: readonly string[],
): number {
  let k = from;
  while (k < to && !wanted.includes(t[k].text)) k = '([{'.includes(t[k].text) ? skipBrackets(t, k) : k + 1;
  return k;
}

/** Index after a delay, whose `#` stands at `i`. */
export function skipDelay(t: readonly Token[], i: number): number {
  const next = t[i + 1]?.text;
  if (next === '(') return skipBrackets(t, i + 1);
  let end = i + 2;
  // `#10ns` is a number and a word that touch.
  if (
    t[i + 1]?.kind === 'number' &&
    t[end]?.kind === 'word' &&
    t[end].at === t[i + 1].at + t[i + 1].text.length
  )
    end++;
  while (t[end]?.text === '.') end += 2;
  return Math.min(end, t.length);
}

/** Index after the statement that begins at `i`. */
export function skipStatement(t: readonly Token[], start: number): number {
  let i = start;
  while (t[i]?.text === '(*') {
    while (i < t.length && t[i].text !== '*)') i++;
    i++;
  }
  const after = (k: number) => skipStatement(t, Math.max(k, i + 1));
  const block = (ends: readonly string[]) => {
    i++;
    if (t[i]?.text === ':') i += 2;
    while (i < t.length && !ends.includes(t[i].text)) {
      if (t[i].text.startsWith('end') && t[i].text !== 'end') return i; // broken text
      i = skipStatement(t, i);
    }
    i++;
    return t[i]?.text === ':' ? i + 2 : i;
  };
  switch (t[i]?.text) {
    case undefined:
      return t.length;
    case 'begin':
      return block(['end']);
    case 'fork':
      return block(['join', 'join_any', 'join_none']);
    case 'unique':
    case 'unique0':
    case 'priority':
    case 'forever':
      return after(i + 1);
    case 'if': {
      const end = after(skipBrackets(t, i + 1));
      return t[end]?.text === 'else' ? skipStatement(t, end + 1) : end;
    }
    case 'for':
    case 'while':
    case 'repeat':
    case 'wait':
      return after(skipBrackets(t, i + 1));
    case '@':
      return after(t[i + 1]?.text === '(' ? skipBrackets(t, i + 1) : i + 2);
    case '#':
      return after(skipDelay(t, i));
    case 'case':
    case 'casez':
    case 'casex': {
      let k = skipBrackets(t, i + 1);
      if (t[k]?.text === 'inside') k++;
      while (k < t.length && t[k].text !== 'endcase') {
        if (/^end(module|function|task)$/.test(t[k].text)) return k;
        if (t[k].text === 'default') {
          k++;
          if (t[k]?.text === ':') k++;
        } else {
          let conditions = 0;
          for (; k < t.length && (t[k].text !== ':' || conditions > 0); k++) {
            if (t[k].text === '?') conditions++;
            else if (t[k].text === ':') conditions--;
            else if (t[k].text === '(' || t[k].text === '[' || t[k].text === '{') k = skipBrackets(t, k) - 1;
            else if (t[k].text === 'endcase') break;
          }
          if (t[k]?.text === 'endcase') break;
          k++;
        }
        k = Math.max(skipStatement(t, k), k + 1);
      }
      return k + 1;
    }
  }
  if (t[i].kind === 'word' && t[i + 1]?.text === ':' && t[i + 2]?.text !== ':') return after(i + 2);
  const end = findOutside(t, i, t.length, [';', 'end', 'endmodule', 'endcase']);
  return t[end]?.text === ';' ? end + 1 : end;
}

function findModules(t: readonly Token[]): ModuleText[] {
  const modules: ModuleText[] = [];
  for (let i = 0; i < t.length; i++) {
    const close = t[i].kind === 'word' ? OPENERS[t[i].text] : undefined;
    if (close === undefined || t[i - 1]?.text === 'virtual') continue;
    let named = i + 1;
    while (t[named]?.text === 'automatic' || t[named]?.text === 'static') named++;
    if (t[named]?.kind !== 'word') continue;
    let to = named;
    while (to < t.length && t[to].text !== close) to++;
    let header = named;
    for (;;) {
      header = findOutside(t, header, to, [';']);
      // `module m import p::*; #(...) (...);`
      if (!['#', '(', ';', 'import'].includes(t[header + 1]?.text) || t[header + 1].text === ';') break;
      if (t[header + 1].text === 'import' && !t.slice(named, header).some((x) => x.text === 'import')) break;
      header++;
    }
    const processes = findProcesses(t, header + 1, to);
    modules.push({
      keyword: t[i].text,
      name: t[named].text,
      from: i,
      to,
      header,
      processes,
      declarations: findDeclarations(t, named + 1, to),
    });
    i = to;
  }
  return modules;
}

function findProcesses(t: readonly Token[], from: number, to: number): Process[] {
  const out: Process[] = [];
  for (let i = from; i < to; i++) {
    const keyword = t[i].text;
    let end = i;
    if (PROCESSES.has(keyword)) end = Math.min(skipStatement(t, i + 1), to);
    else if ((keyword === 'function' || keyword === 'task') && t[i - 1]?.text !== 'import') {
      while (end < to && t[end].text !== `end${keyword}`) end++;
    } else continue;
    out.push({ keyword, from: i, to: end });
    i = Math.max(end - 1, i);
  }
  return out;
}

/** Names that stand after a type, in declarations and port lists. */
function findDeclarations(t: readonly Token[], from: number, to: number): Declaration[] {
  const out: Declaration[] = [];
  for (let i = from; i < to; i++) {
    if (t[i].kind !== 'word' || !TYPES.has(t[i].text) || t[i - 1]?.text === '.') continue;
    const first = t[i].text;
    let keyword = first;
    let signed = ['integer', 'int', 'byte', 'shortint', 'longint'].includes(keyword);
    let packed: Range[] = [];
    let k = i + 1;
    for (; k < to; k++) {
      const { text } = t[k];
      if (TYPES.has(text)) {
        keyword = text;
        signed ||= ['integer', 'int', 'byte', 'shortint', 'longint'].includes(text);
      } else if (text === 'signed') signed = true;
      else if (text === 'unsigned') signed = false;
      else if (text === '[') {
        const end = skipBrackets(t, k);
        packed.push({ from: k + 1, to: end - 1 });
        k = end - 1;
      } else if (text === '#') k = skipDelay(t, k) - 1;
      else if (text === '(') k = skipBrackets(t, k) - 1;
      else if (!['var', 'const', 'vectored', 'scalared', 'automatic', 'static', 'type'].includes(text)) break;
    }
    // `my_type name`: the first word is the type.
    if (t[k]?.kind === 'word' && t[k + 1]?.kind === 'word' && !TYPES.has(t[k + 1].text)) k++;
    while (k < to && t[k].kind === 'word') {
      const name = t[k].text;
      const token = k;
      const unpacked: Range[] = [];
      k++;
      while (t[k]?.text === '[') {
        const end = skipBrackets(t, k);
        unpacked.push({ from: k + 1, to: end - 1 });
        k = end;
      }
      let value: Range | undefined;
      if (t[k]?.text === '=') {
        const from = k + 1;
        k = findOutside(t, from, to, [',', ';', ')']);
        value = { from, to: k };
      }
      out.push({ name, token, first, keyword, signed, packed, unpacked, value });
      if (t[k]?.text !== ',' || t[k + 1]?.kind !== 'word' || TYPES.has(t[k + 1].text)) break;
      // `input a, my_type b` ends the list, too
      if (t[k + 2]?.kind === 'word') break;
      k++;
      packed = [...packed];
    }
    i = Math.max(i, k - 1);
  }
  return out;
}
