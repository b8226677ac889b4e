import { EconError } from '../../base/index.js';
import { binary, type JsonBit, type JsonCell, type JsonModule, type Netlist, sourceOf } from './netlist.js';
import { Nets } from './nets.js';
import { PATH, resolvePath, type Scope } from './paths.js';

export type { Scope } from './paths.js';

/** Bits of the flat design: 0 and 1 are the constants (x and z count as 0), nets start at 2. */
export type Bits = Int32Array;

export interface FlatCell {
  readonly type: string;
  readonly json: JsonCell;
  readonly scope: Scope;
  readonly name: string;
  readonly ports: Readonly<Record<string, Bits>>;
}

/** A module with its nets numbered from 2 (0 and 1 are the constants); an instance adds an offset. */
interface Numbered {
  readonly module: JsonModule;
  readonly netCount: number;
  readonly local: ReadonlyMap<number, number>;
  readonly cells: readonly { name: string; json: JsonCell; ports: Record<string, Int32Array> }[];
  readonly instances: readonly { name: string; json: JsonCell; ports: Record<string, Int32Array> }[];
  readonly ports: Readonly<Record<string, Int32Array>>;
}

interface Instance extends Scope {
  readonly offset: number;
  readonly numbered: Numbered;
}

export interface FlatDesign {
  readonly top: Scope;
  readonly cells: readonly FlatCell[];
  /** Names that hold dots of their own. */
  readonly escaped: readonly string[];
  /** Outputs of instances that are connected to a constant: a second driver. */
  readonly ignored: readonly { readonly path: string; readonly source: string }[];
  /** Number of bits, the two constants included. */
  readonly bitCount: number;
  /** Bit that stands for a net and everything it is connected with. */
  resolve(bit: number): number;
  /** The bits of a net list of one instance, resolved. */
  bits(scope: Scope, bits: readonly JsonBit[]): Bits;
}

/** Cells that only talk to a simulator's console or to formal tools. */
const SILENT = new Set(['$scopeinfo', '$print', '$check', '$assert', '$assume', '$cover', '$live', '$fair']);

/** Bits of a signal. Standards ask for 65,536 at least; more than this takes seconds for each signal. */
const WIDEST = 1 << 18;

/**
 * Takes the hierarchy apart: every instance gets its own nets, ports join the nets on both sides, the cells of
 * all instances lie in one list. Names stay with the instances (`Scope`).
 */
export function flatten(netlist: Netlist, topName: string): FlatDesign {
  const modules = new Map<string, Numbered>();
  const instances: Instance[] = [];
  let bitCount = 2;
  const instantiate = (
    moduleName: string,
    name: string,
    path: string,
    chain: string[],
    parent?: Instance,
    attributes: JsonCell['attributes'] = {},
  ): Instance => {
    if (chain.includes(moduleName)) {
      throw new EconError({
        code: 'simulation/recursive-module',
        where: path || moduleName,
        what: `module ${moduleName} contains itself.`,
        remedy: 'Break the recursion.',
      });
    }
    let numbered = modules.get(moduleName);
    if (numbered === undefined) {
      numbered = numberNets(netlist, moduleName);
      modules.set(moduleName, numbered);
    }
    const children = new Map<string, Instance>();
    const scope: Instance = {
      name,
      path,
      depth: parent === undefined ? 0 : parent.depth + 1,
      type: moduleName,
      module: numbered.module,
      attributes,
      parent,
      children,
      offset: bitCount - 2,
      numbered,
    };
    bitCount += numbered.netCount;
    instances.push(scope);
    const inside = [...chain, moduleName];
    for (const { name: child, json } of numbered.instances) {
      const childPath = path === '' ? child : `${path}.${child}`;
      children.set(child, instantiate(json.type, child, childPath, inside, scope, json.attributes));
    }
    return scope;
  };
  const top = instantiate(topName, topName, '', []);

  const nets = new Nets(bitCount);
  const flat = (scope: Instance, local: number) => (local < 2 ? local : local + scope.offset);
  const ignored = joinPorts(instances, nets, flat);
  joinPaths(instances, nets, flat);
  const resolved = (scope: Instance, local: Int32Array): Bits => {
    const out = new Int32Array(local.length);
    for (let i = 0; i < local.length; i++) out[i] = nets.find(flat(scope, local[i]));
    return out;
  };
  // One array for the ports of all cells: a hundred thousand small ones would cost more than all the rest.
  const roots = nets.roots();
  const pool = new Int32Array(
    instances.reduce(
      (n, { numbered }) => n + numbered.cells.reduce((m, { ports }) => m + bitsOf(ports), 0),
      0,
    ),
  );
  let used = 0;
  const cells: FlatCell[] = [];
  for (const scope of instances) {
    for (const { name, json, ports } of scope.numbered.cells) {
      const own: Record<string, Bits> = {};
      for (const port in ports) {
        const local = ports[port];
        const begin = used;
        for (let i = 0; i < local.length; i++) pool[used++] = roots[flat(scope, local[i])];
        own[port] = pool.subarray(begin, used);
      }
      cells.push({ type: json.type, json, scope, name, ports: own });
    }
  }
  return {
    top,
    cells,
    escaped: (netlist.escaped ?? []).filter((name) => name.includes('.')),
    ignored,
    bitCount,
    resolve: (bit) => nets.find(bit),
    bits: (scope, bits) => {
      const { numbered } = scope as Instance;
      return resolved(
        scope as Instance,
        Int32Array.from(bits, (b) =>
          typeof b === 'number' ? (numbered.local.get(b) as number) : constant(b),
        ),
      );
    },
  };
}

