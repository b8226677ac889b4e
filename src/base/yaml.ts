import {
  Composer,
  type CST,
  type Document,
  isScalar,
  Lexer,
  LineCounter,
  type ParseOptions,
  Parser,
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
  const lines = new LineCounter();
  const composer = new Composer({
    ...options,
    // Warnings are for the reader of the file, not for the terminal.
    logLevel: 'error',
    // Keys beside each other would cost the square of their number.
    uniqueKeys: false,
  });
  let document: Document.Parsed | undefined;
  let second: number | undefined;
  try {
    for (const next of composer.compose(tokensOf(text, lines), true, text.length)) {
      if (document) second = next.range[0];
      document ??= next;
      if (second !== undefined) break;
    }
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    const why = `its lists or maps lie more than ${DEEPEST} deep within each other`;
    return { why, line: lines.linePos(error.offset).line };
  }
  if (!document) throw new Error('a composer gives a document for every text');
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const [broken] = document.errors;
  if (broken) return { why: broken.message, line: lineAt(broken.pos[0]) };
  if (second !== undefined) return { why: 'it holds more than one document', line: lineAt(second) };
  const twice = uniqueKeys ? keyThatStandsTwice(document) : undefined;
  if (twice) return { why: `the key ${twice.key} stands twice in a map`, line: lineAt(twice.offset) };
  return { document, lineAt };
}

class TooDeep extends Error {
  constructor(readonly offset: number) {
    super();
  }
}

/**
 * The parser and what follows it call themselves for each level and have no limit of their own; where the stack ends
 * within them, V8 may end the process. A level may also come from a fault of the text, so the parser's own are counted.
 */
function* tokensOf(text: string, lines: LineCounter): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    // The document itself and a key or value that is not yet at its place stand on the stack, too.
    if (parser.stack.length > DEEPEST + 2) throw new TooDeep(parser.offset);
  }
  yield* parser.end();
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
