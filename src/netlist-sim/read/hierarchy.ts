import { EconError } from '../../base/index.js';
import { binary, type JsonBit, type JsonCell, type JsonModule, type Netlist, sourceOf } from './netlist.js';
import { Nets } from './nets.js';
import { PATH, resolvePath, type Scope } from './paths.js';

/** Bits of the flat design: 0 and 1 are the constants (x and z count as 0), nets start at 2. */
export type Bits = Int32Array;

/** Bits of a signal. Standards ask for 65,536 at least; more than this takes seconds for each signal. */
const WIDEST = 1 << 18;

/** A module with its nets numbered from 2 (0 and 1 are the constants); an instance adds an offset. */
interface Numbered<C> {
  readonly module: JsonModule;
  readonly netCount: number;
  readonly local: ReadonlyMap<number, number>;
  readonly instances: readonly { name: string; json: JsonCell; ports: Record<string, Bits> }[];
  readonly ports: Readonly<Record<string, Bits>>;
  readonly cells: C;
}

/** An instance of a module; `cells` is what the reader of cells made of those of its module. */
export interface Instance<C> extends Scope {
  readonly offset: number;
  readonly numbered: Numbered<C>;
  readonly cells: C;
}

/** The names and nets of a design whose hierarchy is taken apart. */
export interface DesignNets {
  readonly top: Scope;
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

export interface Hierarchy<C> extends DesignNets {
  /** The top first, each before what it holds. */
  readonly instances: readonly Instance<C>[];
  /** Bit of the design that a bit of an instance's module is, resolved. */
  flat(scope: Instance<C>, local: number): number;
}

/**
 * Reads the cells of a module, all that are no instances of another one. It is called once for each module.
 * @param number gives a bit its number in the module
 */
export type CellReader<C> = (
  cells: readonly (readonly [name: string, json: JsonCell])[],
  number: (bit: JsonBit) => number,
  moduleName: string,
) => C;

/** Takes the hierarchy apart: every instance gets its own nets, ports join the nets on both sides. */
export function takeApart<C>(netlist: Netlist, topName: string, readCells: CellReader<C>): Hierarchy<C> {
  const modules = new Map<string, Numbered<C>>();
  const instances: Instance<C>[] = [];
  let bitCount = 2;
  const instantiate = (
    moduleName: string,
    name: string,
    path: string,
    chain: readonly string[],
    parent?: Instance<C>,
    attributes: JsonCell['attributes'] = {},
  ): Instance<C> => {
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
      numbered = numberNets(netlist, moduleName, readCells);
      modules.set(moduleName, numbered);
    }
    const children = new Map<string, Instance<C>>();
    const scope: Instance<C> = {
      name,
      path,
      depth: chain.length,
      type: moduleName,
      module: numbered.module,
      attributes,
      parent,
      children,
      offset: bitCount - 2,
      numbered,
      cells: numbered.cells,
    };
    bitCount += numbered.netCount;
    instances.push(scope);
    const inside = [...chain, moduleName];
    for (const { name: child, json } of numbered.instances)
      children.set(
        child,
        instantiate(json.type, child, inScope(scope, child), inside, scope, json.attributes),
      );
    return scope;
  };
  const top = instantiate(topName, topName, '', []);

  const nets = new Nets(bitCount);
  const ignored = joinPorts(instances, nets);
  joinPaths(instances, nets);
  const roots = nets.roots();
  const flat = (scope: Instance<C>, local: number) => roots[inDesign(scope, local)];
  return {
    top,
    escaped: (netlist.escaped ?? []).filter((name) => name.includes('.')),
    ignored,
    bitCount,
    instances,
    flat,
    resolve: (bit) => roots[bit],
    bits: (scope, bits) => {
      const instance = scope as Instance<C>;
      return Int32Array.from(bits, (b) => flat(instance, localBit(instance, b)));
    },
  };
}

