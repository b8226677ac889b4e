import type { Graph } from '../graph/graph.js';
import { Op } from '../graph/operation.js';

/**
 * Which part of the design has to be evaluated when something changed.
 *
 * Sources (inputs, registers, memories) are put into groups; when a member changes, its group is marked. The
 * nodes that depend on the same groups form a block, which is evaluated only when one of them is marked. Weights,
 * configuration and the bus target stand still for thousands of cycles, and so do the voters and decoders behind
 * them. A poor choice of groups costs time, never correctness.
 */
export interface Activity {
  /** Source -> group; group 0 is reserved for `everything` and belongs to every block. */
  readonly groupOf: Int32Array;
  readonly groupCount: number;
  /** In an order in which no block reads a later one. */
  readonly blocks: readonly Block[];
  /** Node -> its own group, when a change of its value is watched (a gate); else 0. */
  readonly gateOf: Int32Array;
  /** Groups of sources that a node depends on. */
  groupsBehind(node: number): ReadonlySet<number>;
}

export interface Block {
  /** In order of evaluation. */
  readonly nodes: readonly number[];
  readonly groups: readonly number[];
}

/** When gating pays. Any choice gives the same results; the tests try extreme ones. */
export interface ActivityTuning {
  /** More groups of sources than this cost more in tests than they save. */
  readonly mostGroups: number;
  /** Blocks of so few nodes are joined with a neighbour: a test costs about as much. */
  readonly smallBlock: number;
  /** Truth values that at least so many nodes read and that depend on so many groups are watched (gates). */
  readonly gateUses: number;
  readonly gateGroups: number;
  readonly mostGates: number;
}

export const defaultTuning: ActivityTuning = {
  mostGroups: 192,
  smallBlock: 24,
  gateUses: 16,
  gateGroups: 4,
  mostGates: 64,
};

/** Sets of groups, each stored once and known by a number. */
class Sets {
  readonly lists: number[][] = [[]];
  private readonly byKey = new Map<string, number>([['', 0]]);
  private readonly unions = new Map<number, number>();
  private readonly singles: number[] = [];

  single(group: number): number {
    this.singles[group] ??= this.of([group]);
    return this.singles[group];
  }

  of(list: number[]): number {
    const key = list.join();
    let id = this.byKey.get(key);
    if (id === undefined) {
      id = this.lists.length;
      this.lists.push(list);
      this.byKey.set(key, id);
    }
    return id;
  }

  union(a: number, b: number): number {
    if (a === b || b === 0) return a;
    if (a === 0) return b;
    const key = Math.min(a, b) * 0x4000000 + Math.max(a, b);
    let id = this.unions.get(key);
    if (id === undefined) {
      const merged = new Set([...this.lists[a], ...this.lists[b]]);
      id = this.of([...merged].sort((x, y) => x - y));
      this.unions.set(key, id);
    }
    return id;
  }
}

/**
 * Truth values with many readers: enables, selects, decoded states. They depend on much that moves and change
 * seldom, so what is behind them waits for them, not for everything before them.
 */
function findGates(
  g: Graph,
  needed: Uint8Array,
  { sets, setOf }: Supports,
  tuning: ActivityTuning,
): number[] {
  const uses = new Int32Array(g.length);
  for (let n = 0; n < needed.length; n++) {
    if (needed[n] === 1) {
      g.operands(n, (o) => {
        uses[o]++;
      });
    }
  }
  const gates: number[] = [];
  for (let n = 0; n < needed.length; n++) {
    const logic = g.op[n] !== Op.Const && g.op[n] !== Op.Source && (g.ones[n] & ~1) === 0;
    if (
      needed[n] === 1 &&
      logic &&
      uses[n] >= tuning.gateUses &&
      sets.lists[setOf[n]].length >= tuning.gateGroups
    )
      gates.push(n);
  }
  if (gates.length <= tuning.mostGates) return gates;
  return gates.sort((a, b) => uses[b] - uses[a]).slice(0, tuning.mostGates);
}

interface Supports {
  readonly sets: Sets;
  /** Node -> set of the groups that it depends on; a gate behind other logic stands for itself. */
  readonly setOf: Int32Array;
}

/** @param gateOf node -> group of its own, or 0 */
function supports(g: Graph, needed: Uint8Array, groupOf: Int32Array, gateOf: Int32Array): Supports {
  const sets = new Sets();
  const setOf = new Int32Array(g.length);
  let set = 0;
  const join = (o: number): void => {
    set = sets.union(set, gateOf[o] > 0 ? sets.single(gateOf[o]) : setOf[o]);
  };
  for (let n = 0; n < needed.length; n++) {
    if (needed[n] === 0) continue;
    set = 0;
    if (g.op[n] === Op.Source) set = sets.single(groupOf[g.a[n]]);
    else if (g.op[n] === Op.Read) set = sets.single(groupOf[g.c[n]]);
    g.operands(n, join);
    setOf[n] = set;
  }
  return { sets, setOf };
}

