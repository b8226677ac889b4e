import { EconError } from '../../base/index.js';
import { type Edit, inserted } from './edits.js';
import { takeApart } from './hierarchy.js';
import type { Netlist } from './netlist.js';
import { moduleName, PATH, resolvePath, type Scope, type Target } from './paths.js';
import type { ModuleText, VerilogText } from './verilog-structure.js';
import { plain } from './verilog-tops.js';

/** A name with dots that Yosys did not know, and where it stands. */
export interface PathUse {
  readonly name: string;
  readonly where: string;
}

/** Names with dots in Yosys' messages about names that are not declared. */
export function pathUses(log: string): PathUse[] {
  const uses: PathUse[] = [];
  for (const m of log.matchAll(
    /^(.+?:\d+)(?:[.\d-]*): Warning: Identifier `\\?([^']*\.[^']*)' is implicitly declared/gm,
  )) {
    uses.push({ where: m[1], name: m[2] });
  }
  return uses;
}

/**
 * Declares hierarchical names in the modules that use them, as wide as what they name: `flatten` joins both. Yosys
 * alone takes each for a new net of one bit. Returns edits for each source; none where a name names nothing.
 *
 * @param done what is declared already
 */
export function declarePaths(
  sources: readonly VerilogText[],
  netlist: Netlist,
  top: string,
  uses: readonly PathUse[],
  done: Set<string>,
): Edit[][] {
  const scopes = new Map<string, Scope[]>();
  const known = withoutNames(netlist, new Set(uses.map((u) => u.name)));
  for (const scope of takeApart(known, top, () => undefined).instances) {
    const name = moduleName(scope);
    scopes.set(name, [...(scopes.get(name) ?? []), scope]);
  }
  return sources.map((source) => {
    const edits: Edit[] = [];
    for (const use of uses) {
      const { name, where } = use;
      for (const module of modulesWith(source, use)) {
        const key = `${plain(module.name)} ${name}`;
        if (done.has(key)) continue;
        const targets = (scopes.get(plain(module.name)) ?? []).map((scope) => resolvePath(scope, name));
        if (targets.length === 0 || targets.some((t) => t === undefined)) continue;
        done.add(key);
        const texts = new Set(
          targets.map((t) => declaration(sources, source, module, name, where, t as Target)),
        );
        if (texts.size > 1) {
          throw new EconError({
            code: 'simulation/hierarchical-name',
            where,
            what: `${name} has another width in another instance of ${plain(module.name)}.`,
            remedy: 'Give it to the module as a port.',
          });
        }
        edits.push(inserted(source.tokens[module.header].at + 1, ` ${[...texts][0]}`));
      }
    }
    return edits;
  });
}

/** The nets that Yosys made up for these names are no targets of them. */
function withoutNames(netlist: Netlist, names: ReadonlySet<string>): Netlist {
  const modules = Object.entries(netlist.modules).map(([name, module]) => {
    const netnames = Object.fromEntries(Object.entries(module.netnames).filter(([n]) => !names.has(n)));
    return [name, { ...module, netnames }] as const;
  });
  return { ...netlist, modules: Object.fromEntries(modules) };
}

/** Modules of which a line is a part, or that use a name. Yosys tells the same name in several modules only once. */
function modulesWith(source: VerilogText, { name, where }: PathUse): ModuleText[] {
  return source.modules.filter((m) => {
    if (usesOf(source, m, name).used) return true;
    for (let i = m.from; i < m.to; i++) if (source.place(i) === where) return true;
    return false;
  });
}

function declaration(
  sources: readonly VerilogText[],
  source: VerilogText,
  module: ModuleText,
  name: string,
  where: string,
  target: Target,
): string {
  const systemVerilog = /\.sv:\d+$/i.test(where);
  if (target.memory !== undefined) {
    const { width, size, start_offset } = target.memory;
    return `(* ${PATH} *) reg [${width - 1}:0] \\${name} [${start_offset}:${start_offset + size - 1}];`;
  }
  const net = target.scope.module.netnames[target.name];
  const declared = sources
    .flatMap((s) => s.modules)
    .find((m) => plain(m.name) === moduleName(target.scope))
    ?.declarations.find((d) => plain(d.name) === target.name);
  const { selected, assigned } = usesOf(source, module, name);
  if (selected && (declared === undefined ? net.bits.length > 1 : declared.packed.length > 1)) {
    throw new EconError({
      code: 'simulation/hierarchical-name',
      where,
      what: `a part of ${name} is read, and that is not a plain vector.`,
      remedy: 'Give the part to the module as a port.',
    });
  }
  const low = net.offset ?? 0;
  const high = low + net.bits.length - 1;
  const range =
    net.bits.length > 1 || low > 0 ? `[${net.upto === 1 ? `${low}:${high}` : `${high}:${low}`}] ` : '';
  const kind = systemVerilog ? 'logic' : assigned ? 'reg' : 'wire';
  return `(* ${PATH} *) ${kind} ${net.signed === 1 ? 'signed ' : ''}${range}\\${name} ;`;
}

/** Does a module use a hierarchical name, read single bits of a hierarchical name, does a process assign it? */
function usesOf(
  { tokens: t }: VerilogText,
  module: ModuleText,
  name: string,
): { used: boolean; selected: boolean; assigned: boolean } {
  let used = false;
  let selected = false;
  let assigned = false;
  const parts = name.replace(/\[(-?\d+)\]/g, '.[.$1.]').split('.');
  for (let i = module.from; i < module.to; i++) {
    let k = i;
    const match = parts.every((part) => {
      if (t[k]?.text === '.') k++;
      return plain(t[k++]?.text ?? '') === part;
    });
    if (!match) continue;
    used = true;
    if (t[k]?.text === '[') selected = true;
    const inside = module.processes.some((p) => p.from <= i && i < p.to);
    if (inside && [';', 'begin', 'end', 'else', ')', ':'].includes(t[i - 1].text)) assigned = true;
  }
  return { used, selected, assigned };
}
