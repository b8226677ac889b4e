import { editDistance } from '../../base/index.js';
import type { Generation } from '../../blocks/index.js';
import { aliases } from '../econt/aliases.js';
import { prototypeRegisters } from '../econt/prototype.js';
import { type Field, fieldPath, type Register, registerBits } from '../map/register.js';
import { registerMap } from './table.js';

/** The register map of a generation; that of production holds our own registers, too. */
export function registersOfGeneration(generation: Generation): readonly Register[] {
  return generation === 'production' ? registerMap : prototypeRegisters;
}

/** Bits of an element of a register, under a name that settings may give. */
export interface Place {
  readonly register: Register;
  readonly index: number;
  readonly lsb: number;
  readonly width: number;
  readonly field?: Field;
  /** The public path, for messages. */
  readonly path: string;
}

/** Words of long fields: `match_pattern_val: {0: low, 1: high}`. */
const WORD_BITS = 32;

/**
 * A path as it is looked up: capitals do not count, nor whether levels are parted by dots or `_` (pflib writes
 * `GLOBAL_ACTIVE_ETXS`), nor zeros before a number.
 */
export function nameKey(path: string): string {
  return path
    .toLowerCase()
    .split(/[._]/)
    .map((part) => part.replace(/^0+(?=\d)/, ''))
    .join('_');
}

/** A field of a register, or of an element of an array. */
export interface FieldPlace extends Place {
  readonly field: Field;
}

export function placeOf(register: Register, index: number, field: Field): FieldPlace {
  const { lsb, width } = field;
  return { register, index, lsb, width, field, path: fieldPath(register, index, field) };
}

const fields: Partial<Record<Generation, readonly FieldPlace[]>> = {};

/** Every field of a generation, elements of arrays one by one, in the order of the map; made when first asked for. */
export function fieldPlaces(generation: Generation): readonly FieldPlace[] {
  fields[generation] ??= registersOfGeneration(generation).flatMap((register) =>
    Array.from({ length: register.count }, (_, index) =>
      register.fields.map((field) => placeOf(register, index, field)),
    ).flat(),
  );
  return fields[generation];
}

const named: Partial<Record<Generation, ReadonlyMap<string, Place>>> = {};

/** Every name of a generation, by its key; made when first asked for. */
export function placesOf(generation: Generation): ReadonlyMap<string, Place> {
  named[generation] ??= new Map(
    fieldPlaces(generation)
      .flatMap((place) => [place, ...wordsOf(place)])
      .map((place) => [nameKey(place.path), place]),
  );
  return named[generation];
}

function wordsOf({ register, index, lsb, width, path }: FieldPlace): Place[] {
  const count = width > WORD_BITS ? Math.ceil(width / WORD_BITS) : 0;
  return Array.from({ length: count }, (_, word) => ({
    register,
    index,
    lsb: lsb + WORD_BITS * word,
    width: Math.min(WORD_BITS, width - WORD_BITS * word),
    path: `${path}.${word}`,
  }));
}

/** Where a path of a settings file lies; several where a level is `*`; none when the generation has no such name. */
export function findPlaces(generation: Generation, path: string): readonly Place[] {
  const places = placesOf(generation);
  let key = nameKey(path);
  for (const [from, to] of aliases[generation]) key = key.replace(from, to);
  const exact = places.get(key);
  if (exact) return [exact];
  if (!key.includes('*')) return [];
  const parts = key.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(`^${parts.join('(?:\\d+|mux\\d+)')}$`);
  return [...places].filter(([name, place]) => place.field && pattern.test(name)).map(([, place]) => place);
}

/** A whole element of a register, for layouts that give registers instead of fields. */
export function wholeRegister(register: Register, index: number): Place {
  const width = register.resetValue === undefined ? registerBits(register) : 8 * register.bytes;
  return { register, index, lsb: 0, width, path: `${register.block}.${register.name}` };
}

/** The known names closest to an unknown one, of any generation: at most one a third of whose letters differ. */
export function nearestName(path: string): string | undefined {
  const wanted = nameKey(path);
  let best: string | undefined;
  let least = Math.max(2, Math.ceil(wanted.length / 3));
  for (const generation of ['production', 'P1'] as const) {
    for (const [key, place] of placesOf(generation)) {
      if (!place.field || Math.abs(key.length - wanted.length) >= least) continue;
      const d = editDistance(key, wanted);
      if (d < least) [least, best] = [d, place.path];
    }
  }
  return best;
}
