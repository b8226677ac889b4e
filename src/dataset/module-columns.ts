import { moduleNumber, moduleOfNumber, UNKNOWN_MODULE } from '../wafer/index.js';

/** What tells a wafer's module in a file; u and v are wafer coordinates in the layer. */
export const moduleColumns = ['layer', 'waferu', 'waferv'] as const;

/** The same columns as trigger ntuples and tables of modules name them, in small letters. */
const spellings: readonly (readonly string[])[] = [
  ['layer', 'tc_layer'],
  ['waferu', 'tc_waferu', 'modu'],
  ['waferv', 'tc_waferv', 'modv'],
];

/** Where layer, u and v are among some names; undefined unless all three are. */
export function findModuleColumns(names: readonly string[]): readonly number[] | undefined {
  const small = names.map((name) => name.toLowerCase());
  const at = spellings.map((known) => small.findIndex((name) => known.includes(name)));
  return at.every((column) => column >= 0) ? at : undefined;
}

/**
 * Numbers of modules from `rows` triples layer, u, v, of which the first starts at `from` and the next `step` later. A place
 * that the geometry has no module at is UNKNOWN_MODULE: other geometries count otherwise.
 */
export function moduleNumbers(values: Int32Array, rows: number, from: number, step: number): Uint16Array {
  return Uint16Array.from({ length: rows }, (_, row) => {
    const at = from + row * step;
    return moduleNumber(values[at], values[at + 1], values[at + 2]);
  });
}

/** Layer, u and v of each module, three numbers a row; 0, 0, 0 of an unknown one. */
export function modulePlaces(modules: Uint16Array): Int32Array {
  const places = new Int32Array(3 * modules.length);
  modules.forEach((number, row) => {
    const module = number === UNKNOWN_MODULE ? undefined : moduleOfNumber(number);
    if (module) places.set([module.layer, module.u, module.v], 3 * row);
  });
  return places;
}
