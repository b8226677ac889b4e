import { EconError } from '../base/index.js';
import { binary, type JsonBit, type JsonCell, type JsonModule, type Netlist, sourceOf } from './netlist.js';

/** Bits of the flat design: 0 and 1 are the constants (x and z count as 0), nets start at 2. */
export type Bits = Int32Array;

export interface FlatCell {
  readonly type: string;
  readonly json: JsonCell;
  readonly scope: Scope;
  readonly name: string;
  readonly ports: Readonly<Record<string, Bits>>;
}

/** One instance in the hierarchy. */
export interface Scope {
  readonly name: string;
  /** Path from the top, '' for the top itself; parts joined by dots. */
  readonly path: string;
  readonly depth: number;
  readonly module: JsonModule;
  readonly children: ReadonlyMap<string, Scope>;
  /** Net number of this module -> bit of the flat design. */
  readonly nets: ReadonlyMap<number, number>;
}

export interface FlatDesign {
  readonly top: Scope;
  readonly cells: readonly FlatCell[];
  /** Number of bits, the two constants included. */
  readonly bitCount: number;
  /** Bit that stands for a net and everything it is connected with. */
  resolve(bit: number): number;
  /** The bits of a net list of one instance, resolved. */
  bits(scope: Scope, bits: readonly JsonBit[]): Bits;
}

/** Cells that only talk to a simulator's console or to formal tools. */
const SILENT = new Set(['$scopeinfo', '$print', '$check', '$assert', '$assume', '$cover', '$live', '$fair']);

/**
 * Takes the hierarchy apart: every instance gets its own nets, ports join the nets on both sides, the cells of
 * all instances lie in one list. Names stay with the instances (`Scope`).
 */
export function flatten(netlist: Netlist, topName: string): FlatDesign {
  const parent: number[] = [0, 1];
  const find = (bit: number): number => {
    let root = bit;
    while (parent[root] !== root) root = parent[root];
    while (parent[bit] !== root) {
      const next = parent[bit];
      parent[bit] = root;
      bit = next;
    }
    return root;
  };
  const join = (a: number, b: number, where: string) => {
    const x = find(a);
    const y = find(b);
    if (x === y) return;
    if (x < 2 && y < 2) {
      throw new EconError({
        code: 'simulation/short-circuit',
        where,
        what: 'this net is connected to constant 0 and to constant 1.',
        remedy: 'Remove one of the drivers.',
      });
    }
    // Constants have the smallest numbers and stay roots.
    if (x < y) parent[y] = x;
    else parent[x] = y;
  };
  const raw: { cell: JsonCell; scope: Scope; name: string }[] = [];

  const instantiate = (
    moduleName: string,
    name: string,
    path: string,
    depth: number,
    chain: string[],
  ): Scope => {
    const module = netlist.modules[moduleName];
    if (chain.includes(moduleName)) {
      throw new EconError({
        code: 'simulation/recursive-module',
        where: path || moduleName,
        what: `module ${moduleName} contains itself.`,
        remedy: 'Break the recursion.',
      });
    }
    const nets = new Map<number, number>();
    const children = new Map<string, Scope>();
    const scope: Scope = { name, path, depth, module, children, nets };
    const bit = (b: JsonBit): number => {
      if (typeof b !== 'number') return b === '1' ? 1 : 0;
      let n = nets.get(b);
      if (n === undefined) {
        n = parent.length;
        parent.push(n);
        nets.set(b, n);
      }
      return n;
    };
    for (const [cellName, cell] of Object.entries(module.cells)) {
      const inner = netlist.modules[cell.type];
      if (inner === undefined || cell.type.startsWith('$_') || binary(inner.attributes.blackbox) === 1) {
        if (!SILENT.has(cell.type)) raw.push({ cell, scope, name: cellName });
        continue;
      }
      const childPath = path === '' ? cellName : `${path}.${cellName}`;
      const child = instantiate(cell.type, cellName, childPath, depth + 1, [...chain, moduleName]);
      children.set(cellName, child);
      for (const [port, { bits }] of Object.entries(inner.ports)) {
        const outside = cell.connections[port];
        if (outside === undefined) continue;
        for (let i = 0; i < Math.min(bits.length, outside.length); i++) {
          const b = bits[i];
          const inside = typeof b !== 'number' ? (b === '1' ? 1 : 0) : ensure(child, b);
          // An input of the module may hang on a constant; an unused output may be connected to x.
          if (typeof outside[i] === 'number' || inner.ports[port].direction !== 'output') {
            join(bit(outside[i]), inside, `${childPath}.${port}`);
          }
        }
      }
    }
    return scope;
  };
  const ensure = (scope: Scope, net: number): number => {
    const nets = scope.nets as Map<number, number>;
    let n = nets.get(net);
    if (n === undefined) {
      n = parent.length;
      parent.push(n);
      nets.set(net, n);
    }
    return n;
  };
  const toBits = (scope: Scope, bits: readonly JsonBit[]): Bits => {
    const out = new Int32Array(bits.length);
    for (let i = 0; i < bits.length; i++) {
      const b = bits[i];
      out[i] = typeof b === 'number' ? find(ensure(scope, b)) : b === '1' ? 1 : 0;
    }
    return out;
  };

  const top = instantiate(topName, topName, '', 0, []);
  for (const { bits } of Object.values(top.module.ports)) toBits(top, bits);
  const cells = raw.map(({ cell, scope, name }) => ({
    type: cell.type,
    json: cell,
    scope,
    name,
    ports: Object.fromEntries(
      Object.entries(cell.connections).map(([port, bits]) => [port, toBits(scope, bits)]),
    ),
  }));
  return {
    top,
    cells,
    get bitCount() {
      return parent.length;
    },
    resolve: find,
    bits: toBits,
  };
}

/** `file.v:12 (u_encoder.u_conv)`: where a cell stands in the text and in the hierarchy. */
export function cellPlace(cell: FlatCell): string {
  const source = sourceOf(cell.json.attributes);
  const path = cell.scope.path === '' ? cell.scope.name : cell.scope.path;
  return source === '' ? `${path}.${cell.name}` : `${source} (${path})`;
}
