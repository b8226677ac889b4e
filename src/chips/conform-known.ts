import { isMap, isSeq, LineCounter, parseDocument } from 'yaml';
import { EconError, readText } from '../base/index.js';

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
  const lines = new LineCounter();
  const document = parseDocument(readText(path), { lineCounter: lines });
  const lineOf = (node: unknown): number => {
    const range = (node as { range?: readonly number[] | null } | null)?.range;
    return range ? lines.linePos(range[0]).line : 1;
  };
  const broken = document.errors[0];
  if (broken) throw bad(path, lines.linePos(broken.pos[0]).line, 'this is not YAML.');
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
