import { isMap, isSeq } from 'yaml';
import { EconError, parseYaml, readText } from '../base/index.js';

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
