import { EconError } from '../../base/index.js';
import type { Finding } from './findings.js';
import { argumentsAt } from './verilog-text.js';

/** Where texts come from: a record in memory or the disk. Both answer undefined when there is no such file. */
export interface Resolver {
  /** What `` `include "wanted" `` in file `from` means. */
  include(wanted: string, from: string): { readonly name: string; readonly text: string } | undefined;
  /** The name under which Yosys finds the file that a string in `from` names. */
  data(wanted: string, from: string): string | undefined;
}

interface Macro {
  readonly parameters?: readonly { readonly name: string; readonly value?: string }[];
  readonly body: string;
}

interface Branch {
  readonly line: number;
  /** What surrounds it is read. */
  readonly outer: boolean;
  /** This branch is read. */
  active: boolean;
  /** A branch was read already. */
  done: boolean;
}

/** Macros that call one another deeper than this, or text that grows beyond this, are a mistake. */
const DEEPEST = 64;
const MOST_TEXT = 1 << 28;
const MOST_CALLS = 2e6;

const INTERESTING = /\/\/[^\n]*|\/\*|"(?:\\[\s\S]|[^"\\\n])*("?)|\\[^\s]+|`(?:[A-Za-z_][\w$]*|["`\\]?)|\n/g;

/** Directives without a meaning for two-valued simulation by cycles. */
const IGNORED = new Set(['timescale', 'celldefine', 'endcelldefine', 'begin_keywords', 'pragma', 'line']);
const SILENT = new Set(['nounconnected_drive', 'end_keywords', 'resetall']);

/**
 * The preprocessor of Verilog (IEEE 1364-2005, section 19; macro defaults, `` `` `` and `` `" `` of 1800): macros hold on
 * into the next file, as in Icarus. Comments go, lines stay: the text that comes out has `` `line `` where another file
 * begins, so that messages name the file and line that the user wrote.
 */
export class Preprocessor {
  private readonly macros = new Map<string, Macro>();
  private size = 0;
  private calls = 0;

  constructor(
    private readonly resolver: Resolver,
    defines: Readonly<Record<string, string>>,
    private readonly tell: (finding: Finding) => void,
    /** Name of a file as it may stand in `` `line ``. */
    private readonly printable: (name: string) => string,
  ) {
    for (const [name, body] of Object.entries(defines)) this.macros.set(name, { body });
  }

  /** One file with everything that it includes. */
  read(name: string, text: string): string {
    return `\`line 1 "${this.printable(name)}" 1\n${this.file(name, text, 0)}\n`;
  }

  private file(name: string, raw: string, depth: number): string {
    if (raw.includes('\0')) throw bad(name, 'this is not text.', 'Give Verilog source files.');
    const branches: Branch[] = [];
    const out = this.scan(clean(raw), { name, line: 1, depth, branches, inMacro: false });
    const open = branches.at(-1);
    if (open !== undefined)
      throw bad(`${name}:${open.line}`, 'this `ifdef has no `endif.', 'Add the `endif.');
    return out;
  }

  private scan(text: string, at: Place): string {
    const out: string[] = [];
    const { branches } = at;
    let from = 0;
    let off = -1;
    const active = () => off < 0 && (branches.length === 0 || branches[branches.length - 1].active);
    const emit = (piece: string) => {
      if (!active() || piece === '') return;
      this.size += piece.length;
      if (this.size > MOST_TEXT) throw bad(where(at), 'macros make more than 256 MB of text.', LOOK_MACROS);
      out.push(piece);
    };
    const pattern = new RegExp(INTERESTING);
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      const word = match[0];
      emit(text.slice(from, match.index));
      from = pattern.lastIndex;
      if (word === '\n') {
        if (!at.inMacro) at.line++;
        out.push(at.inMacro ? ' ' : '\n');
      } else if (word.startsWith('//')) {
        off = this.translateComment(word, off, at);
      } else if (word === '/*') {
        const end = text.indexOf('*/', from);
        if (end < 0) throw bad(where(at), 'this comment does not end.', 'Add the */.');
        const comment = text.slice(from, end);
        off = this.translateComment(comment, off, at);
        from = end + 2;
        const lines = newlines(comment);
        out.push(' ', at.inMacro ? '' : '\n'.repeat(lines));
        if (!at.inMacro) at.line += lines;
      } else if (word[0] === '"') {
        if (active() && match[1] === '')
          throw bad(where(at), 'this string does not end on its line.', 'Add the ".');
        emit(active() ? this.string(word, at) : '');
      } else if (word[0] === '\\') emit(word);
      else from = this.directive(word.slice(1), text, from, at, active(), out, emit);
      pattern.lastIndex = from;
    }
    emit(text.slice(from));
    if (off >= 0 && !at.inMacro)
      throw bad(
        `${at.name}:${off}`,
        'translate_off without translate_on.',
        'Add the comment that ends the part that is left out.',
      );
    return out.join('');
  }

  /** Lines between `synthesis translate_off` and `translate_on` are left out, and told. Returns the line where it began. */
  private translateComment(comment: string, off: number, at: Place): number {
    const match =
      /^(?:\/\/)?\s*(?:synopsys|synthesis|pragma|verilator|xilinx)?\s*(translate_(?:off|on)|synthesis_(?:off|on))\b/.exec(
        comment,
      );
    if (match === null || at.inMacro) return off;
    if (match[1].endsWith('off')) return off < 0 ? at.line : off;
    if (off >= 0) {
      this.tell({
        kind: 'translate-off',
        where: `${at.name}:${off}`,
        what: `lines ${off} to ${at.line} are left out (translate_off); a simulator reads them.`,
      });
    }
    return -1;
  }

  private string(literal: string, at: Place): string {
    const name = literal.slice(1, -1);
    const found = /[./]/.test(name) && !name.includes('\\') ? this.resolver.data(name, at.name) : undefined;
    return found === undefined ? literal : `"${found}"`;
  }

  /** Acts on what follows a backquote; returns where reading goes on. */
  private directive(
    word: string,
    text: string,
    from: number,
    at: Place,
    active: boolean,
    out: string[],
    emit: (piece: string) => void,
  ): number {
    const line = () => {
      const end = text.indexOf('\n', from);
      return text.slice(from, end < 0 ? text.length : end);
    };
    switch (word) {
      case 'ifdef':
      case 'ifndef':
      case 'elsif':
      case 'else':
      case 'endif':
        return this.conditional(word, text, from, at);
    }
    if (!active) return from;
    switch (word) {
      case 'define': {
        const { end, lines } = this.define(text, from, at);
        at.line += lines;
        out.push('\n'.repeat(lines));
        return end;
      }
      case 'undef': {
        const [all, name] = /^[ \t]*([A-Za-z_][\w$]*)?/.exec(line()) as RegExpExecArray;
        if (name === undefined) throw bad(where(at), '`undef without a name.', 'Name the macro.');
        this.macros.delete(name);
        return from + all.length;
      }
      case 'undefineall':
        this.macros.clear();
        return from;
      case 'include':
        return this.include(text, from, at, line(), emit);
      case 'default_nettype':
        emit(`\n\`default_nettype${line()}\n\`line ${at.line} "${this.printable(at.name)}" 0\n`);
        return from + line().length;
      case 'unconnected_drive':
        throw bad(where(at), '`unconnected_drive is not simulated.', 'Connect these inputs.');
      case '__LINE__':
        emit(String(at.line));
        return from;
      case '__FILE__':
        emit(`"${at.name}"`);
        return from;
    }
    if (SILENT.has(word)) return from;
    if (IGNORED.has(word)) return from + line().replace(/\/[/*].*$/, '').length;
    return this.call(word, text, from, at, out, emit);
  }

  private conditional(word: string, text: string, from: number, at: Place): number {
    const { branches } = at;
    const top = branches.at(-1);
    const name = /^\s*([A-Za-z_][\w$]*)/.exec(text.slice(from, from + 1000));
    const length = name === null ? 0 : name[0].length;
    const lines = name === null ? 0 : newlines(name[0]);
    if (word !== 'else' && word !== 'endif' && name === null)
      throw bad(where(at), `\`${word} without a name.`, 'Name the macro.');
    if (word === 'ifdef' || word === 'ifndef') {
      const outer = top === undefined || top.active;
      const holds = this.macros.has((name as RegExpExecArray)[1]) === (word === 'ifdef');
      branches.push({ line: at.line, outer, active: outer && holds, done: holds });
      at.line += lines;
      return from + length;
    }
    if (top === undefined)
      throw bad(where(at), `\`${word} without \`ifdef.`, 'Remove it, or add the `ifdef.');
    if (word === 'endif') {
      branches.pop();
      return from;
    }
    const holds = word === 'else' || this.macros.has((name as RegExpExecArray)[1]);
    top.active = top.outer && !top.done && holds;
    top.done ||= holds;
    if (word === 'else') return from;
    at.line += lines;
    return from + length;
  }

  private define(text: string, from: number, at: Place): { end: number; lines: number } {
    let end = from;
    let body = '';
    for (;;) {
      const stop = text.indexOf('\n', end);
      const line = text.slice(end, stop < 0 ? text.length : stop);
      const plain = withoutComment(line);
      end = stop < 0 ? text.length : stop;
      const more = /\\[ \t]*$/.test(line) && stop >= 0;
      body += more ? `${plain.replace(/\\[ \t]*$/, '')} ` : plain;
      if (!more) break;
      end++;
    }
    const lines = newlines(text.slice(from, end));
    const head = /^[ \t]*([A-Za-z_][\w$]*|\\\S+)(\()?/.exec(body);
    if (head === null) throw bad(where(at), '`define without a name.', 'Name the macro.');
    let rest = body.slice(head[0].length);
    let parameters: Macro['parameters'];
    if (head[2] !== undefined) {
      const list = argumentsAt(rest, 0);
      if (list === undefined) throw bad(where(at), 'the list of macro arguments does not end.', 'Add the ).');
      parameters = list.parts.map((p) => {
        const [name, ...value] = p.split('=');
        return { name: name.trim(), value: value.length > 0 ? value.join('=').trim() : undefined };
      });
      rest = rest.slice(list.end);
    }
    this.macros.set(head[1], { parameters, body: rest.trim() });
    return { end, lines };
  }

  private include(
    text: string,
    from: number,
    at: Place,
    line: string,
    emit: (piece: string) => void,
  ): number {
    let rest = line.trim();
    // The name may be a macro.
    if (rest.startsWith('`')) rest = this.scan(rest, { ...at, inMacro: true, branches: [] }).trim();
    const match = /^(?:"([^"]+)"|<([^>]+)>)/.exec(rest);
    if (match === null) throw bad(where(at), '`include without a file name.', 'Write `include "file.vh".');
    const wanted = match[1] ?? match[2];
    const found = this.resolver.include(wanted, at.name);
    if (found === undefined) {
      throw new EconError({
        code: 'simulation/no-include',
        where: where(at),
        what: `"${wanted}" was found neither beside this file nor in a folder of -I nor in the working folder.`,
        remedy: 'Name its folder with -I.',
      });
    }
    if (at.depth >= DEEPEST)
      throw bad(where(at), `"${wanted}" includes itself, ${DEEPEST} files deep.`, 'Guard it by `ifndef.');
    const inner = this.file(found.name, found.text, at.depth + 1);
    const here = `\n\`line ${at.line} "${this.printable(at.name)}" 2\n`;
    emit(`\n\`line 1 "${this.printable(found.name)}" 1\n${inner}${here}`);
    const used = line.trim().startsWith('`') ? line.length : line.indexOf(match[0]) + match[0].length;
    void text;
    return from + used;
  }

  private call(
    word: string,
    text: string,
    from: number,
    at: Place,
    out: string[],
    emit: (piece: string) => void,
  ): number {
    const macro = this.macros.get(word);
    if (macro === undefined) {
      throw new EconError({
        code: 'simulation/no-macro',
        where: where(at),
        what: word === '' ? 'a ` without a name.' : `the macro \`${word} is not defined.`,
        remedy:
          word === '' ? 'Remove it.' : `Define it: -D ${word}=VALUE, or give the file that defines it first.`,
      });
    }
    if (at.depth >= DEEPEST)
      throw bad(where(at), `the macro \`${word} calls itself, ${DEEPEST} deep.`, LOOK_MACROS);
    if (++this.calls > MOST_CALLS)
      throw bad(where(at), `macros are called more than ${MOST_CALLS} times.`, LOOK_MACROS);
    let { body } = macro;
    let end = from;
    if (macro.parameters !== undefined) {
      const open = /^\s*\(/.exec(text.slice(from, from + 200));
      if (open === null)
        throw bad(where(at), `the macro \`${word} wants arguments.`, `Write \`${word}(...).`);
      const list = argumentsAt(text, from + open[0].length);
      if (list === undefined) throw bad(where(at), `the arguments of \`${word} do not end.`, 'Add the ).');
      body = substitute(body, macro.parameters, list.parts, (why) =>
        bad(where(at), `\`${word}: ${why}`, 'Give as many arguments as the `define has.'),
      );
      end = list.end;
    }
    const lines = newlines(text.slice(from, end));
    emit(this.scan(body, { ...at, depth: at.depth + 1, inMacro: true }));
    if (!at.inMacro) {
      at.line += lines;
      out.push('\n'.repeat(lines));
    }
    return end;
  }
}

interface Place {
  readonly name: string;
  line: number;
  readonly depth: number;
  readonly branches: Branch[];
  /** Text of a macro: it has no lines of its own. */
  readonly inMacro: boolean;
}

const LOOK_MACROS = 'Look for a macro that calls itself or doubles itself.';

function substitute(
  body: string,
  parameters: NonNullable<Macro['parameters']>,
  given: readonly string[],
  wrong: (why: string) => EconError,
): string {
  const empty = given.length === 1 && given[0].trim() === '';
  if (given.length > parameters.length && !(parameters.length === 0 && empty))
    throw wrong(`${given.length} arguments for ${parameters.length}.`);
  const values = new Map<string, string>();
  parameters.forEach(({ name, value }, i) => {
    const own = given[i]?.trim();
    if (own === undefined && value === undefined) throw wrong(`argument ${name} is missing.`);
    values.set(name, own === undefined || (own === '' && value !== undefined) ? (value as string) : own);
  });
  // `" makes a string in which arguments count, `` joins words.
  return body
    .split(/(`"[\s\S]*?`")/)
    .map((part, i) => {
      const replaced = part.replace(/"(?:\\.|[^"\\])*"|[A-Za-z_][\w$]*/g, (word) =>
        word[0] === '"' && i % 2 === 0 ? word : (values.get(word) ?? word),
      );
      return i % 2 === 1
        ? `"${part.slice(2, -2).replace(/[A-Za-z_][\w$]*/g, (w) => values.get(w) ?? w)}"`
        : replaced;
    })
    .join('')
    .replace(/``/g, '');
}

function withoutComment(line: string): string {
  return line.replace(/"(?:\\.|[^"\\])*"|\/\/.*$/g, (part) => (part[0] === '"' ? part : ''));
}

/** Lines end with \n; a byte order mark in front is no part of the text. */
function clean(text: string): string {
  return text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
}

function newlines(text: string): number {
  let n = 0;
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) n++;
  return n;
}

function where(at: Place): string {
  return `${at.name}:${at.line}`;
}

function bad(place: string, what: string, remedy: string): EconError {
  return new EconError({ code: 'simulation/preprocessor', where: place, what, remedy });
}
