import { EconError, editDistance } from '../../base/index.js';
import { type Bits, type DesignNets, inScope, scopesOf } from '../read/hierarchy.js';
import { type JsonBit, sourceOf } from '../read/netlist.js';
import type { Scope } from '../read/paths.js';

/**
 * Bits of a signal by hierarchical name, e.g. `u_encoder.latents_q` or `gen_row[0].u_mac.acc_q`. Instance names may
 * hold dots themselves (generate blocks), so every split of the name is tried.
 * @throws EconError `simulation/no-signal` with names that are there
 */
export function findSignal(design: DesignNets, name: string): Bits {
  let best: { scope: Scope; rest: string } = { scope: design.top, rest: name };
  const search = (scope: Scope, rest: string): Bits | undefined => {
    const net = scope.module.netnames[rest];
    if (net !== undefined) return design.bits(scope, net.bits);
    const bit = chosenBit(scope, rest);
    if (bit !== undefined) return design.bits(scope, [bit]);
    if (scope.depth > best.scope.depth) best = { scope, rest };
    for (const [child, inner] of scope.children) {
      if (!rest.startsWith(`${child}.`)) continue;
      const found = search(inner, rest.slice(child.length + 1));
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const found = search(design.top, name);
  if (found !== undefined) return found;
  const { scope, rest } = best;
  const nets = Object.entries(scope.module.netnames).filter(([, n]) => n.hide_name === 0);
  const near = [...nets.map(([n]) => n), ...[...scope.children.keys()].map((n) => `${n}.`)].sort(
    (a, b) => editDistance(a, rest) - editDistance(b, rest),
  );
  throw new EconError({
    code: 'simulation/no-signal',
    where: name,
    what: `${scope.path === '' ? scope.name : scope.path} has no signal ${rest}.`,
    remedy: `Near names there: ${near.slice(0, 6).join(', ')}.`,
  });
}

/** The bit that `name[7]` chooses of a net, as the Verilog counts. */
function chosenBit({ module }: Scope, name: string): JsonBit | undefined {
  const [, base, index] = /^(.*)\[(-?\d+)\]$/.exec(name) ?? [];
  const net = base === undefined ? undefined : module.netnames[base];
  if (net === undefined) return undefined;
  const at = Number(index) - (net.offset ?? 0);
  return net.bits[net.upto === 1 ? net.bits.length - 1 - at : at];
}

/** Name and line of a net of which a bit is part, nearest to the top, leaving out some names of the top module. */
export function netOf(
  design: DesignNets,
  bit: number,
  except: readonly (string | undefined)[] = [],
): { readonly name: string; readonly source: string } | undefined {
  for (const scope of scopesOf(design)) {
    for (const [name, net] of Object.entries(scope.module.netnames)) {
      if (net.hide_name === 1 || (scope.path === '' && except.includes(name))) continue;
      if (design.bits(scope, net.bits).includes(bit))
        return { name: inScope(scope, name), source: sourceOf(net.attributes) };
    }
  }
  return undefined;
}

/** Initial values of nets (attribute `init`): calls back with a resolved bit and its value. */
export function initialValues(design: DesignNets, visit: (bit: number, value: number) => void): void {
  for (const scope of scopesOf(design)) {
    for (const net of Object.values(scope.module.netnames)) {
      const init = net.attributes.init;
      if (typeof init !== 'string') continue;
      const bits = design.bits(scope, net.bits);
      for (let i = 0; i < Math.min(bits.length, init.length); i++) {
        const c = init[init.length - 1 - i];
        if (c === '0' || c === '1') visit(bits[i], c === '1' ? 1 : 0);
      }
    }
  }
}
