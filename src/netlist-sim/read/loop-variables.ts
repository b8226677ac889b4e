import {
  type ModuleText,
  type Range,
  skipBrackets,
  skipStatement,
  type VerilogText,
} from './verilog-structure.js';

/**
 * Is the loop variable at token `at` one that several processes count with, or a process of which `generate` makes
 * copies, and is it read in such loops only? Then each loop can count for itself; for Yosys the variable would have
 * several drivers.
 */
export function isShared(source: VerilogText, module: ModuleText, process: Range, at: number): boolean {
  const { tokens: t } = source;
  const name = t[at].text;
  const declared = module.declarations.filter((d) => d.name === name);
  const isLocal = (p: Range) => declared.some((d) => p.from < d.token && d.token < p.to);
  if (isLocal(process) || declared.some((d) => d.token < module.header || d.first === 'output')) return false;
  const users = new Set<Range>();
  for (let i = module.header + 1; i < module.to; i++) {
    if (t[i].text !== name || t[i - 1].text === '.' || declared.some((d) => d.token === i)) continue;
    const user = module.processes.find((p) => p.from < i && i < p.to);
    if (user === undefined) return false;
    if (isLocal(user)) continue;
    if (!loopsOver(source, user, name).some((loop) => loop.from < i && i < loop.to)) return false;
    users.add(user);
  }
  return users.size > 1 || isCopied(source, module, process);
}

/** Loops of a process that count with a variable. */
function loopsOver({ tokens: t }: VerilogText, process: Range, name: string): Range[] {
  const out: Range[] = [];
  for (let i = process.from; i < process.to; i++)
    if (t[i].text === 'for' && t[i + 2]?.text === name) out.push({ from: i, to: skipStatement(t, i) });
  return out;
}

/** Does the process stand in a loop of `generate`? */
function isCopied({ tokens: t }: VerilogText, module: ModuleText, process: Range): boolean {
  for (let i = module.header + 1; i < process.from; i++) {
    const inner = module.processes.find((p) => p.from <= i && i < p.to);
    if (inner !== undefined) i = inner.to - 1;
    if (t[i].text !== 'for' || t[i + 1]?.text !== '(') continue;
    let end = skipBrackets(t, i + 1);
    for (let depth = 0; end < process.from; end++) {
      if (t[end].text === 'begin') depth++;
      else if (t[end].text === 'end') depth--;
      if (depth === 0 && (t[end].text === 'end' || t[end].text === ';')) break;
    }
    if (end >= process.from) return true;
  }
  return false;
}
