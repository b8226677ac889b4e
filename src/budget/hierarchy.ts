import type { Synthesis, SynthesisedModule } from './synthesis.js';
import { isStorage } from './technology.js';

/** A block of the design with everything inside it. */
export interface BlockCount {
  /** Instance names from the top, e.g. `u_encoder/u_dense_00..15`; empty for the whole design. */
  readonly path: string;
  /** Name of the module in the Verilog source. */
  readonly module: string;
  /** Instances that this entry stands for; the numbers below are those of all of them together. */
  readonly instances: number;
  /** Gates by type, flip-flops included. */
  readonly gates: Readonly<Record<string, number>>;
  /** All gates but flip-flops and latches. */
  readonly logic: number;
  readonly flipFlops: number;
  readonly children: readonly BlockCount[];
}

/**
 * Counts gates through the hierarchy: every block with all of its submodules.
 *
 * @param depth levels of children that are listed; deeper ones are in the counts only
 */
export function countBlocks(synthesis: Synthesis, depth: number): BlockCount {
  const totals = new Map<string, Readonly<Record<string, number>>>();
  return describe(synthesis, totals, synthesis.top, '', 1, depth);
}

function describe(
  synthesis: Synthesis,
  totals: Map<string, Readonly<Record<string, number>>>,
  name: string,
  path: string,
  instances: number,
  depth: number,
): BlockCount {
  const module = moduleOf(synthesis, name);
  const gates = scale(totalGates(synthesis, totals, name), instances);
  let logic = 0;
  let flipFlops = 0;
  for (const [type, count] of Object.entries(gates)) {
    if (isStorage(type)) flipFlops += count;
    else logic += count;
  }
  const children =
    depth === 0
      ? []
      : groups(module).map(({ type, names }) => {
          const inside = path === '' ? '' : `${path}/`;
          return describe(
            synthesis,
            totals,
            type,
            `${inside}${range(names)}`,
            instances * names.length,
            depth - 1,
          );
        });
  return { path, module: module.source, instances, gates, logic, flipFlops, children };
}

function totalGates(
  synthesis: Synthesis,
  totals: Map<string, Readonly<Record<string, number>>>,
  name: string,
): Readonly<Record<string, number>> {
  const known = totals.get(name);
  if (known) return known;
  const module = moduleOf(synthesis, name);
  const total: Record<string, number> = { ...module.gates };
  for (const [child, count] of Object.entries(module.children)) {
    for (const [type, n] of Object.entries(totalGates(synthesis, totals, child)))
      total[type] = (total[type] ?? 0) + count * n;
  }
  totals.set(name, total);
  return total;
}

function moduleOf(synthesis: Synthesis, name: string): SynthesisedModule {
  const module = synthesis.modules.get(name);
  if (module === undefined) throw new Error(`module ${name} was not synthesised`);
  return module;
}

/** Instances of one module whose names differ by a number only, by name. */
function groups(module: SynthesisedModule): { type: string; names: string[] }[] {
  const found = new Map<string, { type: string; names: string[] }>();
  for (const [instance, type] of module.instances) {
    // Synthesis may have removed an instance without effect on any output.
    if (module.children[type] === undefined) continue;
    const key = `${instance.replace(/\d+/g, '#')} ${type}`;
    const group = found.get(key);
    if (group) group.names.push(instance);
    else found.set(key, { type, names: [instance] });
  }
  for (const { names } of found.values()) names.sort();
  return [...found.values()].sort((a, b) => (a.names[0] < b.names[0] ? -1 : 1));
}

/** `u_dense_00..15`, `u_conv_r0c0..r2c2`: the last name without what it shares with the first, by underscores. */
function range(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  if (names.length === 1) return last;
  let shared = 0;
  while (shared < last.length && names[0][shared] === last[shared]) shared++;
  return `${names[0]}..${last.slice(last.lastIndexOf('_', shared) + 1)}`;
}

function scale(gates: Readonly<Record<string, number>>, factor: number): Record<string, number> {
  return Object.fromEntries(
    Object.entries(gates)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([type, count]) => [type, count * factor]),
  );
}
