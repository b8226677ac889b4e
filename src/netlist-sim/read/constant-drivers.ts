import type { Finding } from './findings.js';
import { findOutside, type ModuleText, skipBrackets, type VerilogText } from './verilog-structure.js';

interface Assigned {
  readonly token: number;
  /** First and last bit as written; undefined: the whole net. */
  readonly bits?: readonly [number, number];
}

/**
 * Two constants on one net: Yosys keeps one without a word. Only assignments that always exist are looked at, those
 * below `generate if`, `case` and `for` may exclude each other.
 */
export function checkConstantDrivers(
  source: VerilogText,
  module: ModuleText,
  tell: (finding: Finding) => void,
): void {
  const { tokens: t } = source;
  const seen = new Map<string, Assigned[]>();
  let depth = 0;
  let inside = 0;
  for (let i = module.header + 1; i < module.to; i++) {
    while (inside < module.processes.length && module.processes[inside].to <= i) inside++;
    if (module.processes[inside]?.from === i) i = module.processes[inside].to;
    const { text } = t[i] ?? { text: '' };
    if (/^(begin|case[xz]?)$/.test(text)) depth++;
    else if (/^(end|endcase)$/.test(text)) depth--;
    if (depth > 0 || text !== 'assign' || [')', 'else', ':'].includes(t[i - 1].text)) continue;
    // assign a = 1, b[0] = 0;
    for (let at = i + 1; at < module.to && t[at].text !== ';'; ) {
      const target = at;
      let equals = at + 1;
      while (t[equals]?.text === '[') equals = skipBrackets(t, equals);
      const end = findOutside(t, equals + 1, module.to, [',', ';']);
      const bits = bitsOf(source, target + 1, equals);
      if (
        bits !== undefined &&
        end === equals + 2 &&
        t[end - 1].kind === 'number' &&
        !/[xz?]/i.test(t[end - 1].text.slice(1))
      ) {
        const name = t[target].text;
        const here: Assigned = { token: target, bits: bits === 'all' ? undefined : bits };
        const other = (seen.get(name) ?? []).find((o) => overlap(o, here));
        if (other !== undefined) {
          tell({
            kind: 'multiple-drivers',
            where: source.place(target),
            what: `${name} has two drivers: this constant and the one of ${source.place(other.token)}.`,
          });
        }
        seen.set(name, [...(seen.get(name) ?? []), here]);
      }
      at = t[end]?.text === ',' ? end + 1 : end;
    }
  }
}

/** Constant bits between two tokens; undefined when they are computed. */
function bitsOf({ tokens: t }: VerilogText, from: number, to: number): 'all' | [number, number] | undefined {
  if (from === to) return 'all';
  const words = t.slice(from + 1, to - 1).map(({ text }) => text);
  if (words.length === 1 && /^\d+$/.test(words[0])) return [Number(words[0]), Number(words[0])];
  if (words.length === 3 && words[1] === ':' && /^\d+$/.test(words[0]) && /^\d+$/.test(words[2]))
    return [Number(words[0]), Number(words[2])];
  return undefined;
}

function overlap(a: Assigned, b: Assigned): boolean {
  if (a.bits === undefined || b.bits === undefined) return true;
  const [low, high] = [Math.min(...a.bits), Math.max(...a.bits)];
  return Math.min(...b.bits) <= high && Math.max(...b.bits) >= low;
}
