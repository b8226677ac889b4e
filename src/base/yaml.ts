import { parseDocument } from 'yaml';
import type { EconError } from './errors.js';
import { readText } from './files.js';

/**
 * Contents of a YAML or JSON file.
 * @param bad makes the error of a text that is no YAML, from the first line of the parser's complaint
 * @throws EconError base/cannot-read, and what `bad` makes
 */
export function readYaml(path: string, bad: (why: string, cause: unknown) => EconError): unknown {
  const text = readText(path);
  try {
    // What the parser only warns of (a tag that it does not know) it reads as something else than is written.
    const document = parseDocument(text, { logLevel: 'error' });
    const [problem] = [...document.errors, ...document.warnings];
    if (problem) throw problem;
    return document.toJS();
  } catch (error) {
    throw bad(error instanceof Error ? error.message.split('\n')[0] : 'unreadable', error);
  }
}
