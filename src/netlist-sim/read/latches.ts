import type { Finding } from './findings.js';
import { type JsonModule, type Netlist, sourceOf } from './netlist.js';

/** Most signals of one place that are named. */
const MOST_NAMED = 6;

/** Latches that no `always_latch` asks for: the process leaves a signal as it was in some case. */
export function findLatches({ modules }: Netlist): Finding[] {
  const names = new Map<string, Set<string>>();
  for (const module of Object.values(modules)) {
    for (const { type, attributes, connections } of Object.values(module.cells)) {
      if (type !== '$dlatch' && type !== '$adlatch') continue;
      const where = sourceOf(attributes);
      if (where.endsWith(':0')) continue; // Yosys keeps no line of an `always_latch`
      if (!names.has(where)) names.set(where, new Set());
      names.get(where)?.add(nameOf(module, connections.Q[0]) ?? 'a signal');
    }
  }
  const places = [...names].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
  return places.map(([where, held]) => {
    const all = [...held];
    const more = all.length > MOST_NAMED ? ` and ${all.length - MOST_NAMED} more` : '';
    const are = all.length === 1 ? 'is a latch' : 'are latches';
    return {
      kind: 'latch',
      where,
      what: `${all.slice(0, MOST_NAMED).join(', ')}${more} ${are}: there is a case in which this process does not set ${all.length === 1 ? 'it' : 'them'}.`,
    };
  });
}

function nameOf({ netnames }: JsonModule, bit: string | number): string | undefined {
  return Object.entries(netnames).find(
    ([, net]) => net.hide_name === 0 && net.bits.includes(bit as never),
  )?.[0];
}
