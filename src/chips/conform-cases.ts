import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import { isMap, isSeq } from 'yaml';
import { EconError, fileError, parseYaml, readText } from '../base/index.js';

/** A folder of a vector repository: paths of what it holds. */
export interface Case {
  readonly name: string;
  readonly settings?: string;
  readonly input?: string;
  readonly output?: string;
  /** Why there are no settings, when not because no file is there. */
  readonly unclear?: string;
}

/** First bytes of a file that its header is looked for in. */
const HEAD = 4096;

/** All cases below a folder (or it itself), by name. @throws EconError chip/no-vectors */
export function findCases(folder: string): Case[] {
  const cases: Case[] = [];
  visit(folder, nearestInput(dirname(folder)));
  if (cases.length > 0) return cases.sort((a, b) => (a.name < b.name ? -1 : 1));
  throw new EconError({
    code: 'chip/no-vectors',
    where: folder,
    what: 'no test vectors here: no folder below it holds init.yaml and testOutput.csv.',
    remedy: 'Give the folder that holds the data sets, e.g. one with mcDataset/AE/init.yaml in it.',
  });

  function visit(at: string, inputAbove: string | undefined): void {
    const { files, folders } = list(at);
    const pick = (name: string): string | undefined =>
      [name, `${name}.gz`].filter((f) => files.includes(f)).map((f) => join(at, f))[0];
    const words = files.filter((f) => /\.csv(\.gz)?$/i.test(f)).map((f) => join(at, f));
    const input = pick('testInput.csv') ?? words.find((f) => kindOf(f) === 'input') ?? inputAbove;
    const outputs = words.filter((f) => f !== input && kindOf(f) === 'output').sort();
    const yaml = files.filter((f) => /\.ya?ml(\.gz)?$/i.test(f) && !/^known-defective/.test(f));
    // Captures lie beside settings of any name.
    const settings =
      pick('init.yaml') ?? (yaml.length === 1 && outputs.length > 0 ? join(at, yaml[0]) : undefined);
    const unclear =
      settings === undefined && yaml.length > 1 ? `several settings: ${yaml.join(', ')}` : undefined;
    // Every output is a case of its own; the one of the vectors has the folder's name.
    for (const output of outputs.length > 0 ? outputs : settings !== undefined ? [undefined] : []) {
      const name = relative(folder, at).split(sep).join('/') || basename(at);
      const own = output === undefined || outputs.length === 1 || /^testOutput\.csv/.test(basename(output));
      cases.push({ name: own ? name : `${name}/${basename(output)}`, settings, input, output, unclear });
    }
    for (const sub of folders) visit(join(at, sub), input);
  }
}

/** What words a file holds: as its header says, else its name. */
function kindOf(path: string): 'input' | 'output' | undefined {
  const head = headOf(path);
  if (/\bRX_DATA_\d/i.test(head)) return 'input';
  if (/\bTX_DATA_\d|\be?tx[_ ]?\d/i.test(head)) return 'output';
  const name = basename(path).toLowerCase();
  if (!/^\s*((0x)?[\da-f]{1,8}[,\s])/i.test(head)) return undefined;
  return name.includes('output') ? 'output' : name.includes('input') ? 'input' : undefined;
}

function headOf(path: string): string {
  const bytes = new Uint8Array(HEAD);
  try {
    const fd = openSync(path, 'r');
    try {
      const read = bytes.subarray(0, readSync(fd, bytes));
      const packed = read[0] === 0x1f && read[1] === 0x8b;
      // The beginning of a packed file is no whole one.
      const text = packed ? gunzipSync(read, { finishFlush: constants.Z_SYNC_FLUSH }) : read;
      return Buffer.from(text).toString('latin1').split('\n', 1)[0];
    } finally {
      closeSync(fd);
    }
  } catch {
    // What cannot be opened is told when it is read.
    return '';
  }
}

/** testInput.csv of a data set whose case was named directly: looked for in the folder above it. */
function nearestInput(folder: string): string | undefined {
  try {
    const { files } = list(folder);
    const name = ['testInput.csv', 'testInput.csv.gz'].find((f) => files.includes(f));
    return name === undefined ? undefined : join(folder, name);
  } catch {
    // The folder above may be closed to us; the cases below it can still have their own input.
    return undefined;
  }
}

function list(folder: string): { files: string[]; folders: string[] } {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    const folders = entries.filter((e) => e.isDirectory() && !e.name.startsWith('.')).map((e) => e.name);
    return { files: entries.filter((e) => !e.isDirectory()).map((e) => e.name), folders };
  } catch (error) {
    throw fileError(error, folder, 'read');
  }
}

/** The case of this name, else those whose names contain it. @throws EconError chip/no-such-case */
export function chooseCases(cases: readonly Case[], filter: string, folder: string): Case[] {
  const exact = cases.filter((c) => c.name === filter);
  const chosen = exact.length > 0 ? exact : cases.filter((c) => c.name.includes(filter));
  if (chosen.length > 0) return chosen;
  throw new EconError({
    code: 'chip/no-such-case',
    where: folder,
    what: `no case is called ${JSON.stringify(filter)}.`,
    remedy: `The cases are: ${cases.map((c) => c.name).join(', ')}.`,
  });
}

/** A case of a vector repository that is known to be wrong, with the reason why. */
export interface KnownDefect {
  readonly case: string;
  readonly reason: string;
}

/**
 * Reads a YAML list of defective cases: `- case: set/name` with `reason: why`.
 * @throws EconError chip/bad-known-list with file and line
 */
export function readKnownDefects(path: string): KnownDefect[] {
  const read = parseYaml(readText(path));
  if ('why' in read) throw bad(path, read.line, `this is not YAML: ${read.why}.`);
  const { document, lineAt } = read;
  const lineOf = (node: unknown): number => {
    const range = (node as { range?: readonly number[] | null } | null)?.range;
    return range ? lineAt(range[0]) : 1;
  };
  if (!isSeq(document.contents)) throw bad(path, 1, 'this is not a list.');
  const seen = new Set<string>();
  return document.contents.items.map((item) => {
    const text = (key: string): string => {
      const value: unknown = isMap(item) ? item.get(key) : undefined;
      if (typeof value === 'string' && value.trim() !== '') return value;
      throw bad(path, lineOf(item), `this entry has no text for "${key}".`);
    };
    const defect = { case: text('case'), reason: text('reason') };
    if (seen.has(defect.case)) throw bad(path, lineOf(item), `${defect.case} is declared twice.`);
    seen.add(defect.case);
    return defect;
  });
}

function bad(path: string, line: number, what: string): EconError {
  return new EconError({
    code: 'chip/bad-known-list',
    where: `${path}:${line}`,
    what,
    remedy: 'Write a list of entries "- case: mcDataset/NAME" with "reason: why it is wrong".',
  });
}
