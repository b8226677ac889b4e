import { EconError } from '../../base/index.js';
import type { FlatDesign, Scope } from '../read/flatten.js';
import { binary, type JsonBit, type JsonModule, type Netlist } from '../read/netlist.js';
import { Nets } from '../read/nets.js';
import { unsupportedCell } from './cells.js';

/** Pins of simple cells by place; the input AD of a register stands in the place of A. */
export const PINS = ['A', 'B', 'C', 'D', 'E', 'R', 'S', 'L'] as const;
const PLACE: Readonly<Record<string, number>> = {
  ...Object.fromEntries(PINS.map((pin, i) => [pin, i])),
  AD: 0,
  Y: PINS.length,
  Q: PINS.length,
};
export const OUTPUT = PINS.length;
/** Numbers per cell in `pins`. */
export const STRIDE = PINS.length + 1;

/** A netlist of simple gates, flat, in typed arrays: a million gates are a matter of course. */
export interface GateDesign extends FlatDesign {
  readonly types: readonly string[];
  /** Cell -> index into `types`. */
  readonly typeOf: Uint16Array;
  /** STRIDE bits per cell, resolved; 0 where the cell has no such pin. */
  readonly pins: Int32Array;
  readonly count: number;
  /** Cell -> instance that it belongs to. */
  readonly scopeOf: (cell: number) => Scope;
}

/** A module with its nets numbered from 2; instances only add an offset. */
interface Compact {
  readonly module: JsonModule;
  readonly netCount: number;
  readonly local: ReadonlyMap<number, number>;
  readonly typeOf: Uint16Array;
  readonly pins: Int32Array;
  readonly instances: readonly { name: string; of: string; connections: Record<string, Int32Array> }[];
}

interface Instance extends Scope {
  readonly base: number;
  readonly compact: Compact;
}

/**
 * Takes a netlist of simple cells (`$_AND_`, `$_DFF_P_`, ...), as Yosys leaves after `synth`, apart. Each module is
 * read once, however often it is used.
 * @throws EconError `simulation/unsupported-cell` for cells of words: such a netlist is for `Simulator`
 */
export function flattenGates(netlist: Netlist, topName: string): GateDesign {
  const types: string[] = [];
  const typeIndex = new Map<string, number>();
  const compacts = new Map<string, Compact>();
  const compactOf = (name: string): Compact => {
    let compact = compacts.get(name);
    if (compact === undefined) {
      compact = compactModule(netlist, name, types, typeIndex);
      compacts.set(name, compact);
    }
    return compact;
  };

  // First the instances, which tells how many bits and cells there are.
  const instances: Instance[] = [];
  let bitCount = 2;
  let count = 0;
  const ends: number[] = [];
  const instantiate = (of: string, name: string, path: string, chain: readonly string[]): Instance => {
    if (chain.includes(of)) {
      throw new EconError({
        code: 'simulation/recursive-module',
        where: path || of,
        what: `module ${of} contains itself.`,
        remedy: 'Break the recursion.',
      });
    }
    const compact = compactOf(of);
    const children = new Map<string, Instance>();
    const scope: Instance = {
      name,
      path,
      depth: chain.length,
      type: of,
      attributes: {},
      module: compact.module,
      children,
      base: bitCount - 2,
      compact,
    };
    bitCount += compact.netCount;
    count += compact.typeOf.length;
    instances.push(scope);
    ends.push(count);
    for (const inner of compact.instances) {
      const childPath = path === '' ? inner.name : `${path}.${inner.name}`;
      children.set(inner.name, instantiate(inner.of, inner.name, childPath, [...chain, of]));
    }
    return scope;
  };
  const top = instantiate(topName, topName, '', []);

  const nets = new Nets(bitCount);
  const flat = (scope: Instance, local: number) => (local < 2 ? local : scope.base + local);
  for (const scope of instances) {
    for (const inner of scope.compact.instances) {
      const child = scope.children.get(inner.name) as Instance;
      for (const [port, { bits }] of Object.entries(child.module.ports)) {
        const outside = inner.connections[port];
        if (outside === undefined) continue;
        for (let i = 0; i < Math.min(bits.length, outside.length); i++) {
          nets.merge(flat(scope, outside[i]), flat(child, localBit(child.compact.local, bits[i])));
        }
      }
    }
  }

  const typeOf = new Uint16Array(count);
  const pins = new Int32Array(count * STRIDE);
  let at = 0;
  for (const scope of instances) {
    const { compact } = scope;
    typeOf.set(compact.typeOf, at);
    for (let i = 0; i < compact.pins.length; i++) {
      pins[at * STRIDE + i] = nets.find(flat(scope, compact.pins[i]));
    }
    at += compact.typeOf.length;
  }
  return {
    top,
    cells: [],
    escaped: (netlist.escaped ?? []).filter((name) => name.includes('.')),
    ignored: [],
    bitCount,
    resolve: (bit) => nets.find(bit),
    bits: (scope, bits) => {
      const { local } = (scope as Instance).compact;
      return Int32Array.from(bits, (b) => nets.find(flat(scope as Instance, localBit(local, b))));
    },
    types,
    typeOf,
    pins,
    count,
    scopeOf: (cell) => instances[ends.findIndex((end) => cell < end)],
  };
}

