import { type BuiltModule, readsOfBody } from './built.js';
import { hdlError } from './errors.js';
import { readsOf, type Signal } from './expression.js';

/**
 * Is every input driven, every bit read or called unused, every name there once?
 * @throws EconError hdl/undriven, hdl/unused, hdl/name-twice
 */
export function checkModule({ component, signals, items, outputs }: BuiltModule): void {
  const at = (end: string): string => `${component.module}: ${end}`;
  for (const item of items) {
    if (item.kind !== 'instance') continue;
    const { name, component: placed, inputs } = item.placed;
    for (const port of placed.ports) {
      if (port.direction === 'input' && !inputs.has(port.name))
        throw hdlError('hdl/undriven', at(`${name}.${port.name}`), 'nothing drives it.');
    }
  }
  const read = new Map<Signal, [from: number, to: number][]>();
  for (const { signal, lsb, width } of [
    ...readsOfBody(items),
    ...outputs.flatMap(([, value]) => readsOf(value)),
  ]) {
    const ranges = read.get(signal);
    if (ranges) ranges.push([lsb, lsb + width]);
    else read.set(signal, [[lsb, lsb + width]]);
  }
  for (const signal of signals) {
    if (signal.name!.startsWith('unused_')) continue;
    const gap = firstGap(read.get(signal) ?? [], signal.width);
    if (gap === undefined) continue;
    const bit = signal.width > 1 ? ` bit ${gap}` : '';
    throw hdlError(
      'hdl/unused',
      at(signal.name!),
      `nothing reads${bit || ' it'}, which ${driver(signal)} drives.`,
    );
  }
  checkNames(component.module, [
    ...signals.map((s): [string, string] => [s.name!, driver(s)]),
    ...items.flatMap((i): [string, string][] =>
      i.kind === 'instance' ? [[i.placed.name, i.placed.component.module]] : [],
    ),
    ...outputs
      .filter(([port, value]) => !(value.kind === 'bits' && value.signal.name === port))
      .map(([port]): [string, string] => [port, 'an output']),
  ]);
}

function driver({ from, name }: Signal): string {
  return from === name ? 'an assignment' : from;
}

/** The lowest bit that no range covers. */
function firstGap(ranges: [from: number, to: number][], width: number): number | undefined {
  let covered = 0;
  for (const [from, to] of ranges.sort((a, b) => a[0] - b[0])) {
    if (from > covered) return covered;
    covered = Math.max(covered, to);
  }
  return covered < width ? covered : undefined;
}

function checkNames(module: string, names: readonly (readonly [name: string, owner: string])[]): void {
  const owners = new Map<string, string>();
  for (const [name, owner] of names) {
    const other = owners.get(name);
    if (other !== undefined)
      throw hdlError('hdl/name-twice', `${module}: ${name}`, `it would name ${other} and ${owner}.`);
    owners.set(name, owner);
  }
}
