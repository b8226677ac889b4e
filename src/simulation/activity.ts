import type { Graph } from './graph.js';
import { Op } from './operation.js';

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
}

export interface Block {
  /** In order of evaluation. */
  readonly nodes: readonly number[];
  readonly groups: readonly number[];
}

/** More groups than this cost more in tests than they save. */
const MOST_GROUPS = 192;
/** Blocks with fewer nodes are joined with a neighbour: a test costs about as much. */
const SMALL_BLOCK = 12;

/** Sets of groups, each stored once and known by a number. */
class Sets {
  readonly lists: number[][] = [[]];
  private readonly byKey = new Map<string, number>([['', 0]]);
  private readonly unions = new Map<number, number>();

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

function supports(g: Graph, needed: Uint8Array, groupOf: Int32Array): { sets: Sets; setOf: Int32Array } {
  const sets = new Sets();
  const setOf = new Int32Array(g.length);
  for (let n = 0; n < needed.length; n++) {
    if (needed[n] === 0) continue;
    let set = 0;
    if (g.op[n] === Op.Source) set = sets.of([groupOf[g.a[n]]]);
    else if (g.op[n] === Op.Read) set = sets.of([groupOf[g.c[n]]]);
    g.operands(n, (o) => {
      set = sets.union(set, setOf[o]);
    });
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
): Activity {
  let { groupOf, count } = number(family);
  let { sets, setOf } = supports(g, needed, groupOf);
  // Registers that depend on different things rest at different times: split the groups by what the next
  // values depend on, until that changes nothing.
  for (let round = 0; round < 8; round++) {
    const signature = Array.from(groupOf, (group, s) => `${group}/${next[s] < 0 ? '' : setOf[next[s]]}`);
    const finer = number(signature);
    if (finer.count === count || finer.count > MOST_GROUPS) break;
    ({ groupOf, count } = finer);
    ({ sets, setOf } = supports(g, needed, groupOf));
  }
  const bySet = new Map<number, number[]>();
  for (let n = 0; n < needed.length; n++) {
    if (needed[n] === 0 || g.op[n] === Op.Const || g.op[n] === Op.Source) continue;
    const nodes = bySet.get(setOf[n]);
    if (nodes === undefined) bySet.set(setOf[n], [n]);
    else nodes.push(n);
  }
  // A node depends on at least the groups that its operands depend on, so smaller sets come first.
  const ordered = [...bySet].sort(
    (a, b) => sets.lists[a[0]].length - sets.lists[b[0]].length || a[1][0] - b[1][0],
  );
  return {
    groupOf,
    groupCount: count,
    blocks: join(ordered.map(([set, nodes]) => ({ nodes, groups: sets.lists[set] }))),
  };
}

/** Joins small blocks with the one before them: neighbours in the order, so that the order stays valid. */
function join(blocks: Block[]): Block[] {
  const out: { nodes: number[]; groups: Set<number> }[] = [];
  for (const { nodes, groups } of blocks) {
    const last = out.at(-1);
    if (last !== undefined && (nodes.length < SMALL_BLOCK || last.nodes.length < SMALL_BLOCK)) {
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