/** What nothing in the module touches reads as 0. */
function localBit(local: ReadonlyMap<number, number>, bit: JsonBit): number {
  return typeof bit === 'number' ? (local.get(bit) ?? 0) : bit === '1' ? 1 : 0;
}

function compactModule(
  netlist: Netlist,
  name: string,
  types: string[],
  typeIndex: Map<string, number>,
): Compact {
  const module = netlist.modules[name];
  const local = new Map<number, number>();
  const number = (bit: JsonBit): number => {
    if (typeof bit !== 'number') return bit === '1' ? 1 : 0;
    let n = local.get(bit);
    if (n === undefined) {
      n = local.size + 2;
      local.set(bit, n);
    }
    return n;
  };
  for (const { bits } of Object.values(module.ports)) bits.forEach(number);
  const kinds: number[] = [];
  const pins: number[] = [];
  const instances: Compact['instances'][number][] = [];
  for (const [cellName, cell] of Object.entries(module.cells)) {
    const inner = netlist.modules[cell.type];
    if (cell.type.startsWith('$_')) {
      let type = typeIndex.get(cell.type);
      if (type === undefined) {
        type = types.length;
        types.push(cell.type);
        typeIndex.set(cell.type, type);
      }
      kinds.push(type);
      const base = pins.length;
      for (let i = 0; i < STRIDE; i++) pins.push(0);
      for (const [port, bits] of Object.entries(cell.connections)) {
        if (PLACE[port] === undefined || bits.length !== 1) throw unsupportedAt(module, name, cellName);
        pins[base + PLACE[port]] = number(bits[0]);
      }
    } else if (inner !== undefined && binary(inner.attributes.blackbox) !== 1) {
      const connections = Object.fromEntries(
        Object.entries(cell.connections).map(([port, bits]) => [port, Int32Array.from(bits, number)]),
      );
      instances.push({ name: cellName, of: cell.type, connections });
    } else if (cell.type !== '$scopeinfo') throw unsupportedAt(module, name, cellName);
  }
  return {
    module,
    netCount: local.size,
    local,
    typeOf: Uint16Array.from(kinds),
    pins: Int32Array.from(pins),
    instances,
  };
}

function unsupportedAt(module: JsonModule, moduleName: string, cellName: string): EconError {
  const json = module.cells[cellName];
  const scope = {
    name: moduleName,
    path: '',
    depth: 0,
    type: moduleName,
    attributes: {},
    module,
    children: new Map(),
  };
  return unsupportedCell({ type: json.type, json, scope, name: cellName, ports: {} });
}
