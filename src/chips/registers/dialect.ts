import { EconError } from '../../base/index.js';
import { econtInput, type Generation } from '../../blocks/index.js';
import { type Entry, settingError } from '../settings/tree.js';
import { findPlaces, nameKey, nearestName, placesOf } from './names.js';

/** The generation that the names of a file belong to, and what says so. */
export interface Dialect {
  readonly generation: Generation;
  readonly line: number;
  readonly path: string;
}

/** Numbers 0 to 47 without a block above them are a mux when they are each input once; this is told. */
export function withoutBlock(entries: readonly Entry[], notes: string[], name: string): readonly Entry[] {
  const bare = entries.filter((e) => /^\d+$/.test(e.path));
  if (bare.length === 0) return entries;
  const inputs = new Set(bare.map((e) => e.value));
  const mux =
    bare.length === econtInput.cells &&
    inputs.size === econtInput.cells &&
    bare.every((e) => e.value !== undefined && e.value >= 0n && e.value < BigInt(econtInput.cells));
  if (!mux || bare.length !== entries.length) {
    const remedy = 'Put the name of the block before them: "Mux:", "Cal:" or "AlgoThreshold:".';
    throw settingError(name, bare[0].line, `${bare[0].path}: numbers without a block.`, remedy);
  }
  notes.push(`${name}: 48 numbers without a block, each of 0..47 once: read as Mux.`);
  return bare.map((e) => ({ ...e, path: `Mux.${e.path}` }));
}

/** Blocks that only the sister chip, or the readout chip, has. */
const otherChips: readonly (readonly [RegExp, string])[] = [
  [/^(roc_?daq_?ctrl|elink_?processors?|econ-?d)\b/i, 'an ECON-D'],
  [
    /^(roc(_s\d)?|sc|half_?wise|digital_?half|reference_?voltage|master_?tdc|global_?analog|top|ch|cm|calib)\b/i,
    'an HGCROC',
  ],
];

export function checkChip(entries: readonly Entry[], name: string): void {
  for (const { path, line } of entries) {
    for (const [pattern, chip] of otherChips) {
      if (!pattern.test(path)) continue;
      const what = `this is ${chip} file: ECON-T has no block ${path.split('.')[0]}.`;
      const remedy = `Give the settings of the ECON-T; those of ${chip} are another chip's, their registers have other addresses.`;
      throw new EconError({ code: 'chip/other-chip', where: `${name}:${line}`, what, remedy });
    }
  }
}

/** The generation that names of a file belong to. @throws EconError for names of no, or of both generations */
export function dialect(entries: readonly Entry[], name: string): Dialect | undefined {
  let says: Dialect | undefined;
  for (const entry of entries) {
    const { path, line } = entry;
    const production = findPlaces('production', path).length > 0;
    const prototype = findPlaces('P1', path).length > 0;
    if (!production && !prototype) throw unknown(entry, name);
    if (production === prototype) continue;
    const generation = production ? 'production' : 'P1';
    if (says && says.generation !== generation) {
      const what = `${path} belongs to the ${generation} dialect, ${says.path} (line ${says.line}) to ${says.generation}; they exclude each other.`;
      throw settingError(name, line, what, 'Keep the registers of one generation.');
    }
    says ??= { generation, line, path };
  }
  return says;
}

/** The generation that our own files tell in their first line. */
export function marked(text: string): Dialect | undefined {
  const generation = /^# econ settings, (P1|production) map/.exec(text)?.[1];
  return generation ? { generation: generation as Generation, line: 1, path: 'its first line' } : undefined;
}

/** Entries without the blocks that say nothing (`Mux:`), which is noted. */
export function withoutEmpty(entries: readonly Entry[], notes: string[], name: string): readonly Entry[] {
  return entries.filter(({ path, shown, line }) => {
    if (shown !== 'nothing' || isKnown(path) || namesBelow(path).length === 0) return true;
    notes.push(`${name}:${line}: ${path} is empty.`);
    return false;
  });
}

function isKnown(path: string): boolean {
  return findPlaces('production', path).length > 0 || findPlaces('P1', path).length > 0;
}

/** Some public names within a block. */
function namesBelow(path: string): string[] {
  const from = `${nameKey(path)}_`;
  return (['production', 'P1'] as const).flatMap((generation) =>
    [...placesOf(generation)]
      .filter(([key, place]) => place.field && key.startsWith(from))
      .map(([, { path }]) => path),
  );
}

function unknown({ path, line, shown }: Entry, name: string): EconError {
  const [, word] = /^"(\w+)\s+\S/.exec(shown ?? '') ?? [];
  if (word !== undefined && isKnown(`${path}.${word}`)) {
    const what = `${path}.${word}: the colon after ${word} is missing.`;
    return settingError(name, line, what, `Write "${word}: ..." in this line.`);
  }
  const below = namesBelow(path);
  if (below.length > 0) {
    const what = `${path} is a block, not a register: it holds ${below.slice(0, 3).join(', ')}, ...`;
    return settingError(name, line, what, 'Give the registers in it by name.');
  }
  const near = nearestName(path);
  const remedy = near
    ? `Did you mean ${near}?`
    : 'See `econ registers print` for blocks, elements and fields; remove what the chip does not have.';
  return settingError(name, line, `${path} is not a register of the chip.`, remedy);
}
