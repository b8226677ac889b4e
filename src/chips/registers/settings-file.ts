import { EconError } from '../../base/index.js';
import { algorithmOf, type ChipSettings, type Generation } from '../../blocks/index.js';
import { readSettingsText } from '../settings/text.js';
import { type Entry, readTree, settingError, type Tree } from '../settings/tree.js';
import { checkChip, type Dialect, dialect, marked, withoutBlock, withoutEmpty } from './dialect.js';
import { type Dump, isDump, parseDump } from './dump.js';
import { imageSettings, missingWeights, type RegisterImage, resetImage, writeBits } from './image.js';
import { keptEntries } from './kept.js';
import { findPlaces, type Place } from './names.js';
import { isDescription, isNested, nestedPlaces } from './nested.js';

/** A settings file: YAML of any layout, a dump of registers, or an I2C script. */
export interface SettingsText {
  readonly text: string;
  /** File name, for errors. */
  readonly name: string;
}

export interface ReadOptions {
  /** Take an autoencoder without weights: for what only looks at its packets. @default false */
  readonly withoutWeights?: boolean;
  /** Generation of settings that do not say theirs, such as a mux alone. @default production */
  readonly generation?: Generation;
  /** Idle words have the link reset pattern where settings give that alone, as in the emulator of the vectors. */
  readonly idleFromLinkReset?: boolean;
}

/** Settings of one or several files, laid over each other. */
export interface SettingsReading {
  readonly image: RegisterImage;
  /** What was overlaid, and what its writer may not have meant; one sentence each. */
  readonly notes: readonly string[];
  /** File and line that said a public path last. */
  readonly where: (path: string) => string | undefined;
  /** Read back from a chip, registers that cannot be written included. */
  readonly dump: boolean;
}

/** One value of a file with the places that it sets. */
interface Said {
  readonly places: readonly Place[];
  readonly value: bigint;
  readonly at: string;
}

/** Reads files that are laid over each other, the later over the earlier. @throws EconError as layers */
export function readLayers(paths: readonly string[], options: ReadOptions = {}): SettingsReading {
  return layers(
    paths.map((path) => ({ text: readSettingsText(path), name: path })),
    options,
  );
}

/** As readLayers, from texts. @throws EconError naming file and line: no settings, unknown or out-of-range registers */
export function layers(texts: readonly SettingsText[], options: ReadOptions = {}): SettingsReading {
  const files = texts.map(readOne);
  const notes: string[] = [];
  const generation = generationOf(files, notes, options);
  const image = resetImage(generation);
  const where = new Map<string, string>();
  files.forEach((file, n) => {
    const overlaid: string[] = [];
    for (const { places, value, at } of file.said(generation)) {
      for (const place of places) {
        const before = where.get(place.path);
        if (n > 0 && before !== undefined && !before.startsWith(`${file.name}:`)) overlaid.push(place.path);
        writeBits(image, place, value);
        where.set(place.path, at);
      }
    }
    for (const [path, value] of file.kept(generation)) image.other.set(path, value);
    notes.push(...file.notes);
    if (overlaid.length > 0)
      notes.push(`${file.name}: lies over ${shortList(overlaid)} of the files before it.`);
  });
  return { image, notes, where: (path) => where.get(path), dump: files.every((f) => f.dump) };
}

/** Reads register settings as numbers for the data path; missing registers have their power-up value. */
export function readSettings(path: string | readonly string[], options: ReadOptions = {}): ChipSettings {
  return settingsOf(readLayers(typeof path === 'string' ? [path] : path, options), options);
}

/** As readSettings, from text; `name` stands for the file in errors. */
export function parseSettings(text: string, name: string, options: ReadOptions = {}): ChipSettings {
  return settingsOf(layers([{ text, name }], options), options);
}

/**
 * What registers mean for the data path.
 * @throws EconError chip/bad-setting for a number of links that does not exist, and an autoencoder without its weights
 */
export function settingsOf(reading: SettingsReading, options: ReadOptions = {}): ChipSettings {
  const { image, where } = reading;
  const production = image.generation === 'production';
  const pathOf = (field: string): string => `${production ? 'FormatterBuffer' : 'FmtBuf'}.Global.${field}`;
  const settings = imageSettings(image, (field) => where(pathOf(field)));
  if (algorithmOf(settings).encoder && !options.withoutWeights) {
    const missing = missingWeights(image);
    if (missing.length > 0) {
      const at = where(production ? 'ConfigAlgo.Global.alg_type' : 'Algorithm.Global.select');
      const all = missing.length === 12 * 9;
      throw new EconError({
        code: 'chip/bad-setting',
        where: at ?? 'settings',
        what: all
          ? 'the autoencoder is selected, but there is no block Encoder.'
          : `the autoencoder is selected, but ${shortList(missing)} is missing.`,
        remedy: 'Give Encoder: 0..11 with weights_byte0, 16, ... 128, or choose another algorithm.',
      });
    }
  }
  const says = (field: string): boolean => where(pathOf(field)) !== undefined;
  const alone = production && says('link_reset_pattern') && !says('idle_pattern');
  return options.idleFromLinkReset && alone
    ? { ...settings, idlePattern: settings.linkResetPattern }
    : settings;
}

interface File {
  readonly name: string;
  readonly notes: readonly string[];
  readonly dump: boolean;
  /** The generation that its names say, and the line; undefined when they fit both. */
  readonly says?: Dialect;
  said(generation: Generation): Iterable<Said>;
  kept(generation: Generation): Iterable<readonly [string, bigint]>;
}

