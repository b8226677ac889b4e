import { type Document, isAlias, isMap, isScalar, isSeq, type Pair } from 'yaml';
import { EconError, parseYaml } from '../../base/index.js';

/** One value of a settings file: its path of keys joined with dots, and its line (from 1). */
export interface Entry {
  readonly path: string;
  /** An integer; undefined where the file has something else, which `shown` tells. */
  readonly value?: bigint;
  readonly shown?: string;
  readonly line: number;
}

export interface Tree {
  readonly entries: readonly Entry[];
  /** What was read in a way that its writer may not have meant, one sentence each. */
  readonly notes: readonly string[];
}

/** More values than this come from aliases within aliases, not from registers. */
const MOST_VALUES = 100_000;
/** The nested layout has 8 levels; an anchor may hold itself. */
const DEEPEST = 30;

/**
 * Reads YAML 1.1, as the Python of test stands reads it: nested maps and lists of integers, `010` is octal, `0b` and
 * `_` are allowed, true and false are 1 and 0; the elements of a list have their numbers as keys. Of equal keys the
 * later counts, as there, and that is noted.
 * @param name file name, for errors
 * @throws EconError chip/not-yaml or chip/bad-setting, with file and line
 */
export function readTree(text: string, name: string): Tree {
  const read = parseYaml(text, { version: '1.1', intAsBigInt: true, uniqueKeys: false });
  if ('why' in read) throw notYaml(`${name}:${read.line}`, `this is not YAML: ${read.why}.`);
  const { document, lineAt } = read;
  if (!isMap(document.contents)) {
    const nothing =
      document.contents === null || (isScalar(document.contents) && document.contents.value === null);
    throw notYaml(`${name}:1`, nothing ? 'this file is empty.' : 'this is not a map of register blocks.');
  }
  const walker = new Walker(name, document, lineAt);
  walker.walk(document.contents, '', 1);
  return { entries: walker.entries, notes: walker.notes };
}

class Walker {
  readonly entries: Entry[] = [];
  readonly notes: string[] = [];

  constructor(
    private readonly name: string,
    private readonly document: Document,
    private readonly lineAt: (offset: number) => number,
  ) {}

  walk(node: unknown, path: string, keyLine: number, depth = 0): void {
    const line = this.lineOf(node, keyLine);
    if (depth > DEEPEST) throw notYaml(`${this.name}:${line}`, 'its maps lie too deep within each other.');
    if (isAlias(node)) {
      const target = node.resolve(this.document);
      if (target === undefined) throw notYaml(`${this.name}:${line}`, `there is no anchor &${node.source}.`);
      this.walk(target, path, keyLine, depth + 1);
    } else if (isMap(node)) this.walkMap(node.items as Pair[], path, line, depth);
    else if (isSeq(node))
      node.items.forEach((item, k) => {
        this.walk(item, `${path}.${k}`, this.lineOf(item, keyLine), depth + 1);
      });
    else this.leaf(node, path, keyLine);
  }

  private walkMap(items: readonly Pair[], path: string, line: number, depth: number): void {
    const seen = new Map<string, number>();
    // What is merged in counts less than the keys beside it.
    for (const { key, value } of items.filter(isMerge))
      this.walk(value, path, this.lineOf(key, line), depth + 1);
    for (const { key, value } of items.filter((pair) => !isMerge(pair))) {
      const at = this.lineOf(key, line);
      const text = isScalar(key) ? String(key.value) : '?';
      const full = path === '' ? text : `${path}.${text}`;
      const before = seen.get(text);
      if (before !== undefined)
        this.notes.push(
          `${this.name}:${at}: ${full} stands twice (line ${before}, too); the later counts, as in Python's YAML.`,
        );
      seen.set(text, at);
      this.walk(value, full, at, depth + 1);
    }
  }

  private leaf(node: unknown, path: string, line: number): void {
    const scalar = isScalar(node) ? node.value : undefined;
    const value = typeof scalar === 'boolean' ? BigInt(scalar) : scalar;
    const source = isScalar(node) && typeof node.source === 'string' ? node.source : '';
    if (this.entries.length >= MOST_VALUES)
      throw notYaml(`${this.name}:${line}`, `it has more than ${MOST_VALUES} values.`);
    if (typeof value !== 'bigint' || /^[yn]$/i.test(source)) {
      const shown = scalar === undefined || scalar === null ? 'nothing' : JSON.stringify(scalar);
      this.entries.push({
        path,
        line: this.lineOf(node, line),
        shown: shown.length > 60 ? `${shown.slice(0, 57)}..."` : shown,
      });
      return;
    }
    if (/^[-+]?0[0-9_]+$/.test(source) && value > 7n)
      this.notes.push(
        /[89]/.test(source)
          ? `${this.name}:${line}: ${path}: ${source} is no octal number; read as ${value}.`
          : `${this.name}:${line}: ${path}: ${source} is octal in YAML 1.1; read as ${value}.`,
      );
    this.entries.push({ path, value, line });
  }

  private lineOf(node: unknown, fallback: number): number {
    const range = (node as { range?: readonly [number, number, number] | null } | null)?.range;
    return range ? this.lineAt(range[0]) : fallback;
  }
}

function isMerge({ key }: Pair): boolean {
  return isScalar(key) && (typeof key.value === 'symbol' || key.value === '<<');
}

export function settingError(name: string, line: number, what: string, remedy: string): EconError {
  return new EconError({ code: 'chip/bad-setting', where: `${name}:${line}`, what, remedy });
}

function notYaml(where: string, what: string): EconError {
  return new EconError({
    code: 'chip/not-yaml',
    where,
    what,
    remedy: 'Give a register settings file (init.yaml) with blocks such as ConfigAlgo, FormatterBuffer, Mux.',
  });
}
