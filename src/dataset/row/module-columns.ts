import { type Detector, hgcal, moduleOfNumber } from '../../detector/index.js';

/** What tells a wafer's module in a file; u and v are wafer coordinates in the layer. */
export const moduleColumns = ['layer', 'waferu', 'waferv'] as const;

/** The same columns as trigger ntuples and tables of modules name them, in small letters. */
const spellings: readonly (readonly string[])[] = [
  ['layer', 'tc_layer'],
  ['waferu', 'tc_waferu', 'modu'],
  ['waferv', 'tc_waferv', 'modv'],
];

/** Whether these columns can name modules: HGCAL's table is the one that there is. */
export function hasModules({ detector = hgcal() }: { readonly detector?: Detector }): boolean {
  return detector === hgcal();
}

/**
 * Where layer, u and v are among some names; undefined unless all three are. What they say may be no place of the geometry
 * (UNKNOWN_MODULE): other geometries count otherwise.
 */
export function findModuleColumns(names: readonly string[]): readonly number[] | undefined {
  const small = names.map((name) => name.toLowerCase());
  const at = spellings.map((known) => small.findIndex((name) => known.includes(name)));
  return at.every((column) => column >= 0) ? at : undefined;
}

/** What the columns hold for each module, a row each; zeros for an unknown one. */
export function modulePlaces(modules: Uint16Array): Int32Array {
  const width = moduleColumns.length;
  const places = new Int32Array(width * modules.length);
  modules.forEach((number, row) => {
    const module = moduleOfNumber(number);
    if (module) places.set([module.layer, module.u, module.v], width * row);
  });
  return places;
}
