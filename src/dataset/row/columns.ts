import { cellsOf } from '../../detector/index.js';
import { dataError, type Place } from './errors.js';
import type { ReadOptions } from './options.js';

/** Columns with the same words and a number behind them. */
interface Family {
  readonly prefix: string;
  /** [number] -> index of the column; undefined where two columns have the same number. */
  readonly at: ReadonlyMap<number, number | undefined>;
  /** Name of the first column, as the file writes it. */
  readonly example: string;
}

/** Words, without separators and in small letters, that stand for the charge of a trigger cell wherever we met them. */
const CHARGE_WORDS = ['calq', 'tc', 'tccalq', 'charge', 'tccharge', 'tcq', 'q', 'cell', 'triggercell'];

/** The name of a cell's column, as this tool writes it. */
export function cellName(cell: number): string {
  return `CALQ_${cell}`;
}

/**
 * Finds the columns of the trigger cells among names, as the options ask or by what they are called; notes what it took for
 * granted.
 * @returns index of the column of each cell, by TC_Number; undefined when nothing among the names looks like them
 * @throws EconError dataset/bad-header when some are missing, twice, or could be several things
 */
export function findCells(
  names: readonly string[],
  options: ReadOptions,
  place: Place,
): readonly number[] | undefined {
  const count = cellsOf(options);
  const { columns: asked, note } = options;
  if (asked !== undefined) return askedCells(names, asked, place, count);
  const families = familiesOf(names);
  const exact = families.find(({ prefix }) => prefix === 'CALQ_');
  if (exact && [...exact.at.values()].length > 1) return wholeFamily(exact, place, count);
  const whole = families.filter((family) => isWhole(family, 0, count));
  const known = whole.filter(({ prefix }) => CHARGE_WORDS.includes(bare(prefix)));
  if (known.length === 1) {
    note?.(`${pattern(known[0], 0, count)} are read as CALQ in TC_Number order`);
    return wholeFamily(known[0], place, count);
  }
  const counted = families.find(({ prefix }) => prefix === '');
  if (counted && whole.length === 1) {
    const cells = wholeFamily(counted, place, count);
    // Charges that happen to be 0..47, each once, but not in this order, are charges.
    if (!isWhole(counted, 0, count) || !cells.every((at, cell) => cell === 0 || at > cells[cell - 1]))
      return undefined;
    note?.(`the first line counts the columns 0..${count - 1}: these are names, not a wafer`);
    return cells;
  }
  const several = known.length > 1 ? known : whole.filter(({ prefix }) => prefix !== '');
  if (several.length > 0)
    throw dataError(
      'which-columns',
      place,
      several.length > 1
        ? `${several.map((f) => pattern(f, 0, count)).join(' and ')} could be the charges.`
        : `${pattern(several[0], 0, count)} could be the charges, but the name does not say so.`,
      `Say --columns '${several[0].prefix}{0..${count - 1}}' if they are CALQ in TC_Number order.`,
    );
  const fromOne = families.find((family) => family.prefix !== '' && isWhole(family, 1, count));
  if (fromOne)
    throw dataError(
      'which-columns',
      place,
      `${pattern(fromOne, 1, count)} are counted from 1, trigger cells from 0.`,
      `Say --columns '${fromOne.prefix}{1..${count}}' if ${fromOne.example} is TC_Number 0.`,
    );
  const partial = families.find(
    ({ prefix, at }) => CHARGE_WORDS.includes(bare(prefix)) && bare(prefix) !== '' && at.size > 12,
  );
  return partial && wholeFamily(partial, place, count);
}

/** The columns that --columns names, in their order. */
function askedCells(names: readonly string[], asked: string, place: Place, count: number): number[] {
  let wanted = asked.split(',').flatMap((part) => expand(part.trim(), place));
  if (wanted.length === 1) {
    const family = familiesOf(names).find(({ prefix }) => prefix === wanted[0]);
    if (family) return wholeFamily(family, place, count);
    wanted = Array.from({ length: count }, (_, cell) => `${asked}${cell}`);
  }
  if (wanted.length !== count)
    throw dataError(
      'bad-columns',
      place,
      `--columns names ${wanted.length} columns, a wafer has ${count} trigger cells.`,
      `Give ${count} names in TC_Number order, such as 'tc_{0..${count - 1}}'.`,
    );
  return wanted.map((name) => {
    const at = names.indexOf(name);
    if (at < 0 || names.indexOf(name, at + 1) >= 0)
      throw dataError(
        'bad-columns',
        place,
        `the column ${name} of --columns is there ${at < 0 ? 'not at all' : 'twice'}; there are ${some(names)}.`,
        `Give the names as the file writes them, such as 'tc_{0..${count - 1}}'; columns without names are counted from 1: '{1..${count}}'.`,
      );
    return at;
  });
}

/** `tc_{0..47}` -> tc_0 .. tc_47; `{00..47}` keeps the digits. */
function expand(text: string, place: Place): string[] {
  const match = /^(.*?)\{(\d+)\.\.(\d+)\}(.*)$/.exec(text);
  if (!match) return [text];
  const [, before, low, high, after] = match;
  const count = Number(high) - Number(low) + 1;
  if (!(count > 0 && count <= 1000))
    throw dataError(
      'bad-columns',
      place,
      `{${low}..${high}} is no range of columns.`,
      "Give one such as '{0..47}'.",
    );
  const width = low.length > 1 && low.startsWith('0') ? low.length : 0;
  return Array.from(
    { length: count },
    (_, i) => `${before}${String(Number(low) + i).padStart(width, '0')}${after}`,
  );
}

function familiesOf(names: readonly string[]): Family[] {
  const families = new Map<
    string,
    { prefix: string; at: Map<number, number | undefined>; example: string }
  >();
  names.forEach((name, index) => {
    const [, prefix, digits] = /^(.*?)(\d{1,6})[\])]?$/.exec(name) ?? [];
    if (prefix === undefined) return;
    const family = families.get(prefix) ?? { prefix, at: new Map(), example: name };
    const number = Number(digits);
    family.at.set(number, family.at.has(number) ? undefined : index);
    families.set(prefix, family);
  });
  return [...families.values()];
}

function isWhole({ at }: Family, from: number, count: number): boolean {
  return (
    at.size === count &&
    Array.from({ length: count }, (_, c) => at.get(c + from)).every((i) => i !== undefined)
  );
}

function wholeFamily({ prefix, at }: Family, place: Place, count: number): number[] {
  return Array.from({ length: count }, (_, cell) => {
    const column = at.get(cell);
    if (column !== undefined) return column;
    throw dataError(
      'bad-header',
      place,
      `the header names ${prefix}${cell} ${at.has(cell) ? 'twice' : 'nowhere'}.`,
      `Each of ${prefix}0 .. ${prefix}${count - 1} has one column.`,
    );
  });
}

function bare(prefix: string): string {
  return prefix.toLowerCase().replace(/[^a-z]/g, '');
}

function pattern({ prefix }: Family, from: number, count: number): string {
  return `${prefix}${from} .. ${prefix}${from + count - 1}`;
}

/** The first names of a list, for a message. */
export function some(names: readonly string[]): string {
  const shown = names
    .slice(0, 6)
    .map((name) => name || '(no name)')
    .join(', ');
  return names.length === 0 ? 'none' : names.length > 6 ? `${shown}, ... (${names.length})` : shown;
}