/** Full name of what an instance calls `name`. */
export function inScope({ path }: Scope, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** All instances, those nearest to the top first. */
export function* scopesOf({ top }: DesignNets): Generator<Scope> {
  const scopes = [top];
  for (const scope of scopes) {
    yield scope;
    scopes.push(...scope.children.values());
  }
}

function inDesign({ offset }: Instance<unknown>, local: number): number {
  return local < 2 ? local : local + offset;
}

/** What nothing in the module touches reads as 0. */
function localBit({ numbered }: Instance<unknown>, bit: JsonBit): number {
  return typeof bit === 'number' ? (numbered.local.get(bit) ?? 0) : constant(bit);
}

/** Joins the nets on both sides of every port. @returns ports that the module drives and that hang on a constant outside */
function joinPorts(instances: readonly Instance<unknown>[], nets: Nets): DesignNets['ignored'] {
  const ignored: { path: string; source: string }[] = [];
  for (const scope of instances) {
    for (const { name, json, ports } of scope.numbered.instances) {
      const child = scope.children.get(name) as Instance<unknown>;
      for (const [port, inner] of Object.entries(child.numbered.ports)) {
        const outside = ports[port];
        if (outside === undefined) continue;
        const output = child.module.ports[port].direction === 'output';
        for (let i = 0; i < Math.min(inner.length, outside.length); i++) {
          // An input of the module may hang on a constant; an unused output may be connected to x.
          if (output && typeof json.connections[port][i] !== 'number') {
            if (json.connections[port][i] !== 'x' && ignored.at(-1)?.path !== inScope(child, port))
              ignored.push({ path: inScope(child, port), source: sourceOf(json.attributes) });
            continue;
          }
          nets.join(inDesign(scope, outside[i]), inDesign(child, inner[i]), () => inScope(child, port));
        }
      }
    }
  }
  return ignored;
}

/** Joins nets that stand for others elsewhere in the hierarchy with those. */
function joinPaths(instances: readonly Instance<unknown>[], nets: Nets): void {
  const bitsOf = (scope: Instance<unknown>, name: string) =>
    scope.module.netnames[name].bits.map((b) => inDesign(scope, localBit(scope, b)));
  for (const scope of instances) {
    for (const [name, net] of Object.entries(scope.module.netnames)) {
      if (net.attributes[PATH] === undefined) continue;
      const target = resolvePath(scope, name);
      if (target === undefined || target.memory !== undefined) continue;
      const there = bitsOf(target.scope as Instance<unknown>, target.name);
      bitsOf(scope, name).forEach((bit, i) => {
        if (i < there.length) nets.join(bit, there[i], () => inScope(scope, name));
      });
    }
  }
}

function constant(bit: JsonBit): number {
  return bit === '1' ? 1 : 0;
}

/** Every net that ports, cells or names of a module mention gets a number. */
function numberNets<C>(netlist: Netlist, name: string, readCells: CellReader<C>): Numbered<C> {
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
  const ports = numbered(
    Object.fromEntries(Object.entries(module.ports).map(([port, { bits }]) => [port, bits])),
    number,
  );
  const cells: [string, JsonCell][] = [];
  const instances: Numbered<C>['instances'][number][] = [];
  for (const [cell, json] of Object.entries(module.cells)) {
    const inner = netlist.modules[json.type];
    if (inner === undefined || json.type.startsWith('$_') || binary(inner.attributes.blackbox) === 1)
      cells.push([cell, json]);
    else instances.push({ name: cell, json, ports: numbered(json.connections, number) });
  }
  const read = readCells(cells, number, name);
  for (const { bits } of Object.values(module.netnames)) bits.forEach(number);
  return { module, netCount: local.size, local, instances, ports, cells: read };
}

/** Ports with the numbers of their bits. */
export function numbered(
  ports: Readonly<Record<string, readonly JsonBit[]>>,
  number: (bit: JsonBit) => number,
): Record<string, Bits> {
  return Object.fromEntries(
    Object.entries(ports).map(([port, bits]) => [port, Int32Array.from(bits, number)]),
  );
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
