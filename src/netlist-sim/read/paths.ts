import type { JsonCell, JsonModule } from './netlist.js';

/** One instance in the hierarchy. */
export interface Scope {
  readonly name: string;
  /** Path from the top, '' for the top itself; parts joined by dots. */
  readonly path: string;
  readonly depth: number;
  /** Name of its module in the netlist. */
  readonly type: string;
  readonly module: JsonModule;
  /** Attributes of the instance. */
  readonly attributes: JsonCell['attributes'];
  readonly parent?: Scope;
  readonly children: ReadonlyMap<string, Scope>;
}

/** Attribute of a net or memory that stands for one elsewhere in the hierarchy; its name is the path. */
export const PATH = 'econ_path';
/** Attribute of an instance: prefix of the name of an interface port, valued with what is connected to it. */
export const BIND = 'econ_bind_';

export interface Target {
  readonly scope: Scope;
  readonly name: string;
  /** Absent: it is a net. */
  readonly memory?: NonNullable<JsonModule['memories']>[string];
}

/**
 * What a hierarchical name means in an instance (IEEE 1364-2005, 12.4 to 12.6): a path down from it, or from an instance
 * around it, which its own name or that of its module may begin; an interface port stands for what is connected to it.
 */
export function resolvePath(scope: Scope, path: string): Target | undefined {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    const found = below(at, path);
    if (found !== undefined) return found;
    for (const own of [at.name, moduleName(at)]) {
      const inside = path.startsWith(`${own}.`) ? below(at, path.slice(own.length + 1)) : undefined;
      if (inside !== undefined) return inside;
    }
  }
  return undefined;
}

function below(scope: Scope, path: string): Target | undefined {
  const net = scope.module.netnames[path];
  if (net !== undefined && net.attributes[PATH] === undefined && net.hide_name === 0)
    return { scope, name: path };
  const memory = scope.module.memories?.[path];
  if (memory !== undefined && memory.attributes?.[PATH] === undefined) return { scope, name: path, memory };
  for (const [child, inner] of scope.children) {
    const found = path.startsWith(`${child}.`) ? below(inner, path.slice(child.length + 1)) : undefined;
    if (found !== undefined) return found;
  }
  const dot = path.indexOf('.');
  const bound = dot < 0 ? undefined : scope.attributes[`${BIND}${path.slice(0, dot)}`];
  if (typeof bound !== 'string' || scope.parent === undefined) return undefined;
  // Yosys puts a space behind a text of 0, 1, x and z alone.
  return resolvePath(scope.parent, `${bound.trim()}${path.slice(dot)}`);
}

/** Name of the module of an instance in the text. */
export function moduleName({ type, module }: Scope): string {
  const name = module.attributes.hdlname;
  return (typeof name === 'string' ? name : type.replace(/^\$paramod[^\\]*\\([^\\]+).*$/s, '$1')).replace(
    /^\\/,
    '',
  );
}