/**
 * @param needed node -> 1 when its value is needed (operands of needed nodes are needed)
 * @param family source -> name of the first guess of its group, e.g. the block of the chip that it belongs to
 * @param next source -> node of its next value, or -1
 */
export function findActivity(
  g: Graph,
  needed: Uint8Array,
  family: readonly string[],
  next: Int32Array,
  tuning: ActivityTuning,
): Activity {
  const gateOf = new Int32Array(g.length);
  let { groupOf, count } = number(family);
  let found = supports(g, needed, groupOf, gateOf);
  // Registers that depend on different things rest at different times: split the groups by what the next
  // values depend on, until that changes nothing.
  for (let round = 0; round < 8; round++) {
    const { setOf } = found;
    const signature = Array.from(groupOf, (group, s) => `${group}/${next[s] < 0 ? '' : setOf[next[s]]}`);
    const finer = number(signature);
    if (finer.count === count || finer.count > tuning.mostGroups) break;
    ({ groupOf, count } = finer);
    found = supports(g, needed, groupOf, gateOf);
  }
  const gates = findGates(g, needed, found, tuning);
  // Groups of gates lie above the groups of sources.
  gates.forEach((n, i) => {
    gateOf[n] = count + i;
  });
  found = supports(g, needed, groupOf, gateOf);
  const { sets, setOf } = found;
  const bySet = new Map<number, number[]>();
  for (let n = 0; n < needed.length; n++) {
    if (needed[n] === 0 || g.op[n] === Op.Const || g.op[n] === Op.Source) continue;
    const nodes = bySet.get(setOf[n]);
    if (nodes === undefined) bySet.set(setOf[n], [n]);
    else nodes.push(n);
  }
  // A node depends on at least the groups of its operands, so smaller sets come first; a gate in between raises
  // the level of all that is behind it. Both together allow no ring: it would be a ring of nodes.
  const level = new Map<number, number>();
  const levelOf = (set: number): number => {
    let value = level.get(set);
    if (value === undefined) {
      value = 0;
      for (const group of sets.lists[set]) {
        if (group >= count) value = Math.max(value, levelOf(setOf[gates[group - count]]) + 1);
      }
      level.set(set, value);
    }
    return value;
  };
  const ordered = [...bySet].sort(
    ([a, x], [b, y]) => levelOf(a) - levelOf(b) || sets.lists[a].length - sets.lists[b].length || x[0] - y[0],
  );
  return {
    groupOf,
    groupCount: count + gates.length,
    blocks: join(
      ordered.map(([set, nodes]) => ({ nodes, groups: sets.lists[set] })),
      tuning.smallBlock,
    ),
    gateOf,
    groupsBehind: (node) => sourceGroups(node, found, gates, count),
  };
}

/** Groups of sources that a node depends on, through all gates. */
function sourceGroups(
  node: number,
  { sets, setOf }: Supports,
  gates: readonly number[],
  count: number,
): Set<number> {
  const out = new Set<number>();
  const seen = new Set<number>();
  const visit = (set: number) => {
    if (seen.has(set)) return;
    seen.add(set);
    for (const group of sets.lists[set]) {
      if (group >= count) visit(setOf[gates[group - count]]);
      else out.add(group);
    }
  };
  visit(setOf[node]);
  return out;
}

/**
 * Joins small blocks with the one before them: neighbours in the order, so that the order stays valid. A small
 * block may join a large one only if that is not evaluated more often for it.
 */
function join(blocks: Block[], smallBlock: number): Block[] {
  const out: { nodes: number[]; groups: Set<number> }[] = [];
  for (const { nodes, groups } of blocks) {
    const last = out.at(-1);
    const fits =
      last !== undefined &&
      (last.nodes.length + nodes.length <= smallBlock ||
        (nodes.length <= smallBlock && groups.every((group) => last.groups.has(group))) ||
        (last.nodes.length <= smallBlock && [...last.groups].every((group) => groups.includes(group))));
    if (fits) {
      last.nodes.push(...nodes);
      for (const group of groups) last.groups.add(group);
    } else out.push({ nodes: [...nodes], groups: new Set(groups) });
  }
  return out.map(({ nodes, groups }) => ({
    nodes: nodes.sort((a, b) => a - b),
    groups: [0, ...[...groups].sort((a, b) => a - b)],
  }));
}

/** Numbers from 1 for names, in order of appearance. */
function number(names: readonly string[]): { groupOf: Int32Array; count: number } {
  const ids = new Map<string, number>();
  const groupOf = new Int32Array(names.length);
  names.forEach((name, i) => {
    let id = ids.get(name);
    if (id === undefined) {
      id = ids.size + 1;
      ids.set(name, id);
    }
    groupOf[i] = id;
  });
  return { groupOf, count: ids.size + 1 };
}
