import {
  CST,
  type Document,
  isScalar,
  Lexer,
  LineCounter,
  type ParseOptions,
  parseDocument,
  type SchemaOptions,
  visit,
} from 'yaml';
import type { EconError } from './errors.js';
import { readText } from './files.js';

/** A YAML text as a tree of nodes with their places. */
export interface YamlText {
  readonly document: Document;
  /** Line (from 1) of a place in the text, which is counted in characters from 0. */
  lineAt(offset: number): number;
}

/** Why a text is no YAML, and in which line (from 1). */
export interface YamlProblem {
  readonly why: string;
  readonly line: number;
}

/** Levels of lists and maps within each other; the settings of a chip have eight. */
const DEEPEST = 200;

/**
 * Reads a text; or says what is wrong with it. What the parser only warns of stays in `document.warnings`.
 * @param options `uniqueKeys: false` takes keys that stand twice in a map
 */
export function parseYaml(
  text: string,
  { uniqueKeys = true, ...options }: ParseOptions & SchemaOptions & { version?: '1.1' } = {},
): YamlText | YamlProblem {
  const deep = lineThatIsTooDeep(text);
  if (deep !== undefined)
    return { why: `its lists or maps lie more than ${DEEPEST} deep within each other`, line: deep };
  const lines = new LineCounter();
  const document = parseDocument(text, {
    ...options,
    lineCounter: lines,
    // Warnings are for the reader of the file, not for the terminal.
    logLevel: 'error',
    // Both cost the parser the square of a length: a picture of the line for each error, each key beside each other.
    prettyErrors: false,
    uniqueKeys: false,
  });
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const [broken] = document.errors;
  if (broken) return { why: broken.message, line: lineAt(broken.pos[0]) };
  const twice = uniqueKeys ? keyThatStandsTwice(document) : undefined;
  if (twice) return { why: `the key ${twice.key} stands twice in a map`, line: lineAt(twice.offset) };
  return { document, lineAt };
}

/**
 * The parser calls itself for each level and has no limit of its own; where the stack ends within it, V8 may end the
 * process. So levels are counted before, from above: each needs an indicator, a bracket or a column of its own.
 */
function lineThatIsTooDeep(text: string): number | undefined {
  let [line, brackets, level] = [1, 0, 0];
  let begins = true;
  for (const token of new Lexer().lex(text)) {
    const type = CST.tokenType(token);
    if (type === 'newline') {
      line += token.split('\n').length - 1;
      level = 0;
    } else if (type === 'space') level += begins ? token.length : 0;
    else if (type === 'seq-item-ind' || type === 'explicit-key-ind') level++;
    else if (type === 'flow-seq-start' || type === 'flow-map-start') brackets++;
    else if (type === 'flow-seq-end' || type === 'flow-map-end') brackets--;
    begins = type === 'newline';
    if (level + brackets > DEEPEST) return line;
  }
  return undefined;
}

function keyThatStandsTwice(document: Document): { key: string; offset: number } | undefined {
  let found: { key: string; offset: number } | undefined;
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key) || key.value === '<<' || typeof key.value === 'symbol') continue;
        if (seen.has(key.value)) {
          found = { key: String(key.value), offset: key.range?.[0] ?? 0 };
          return visit.BREAK;
        }
        seen.add(key.value);
      }
      return undefined;
    },
  });
  return found;
}

/**
 * Contents of a YAML or JSON file.
 * @param bad makes the error of a text that is no YAML, from what is wrong with it
 * @throws EconError base/cannot-read, and what `bad` makes
 */
export function readYaml(path: string, bad: (why: string, cause: unknown) => EconError): unknown {
  const read = parseYaml(readText(path));
  if ('why' in read) throw bad(`${read.why} (line ${read.line})`, undefined);
  // What the parser only warns of (a tag that it does not know) it reads as something else than is written.
  const [odd] = read.document.warnings;
  if (odd) throw bad(odd.message, odd);
  try {
    return read.document.toJS();
  } catch (error) {
    throw bad((error as Error).message, error);
  }
}
