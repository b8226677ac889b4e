/**
 * The arguments of a macro, which begin at `from`: cut at commas outside of brackets and strings.
 * @returns undefined when no bracket ends them
 */
export function argumentsAt(text: string, from: number): { parts: string[]; end: number } | undefined {
  const parts: string[] = [];
  let depth = 0;
  let begin = from;
  for (let i = from; i < text.length; i++) {
    const c = text[i];
    if (c === '"') {
      for (i++; i < text.length && text[i] !== '"'; i++) if (text[i] === '\\') i++;
    } else if ('([{'.includes(c)) depth++;
    else if (')]}'.includes(c)) {
      if (depth-- === 0) return { parts: [...parts, text.slice(begin, i)], end: i + 1 };
    } else if (c === ',' && depth === 0) {
      parts.push(text.slice(begin, i));
      begin = i + 1;
    }
  }
  return undefined;
}

export interface Token {
  readonly kind: 'word' | 'number' | 'string' | 'system' | 'symbol';
  readonly text: string;
  readonly at: number;
}

const TOKEN =
  /\s+|`[^\n]*|(\\\S+|[A-Za-z_][\w$]*)|(\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?(?:\s*'[sS]?[bBoOdDhH]\s*[\w?]+)?|'[sS]?[bBoOdDhH]\s*[\w?]+|'[01xXzZ](?!\w))|("(?:\\[\s\S]|[^"\\])*")|(\$[A-Za-z_][\w$]*)|(\(\*(?!\s*\))|\*\)|<<<=?|>>>=?|[<>=!]==?|===|!==|->|<<=?|>>=?|&&|\|\||\*\*|::|\+:|-:|\+\+|--|[-+*/%&|^]=|\.\*|[\s\S])/g;

/** The tokens of preprocessed Verilog; `` `line `` and other directives are passed over. An escaped name keeps its backslash. */
export function tokens(text: string): Token[] {
  const out: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let m = TOKEN.exec(text); m !== null; m = TOKEN.exec(text)) {
    const [all, word, number, string, system, symbol] = m;
    if (word !== undefined) out.push({ kind: 'word', text: all, at: m.index });
    else if (number !== undefined) out.push({ kind: 'number', text: all, at: m.index });
    else if (string !== undefined) out.push({ kind: 'string', text: all, at: m.index });
    else if (system !== undefined) out.push({ kind: 'system', text: all, at: m.index });
    else if (symbol !== undefined) out.push({ kind: 'symbol', text: all, at: m.index });
  }
  return out;
}

/** `file:line` of a position of preprocessed text, from its `` `line `` directives. */
export function placer(text: string, real: (printable: string) => string): (at: number) => string {
  const starts: number[] = [];
  const lines: { line: number; name: string }[] = [];
  let line = 1;
  let name = '';
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at);
    const stop = end < 0 ? text.length : end;
    starts.push(at);
    lines.push({ line, name });
    const mark = text[at] === '`' ? /^`line (\d+) "([^"]*)"/.exec(text.slice(at, stop)) : null;
    if (mark !== null) {
      line = Number(mark[1]);
      name = real(mark[2]);
    } else line++;
    at = stop + 1;
  }
  return (at) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= at) low = middle;
      else high = middle - 1;
    }
    return lines.length === 0 ? '' : `${lines[low].name}:${lines[low].line}`;
  };
}