/** Joins the nets on both sides of every port. @returns ports that the module drives and that hang on a constant outside */
function joinPorts(
  instances: readonly Instance[],
  nets: Nets,
  flat: (scope: Instance, local: number) => number,
): FlatDesign['ignored'] {
  const ignored: { path: string; source: string }[] = [];
  for (const scope of instances) {
    for (const { name, json, ports } of scope.numbered.instances) {
      const child = scope.children.get(name) as Instance;
      for (const [port, inner] of Object.entries(child.numbered.ports)) {
        const outside = ports[port];
        if (outside === undefined) continue;
        const output = child.module.ports[port].direction === 'output';
        for (let i = 0; i < Math.min(inner.length, outside.length); i++) {
          // An input of the module may hang on a constant; an unused output may be connected to x.
          if (output && typeof json.connections[port][i] !== 'number') {
            if (json.connections[port][i] !== 'x' && ignored.at(-1)?.path !== `${child.path}.${port}`)
              ignored.push({ path: `${child.path}.${port}`, source: sourceOf(json.attributes) });
            continue;
          }
          nets.join(flat(scope, outside[i]), flat(child, inner[i]), () => `${child.path}.${port}`);
        }
      }
    }
  }
  return ignored;
}

/** Joins nets that stand for others elsewhere in the hierarchy with those. */
function joinPaths(
  instances: readonly Instance[],
  nets: Nets,
  flat: (scope: Instance, local: number) => number,
): void {
  const bitsOf = (scope: Instance, name: string) =>
    scope.module.netnames[name].bits.map((b) =>
      flat(scope, typeof b === 'number' ? (scope.numbered.local.get(b) as number) : constant(b)),
    );
  for (const scope of instances) {
    for (const [name, net] of Object.entries(scope.module.netnames)) {
      if (net.attributes[PATH] === undefined) continue;
      const target = resolvePath(scope, name);
      if (target === undefined || target.memory !== undefined) continue;
      const there = bitsOf(target.scope as Instance, target.name);
      bitsOf(scope, name).forEach((bit, i) => {
        if (i < there.length) nets.join(bit, there[i], () => `${scope.path}.${name}`);
      });
    }
  }
}

function constant(bit: JsonBit): number {
  return bit === '1' ? 1 : 0;
}

function bitsOf(ports: Readonly<Record<string, Int32Array>>): number {
  let bits = 0;
  for (const port in ports) bits += ports[port].length;
  return bits;
}

/** Every net that ports, cells or names of a module mention gets a number. */
function numberNets(netlist: Netlist, name: string): Numbered {
  const module = netlist.modules[name];
  const wide = Object.entries(module.netnames).find(([, { bits }]) => bits.length > WIDEST);
  if (wide) throw tooWide(name, ...wide);
  const local = new Map<number, number>();
  const number = (bit: JsonBit): number => {
    if (typeof bit !== 'number') return constant(bit);
    let n = local.get(bit);
    if (n === undefined) {
      n = local.size + 2;
      local.set(bit, n);
    }
    return n;
  };
  const numbers = (lists: Readonly<Record<string, readonly JsonBit[]>>) =>
    Object.fromEntries(Object.entries(lists).map(([port, bits]) => [port, Int32Array.from(bits, number)]));
  const ports = numbers(
    Object.fromEntries(Object.entries(module.ports).map(([port, { bits }]) => [port, bits])),
  );
  const cells: Numbered['cells'][number][] = [];
  const instances: Numbered['instances'][number][] = [];
  for (const [cellName, json] of Object.entries(module.cells)) {
    const inner = netlist.modules[json.type];
    const own = { name: cellName, json, ports: numbers(json.connections) };
    const isCell =
      inner === undefined || json.type.startsWith('$_') || binary(inner.attributes.blackbox) === 1;
    if (!isCell) instances.push(own);
    else if (!SILENT.has(json.type)) cells.push(own);
  }
  for (const { bits } of Object.values(module.netnames)) bits.forEach(number);
  return { module, netCount: local.size, local, cells, instances, ports };
}

function tooWide(
  module: string,
  name: string,
  { bits, attributes }: JsonModule['netnames'][string],
): EconError {
  const source = sourceOf(attributes);
  return new EconError({
    code: 'simulation/too-wide',
    where: source === '' ? module : source,
    what: `${name} has ${bits.length} bits; at most ${WIDEST} are simulated.`,
    remedy: 'Check its range; large stores are memories: reg [7:0] store [0:N-1].',
  });
}

/** `file.v:12 (u_encoder.u_conv)`: where a cell stands in the text and in the hierarchy. */
export function cellPlace(cell: FlatCell): string {
  const source = sourceOf(cell.json.attributes);
  const path = cell.scope.path === '' ? cell.scope.name : cell.scope.path;
  return source === '' ? `${path}.${cell.name}` : `${source} (${path})`;
}
