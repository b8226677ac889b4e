import type { Range, VerilogText } from './verilog-structure.js';

/** A piece of text and what stands there instead. */
export interface Edit {
  readonly at: number;
  readonly end: number;
  readonly text: string;
}

/** The text of tokens. */
export function textOf({ tokens: t, text }: VerilogText, { from, to }: Range): string {
  const last = t[Math.min(to, t.length) - 1];
  return from >= to ? '' : text.slice(t[from].at, last.at + last.text.length);
}

/** Another text in the place of tokens; their newlines stay, so that lines do. */
export function replaced(source: VerilogText, from: number, to: number, text: string): Edit {
  const old = textOf(source, { from, to });
  const { at } = source.tokens[from];
  return { at, end: at + old.length, text: text + old.replace(/[^\n]/g, '') };
}

export function inserted(at: number, text: string): Edit {
  return { at, end: at, text };
}

export function edited(text: string, edits: readonly Edit[]): string {
  const out: string[] = [];
  let from = 0;
  for (const e of [...edits].sort((a, b) => a.at - b.at || a.end - b.end)) {
    if (e.at < from) continue; // inside a piece that is replaced
    out.push(text.slice(from, e.at), e.text);
    from = e.end;
  }
  out.push(text.slice(from));
  return out.join('');
}
