import { EconError } from '../../base/index.js';
import { type Edit, inserted, replaced } from './edits.js';
import { BIND } from './paths.js';
import { findOutside, type ModuleText, skipBrackets, type VerilogText } from './verilog-structure.js';
import { instancesOf, plain } from './verilog-tops.js';

/** A port that is an interface, and its place among the ports. */
interface InterfacePort {
  readonly name: string;
  readonly index: number;
}

/**
 * SystemVerilog interfaces as modules: an interface becomes a module, its instance one of it, and a port that is an
 * interface goes; the instance says in an attribute what was connected, and `b.data` is a hierarchical name.
 */
export function lowerInterfaces(sources: readonly VerilogText[]): Edit[][] {
  const interfaces = new Set(
    sources.flatMap((s) => s.modules.filter((m) => m.keyword === 'interface').map((m) => plain(m.name))),
  );
  if (interfaces.size === 0) return sources.map(() => []);
  const edits = sources.map((): Edit[] => []);
  const ports = new Map<string, { interfaces: InterfacePort[]; count: number }>();
  sources.forEach((source, k) => {
    for (const module of source.modules) {
      if (module.keyword === 'interface') asModule(source, module, edits[k]);
      else ports.set(plain(module.name), takePorts(source, module, interfaces, edits[k]));
    }
  });
  sources.forEach((source, k) => {
    for (const module of source.modules) {
      for (const instance of instancesOf(source, module)) {
        const wanted = ports.get(instance.type);
        if (wanted !== undefined && wanted.interfaces.length > 0)
          bind(source, instance, wanted.interfaces, edits[k]);
      }
    }
  });
  return edits;
}

function asModule(source: VerilogText, module: ModuleText, edits: Edit[]): void {
  const { tokens: t } = source;
  edits.push(replaced(source, module.from, module.from + 1, 'module'));
  if (t[module.to] !== undefined) edits.push(replaced(source, module.to, module.to + 1, 'endmodule'));
  for (let i = module.header + 1; i < module.to; i++) {
    if (t[i].text !== 'modport' && t[i].text !== 'clocking') continue;
    let end = i;
    const last = t[i].text === 'modport' ? ';' : 'endclocking';
    while (end < module.to && t[end].text !== last) end++;
    edits.push(replaced(source, i, end + 1, ''));
    i = end;
  }
}

/** Removes ports that are interfaces from the header. */
function takePorts(
  source: VerilogText,
  module: ModuleText,
  interfaces: ReadonlySet<string>,
  edits: Edit[],
): { interfaces: InterfacePort[]; count: number } {
  const { tokens: t } = source;
  let open = module.from;
  while (open < module.header && t[open].text !== '(')
    open = t[open].text === '#' ? skipBrackets(t, open + 1) : open + 1;
  if (open >= module.header) return { interfaces: [], count: 0 };
  const parts = items(source, open);
  const found: InterfacePort[] = [];
  parts.forEach(({ from, to }, index) => {
    if (from >= to || !(interfaces.has(plain(t[from].text)) || t[from].text === 'interface')) return;
    const named = t[from + 1]?.text === '.' ? from + 3 : from + 1;
    if (t[named]?.kind !== 'word' || named >= to) return;
    if (t[named + 1]?.text === '[')
      throw cannot(
        source,
        from,
        'an array of interfaces as a port',
        'Give the module a port for each of them, and connect interface instances with names of their own: (bus.d x0, bus.d x1), .x0(i0), .x1(i1).',
      );
    found.push({ name: plain(t[named].text), index });
  });
  removeItems(source, parts, new Set(found.map((p) => p.index)), edits);
  return { interfaces: found, count: parts.length };
}

function items({ tokens: t }: VerilogText, open: number): { from: number; to: number }[] {
  const close = skipBrackets(t, open) - 1;
  const out: { from: number; to: number }[] = [];
  for (let from = open + 1; from <= close; ) {
    const to = findOutside(t, from, close, [',']);
    if (open + 1 < close) out.push({ from, to });
    from = to + 1;
  }
  return out;
}

/** Removes items of a list with one comma each. */
function removeItems(
  source: VerilogText,
  parts: readonly { from: number; to: number }[],
  gone: ReadonlySet<number>,
  edits: Edit[],
): void {
  let kept = 0;
  parts.forEach(({ from, to }, i) => {
    const comma = i > 0 && kept === 0 && !gone.has(i);
    // The first that stays loses the comma before it; those that go take the comma before them along.
    if (gone.has(i) && to > from) edits.push(replaced(source, i > 0 ? from - 1 : from, to, ''));
    else if (comma) edits.push(replaced(source, from - 1, from, ''));
    if (!gone.has(i)) kept++;
  });
}

function bind(
  source: VerilogText,
  instance: { type: string; token: number; at: number },
  ports: readonly InterfacePort[],
  edits: Edit[],
): void {
  const { tokens: t } = source;
  let open = instance.token + 1;
  while (t[open]?.text === '[') open = skipBrackets(t, open);
  const parts = items(source, open);
  const gone = new Set<number>();
  const bound: string[] = [];
  const byName = parts.some(({ from }) => t[from]?.text === '.' || t[from]?.text === '.*');
  for (const { name, index } of ports) {
    let connected: string | undefined;
    parts.forEach(({ from, to }, i) => {
      if (!byName && i !== index) return;
      if (byName && !(t[from].text === '.' && plain(t[from + 1]?.text ?? '') === name)) return;
      gone.add(i);
      const inner = byName
        ? to > from + 2
          ? { from: from + 3, to: to - 1 }
          : { from: from + 1, to }
        : { from, to };
      connected = t
        .slice(inner.from, inner.to)
        .map((x) => plain(x.text))
        .join('');
    });
    if (connected === undefined && parts.some(({ from }) => t[from]?.text === '.*')) connected = name;
    if (connected === undefined || connected === '')
      throw cannot(source, instance.at, `the interface port ${name}, to which nothing is connected,`);
    // What follows the interface is a modport: it says who drives, which the drivers show, too.
    const path = connected.replace(/^([^.[]+(?:\[\d+\])?)\..*$/, '$1');
    bound.push(`${BIND}${name} = "${path}"`);
  }
  removeItems(source, parts, gone, edits);
  edits.push(inserted(t[instance.at].at, `(* ${bound.join(', ')} *) `));
}

function cannot(
  source: VerilogText,
  token: number,
  what: string,
  remedy = 'Connect one interface instance by its name.',
): EconError {
  return new EconError({
    code: 'simulation/interface',
    where: source.place(token),
    what: `${what} is not simulated.`,
    remedy,
  });
}