function readOne({ text, name }: SettingsText): File {
  if (isDump(text)) return dumpFile(parseDump(text, name), text, name);
  const { entries: read, notes } = namedList(text) ?? readTree(text, name);
  if (isNested(read)) return nestedFile(read, notes, name);
  const told = [...notes];
  const entries = withoutEmpty(withoutBlock(read, told, name), told, name);
  checkChip(entries, name);
  return {
    name,
    notes: told,
    dump: false,
    says: dialect(entries, name) ?? marked(text),
    *said(generation) {
      for (const entry of entries) yield said(entry, findPlaces(generation, entry.path), name);
    },
    kept: () => keptEntries(text),
  };
}

/** Lists `NAME,VALUE` or `BLOCK,NAME,VALUE`, one register a line, with or without a heading; undefined when it is none. */
function namedList(text: string): Tree | undefined {
  const row = /^([a-z][\w.]*(?:\s*[,;]\s*[\w.]+)?)\s*[,;]\s*([-+]?\w+)$/i;
  const entries: Entry[] = [];
  for (const [i, full] of text.split('\n').entries()) {
    const line = full.replace(/#.*/, '').trim();
    if (line === '') continue;
    const match = row.exec(line);
    if (!match) return undefined;
    const value = /^[-+]?(0x[\da-f]+|0b[01]+|\d+)$/i.test(match[2])
      ? BigInt(match[2].replace('+', ''))
      : undefined;
    // A first line without a number is a heading.
    if (value === undefined && entries.length === 0) continue;
    const path = match[1].replace(/\s*[,;]\s*/, '.');
    entries.push({
      path,
      line: i + 1,
      ...(value === undefined ? { shown: JSON.stringify(match[2]) } : { value }),
    });
  }
  return entries.length > 0 ? { entries, notes: [] } : undefined;
}

function said(entry: Entry, places: readonly Place[], name: string): Said {
  const { value, line, path, shown } = entry;
  if (value === undefined) {
    const missing = /^"?(value|param_value)\b\s*[^\s:]/.test(shown ?? '');
    const word = /\w+/.exec(shown ?? '')?.[0] ?? '';
    const [what, remedy] = missing
      ? [`${path}: the colon after ${word} is missing.`, `Write "${word}: ..." in this line.`]
      : [
          `${path} holds ${shown}, not an integer.`,
          'Write an integer: decimal, 0x hex, 0b binary or 0 octal.',
        ];
    throw settingError(name, line, what, remedy);
  }
  for (const place of places) {
    const largest = (1n << BigInt(place.width)) - 1n;
    if (value < 0n || value > largest) {
      const what = `${path} is ${value}, outside 0..${largest}.`;
      throw settingError(name, line, what, 'Give a value that fits the register.');
    }
  }
  return { places, value, at: `${name}:${line}` };
}

function dumpFile(dump: Dump, text: string, name: string): File {
  return {
    name,
    notes: dump.notes,
    dump: dump.readBack,
    ...(dump.generation ? { says: { generation: dump.generation, line: 1, path: 'its first comment' } } : {}),
    said: (generation) => dump.bytes(generation),
    kept: () => keptEntries(text),
  };
}

/** A file of the nested layout: faults of its writing first, so that all are told at once. */
function nestedFile(entries: readonly Entry[], notes: readonly string[], name: string): File {
  const settings = entries.filter((e) => !isDescription(e.path));
  const slips = settings.filter(
    (e) => e.value === undefined && /^"(value|param_value)\b/.test(e.shown ?? ''),
  );
  if (slips.length > 0) {
    const [first, ...more] = slips;
    const word = /\w+/.exec(first.shown ?? '')![0];
    const others = more.length > 0 ? ` So it is in line ${more.map((e) => e.line).join(', ')}.` : '';
    const what = `${first.path}: the colon after "${word}" is missing, so this is a text, ${first.shown}.${others}`;
    const where = `in this line${more.length > 0 ? ' and in the others' : ''}`;
    throw settingError(name, first.line, what, `Write "${word}: ..." ${where}.`);
  }
  const placed = settings.map((entry) => said(entry, nestedPlaces(entry, name), name));
  return {
    name,
    notes,
    dump: false,
    says: { generation: 'P1', line: entries[0].line, path: 'ECON-T' },
    said: () => placed,
    kept: () => [],
  };
}

function generationOf(files: readonly File[], notes: string[], options: ReadOptions): Generation {
  const [first, ...others] = files.filter((f) => f.says !== undefined);
  const wrong = others.find((f) => f.says!.generation !== first.says!.generation);
  if (wrong) {
    const { generation, line, path } = wrong.says!;
    const what = `${path} is of the ${generation} dialect, ${first.name} of ${first.says!.generation}: they cannot be laid over each other.`;
    const remedy = `Convert one of them: econ registers convert ${wrong.name} --to ${first.says!.generation}`;
    throw settingError(wrong.name, line, what, remedy);
  }
  if (first) return first.says!.generation;
  const generation = options.generation ?? 'production';
  if (options.generation === undefined && files.some((f) => !f.dump))
    notes.push(
      `${files.map((f) => f.name).join(', ')}: nothing says which generation this is for; read as ${generation}.`,
    );
  return generation;
}

/** `Cal.0, Cal.1, Cal.2 and 45 more`. */
export function shortList(names: readonly string[]): string {
  const different = [...new Set(names)];
  const shown = different.slice(0, 3).join(', ');
  return different.length > 3 ? `${shown} and ${different.length - 3} more` : shown;
}
