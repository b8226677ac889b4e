import { EconError } from '../../base/index.js';
import { type Edit, replaced, textOf } from './edits.js';
import { type Declaration, type ModuleText, skipBrackets, type VerilogText } from './verilog-structure.js';

/** Instances in a module: the name of the module that is instantiated, and the token of the instance's name. */
export function instancesOf(
  { tokens: t }: VerilogText,
  module: ModuleText,
): { type: string; token: number; at: number }[] {
  const out: { type: string; token: number; at: number }[] = [];
  let inside = 0;
  for (let i = module.header + 1; i < module.to; i++) {
    while (inside < module.processes.length && module.processes[inside].to <= i) inside++;
    if (module.processes[inside]?.from <= i || t[i].kind !== 'word') continue;
    let k = i + 1;
    if (t[k]?.text === '#') k = t[k + 1]?.text === '(' ? skipBrackets(t, k + 1) : k + 2;
    const token = k;
    if (t[k]?.kind !== 'word') continue;
    k++;
    while (t[k]?.text === '[') k = skipBrackets(t, k);
    if (t[k]?.text === '(') out.push({ type: plain(t[i].text), token, at: i });
  }
  return out;
}

/** An escaped name that needs no escaping is the plain one. */
export function plain(name: string): string {
  return name.replace(/^\\/, '');
}

/**
 * The module on top: the wanted one, or the only one that nobody instantiates.
 * @throws EconError `simulation/no-top` with the names of the candidates
 */
export function findTop(sources: readonly VerilogText[], wanted?: string): string {
  const modules = sources.flatMap((s) => s.modules.filter((m) => /^(macro)?module$/.test(m.keyword)));
  const names = modules.map((m) => plain(m.name));
  if (wanted !== undefined) {
    if (names.includes(plain(wanted))) return plain(wanted);
    throw noTop(
      wanted,
      'there is no module of this name.',
      names.length === 0 ? NONE : `Modules: ${list(names)}.`,
    );
  }
  const used = new Set(
    sources.flatMap((s) => s.modules.flatMap((m) => instancesOf(s, m).map((i) => i.type))),
  );
  const roots = [...new Set(names)].filter((name) => !used.has(name));
  if (roots.length === 1) return roots[0];
  if (names.length === 0) throw noTop('sources', 'there is no module in these files.', NONE);
  const what =
    roots.length === 0
      ? 'every module is instantiated by another one.'
      : `several modules could be the top one: ${list(roots)}.`;
  throw noTop('sources', what, `Name it: --top ${roots[0] ?? names[0]}.`);
}

const NONE = 'Give the files that hold the modules; `ifdef may have left them out.';

function list(names: readonly string[]): string {
  return names.slice(0, 12).join(', ') + (names.length > 12 ? ` and ${names.length - 12} more` : '');
}

function noTop(where: string, what: string, remedy: string): EconError {
  return new EconError({ code: 'simulation/no-top', where, what, remedy });
}

const NUMBER = /^[-+]?(\d[\d_]*|(\d+\s*)?'[sS]?[bBoOdDhH]\s*[\da-fA-F_xXzZ?]+|'[01])$/;

/**
 * Sets parameters of the top module: their values in the text are replaced, so that they get the type that Verilog
 * gives them. A text is put into quotes where the parameter holds one.
 * @throws EconError `simulation/parameter`
 */
export function setParameters(
  source: VerilogText,
  module: ModuleText,
  values: Readonly<Record<string, string>>,
  data: (name: string) => string | undefined,
): Edit[] {
  const { tokens: t } = source;
  const parameters = module.declarations.filter((d) => d.value !== undefined && isParameter(d, module, t));
  return Object.entries(values).map(([name, value]) => {
    const found = parameters.find((d) => plain(d.name) === name);
    if (found?.value === undefined) {
      const fixed = module.declarations.some((d) => plain(d.name) === name && d.first === 'localparam');
      const names = parameters.map((d) => plain(d.name));
      throw new EconError({
        code: 'simulation/parameter',
        where: `${source.place(module.from)} (${plain(module.name)})`,
        what: fixed ? `${name} is a localparam, which nobody sets.` : `there is no parameter ${name}.`,
        remedy: names.length === 0 ? 'The module has none.' : `Its parameters: ${names.join(', ')}.`,
      });
    }
    const { from, to } = found.value;
    const old = textOf(source, found.value);
    const holdsText = old.startsWith('"') || found.keyword === 'string';
    const quoted = /^"(?:\\.|[^"\\])*"$/.test(value);
    if (!holdsText && !quoted && !NUMBER.test(value.trim())) {
      throw new EconError({
        code: 'simulation/parameter',
        where: `-P ${name}=${value}`,
        what: 'the value is neither a Verilog number nor a text in quotes.',
        remedy: `Write -P ${name}=8, -P ${name}=8'hff or -P '${name}="text"'.`,
      });
    }
    const isNumber = NUMBER.test(value.trim()) && !holdsText;
    const inner = quoted ? value.slice(1, -1) : value.replace(/["\\]/g, '\\$&');
    const piece = isNumber ? value.trim() : `"${data(inner) ?? inner}"`;
    return replaced(source, from, to, piece);
  });
}

/** `parameter N = 4`, also in a list after it or as `#(int N = 4)`. */
function isParameter(d: Declaration, module: ModuleText, t: VerilogText['tokens']): boolean {
  if (d.first === 'parameter') return true;
  if (d.first === 'localparam' || d.token > module.header) return false;
  let open = module.from;
  while (open < module.header && t[open].text !== '#') open++;
  return open < module.header && d.token < skipBrackets(t, open + 1);
}
