import { existsSync, statSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { type EconError, readText } from '../base/index.js';

/** Contents of a YAML or JSON file; undefined when there is none. @throws what `bad` makes of a text that is no YAML */
export function readYamlFile(path: string, bad: (what: string) => EconError): unknown {
  if (!existsSync(path) || !statSync(path).isFile()) return undefined;
  const text = readText(path);
  try {
    return parseYaml(text);
  } catch (error) {
    throw bad(`is no YAML: ${error instanceof Error ? error.message.split('\n')[0] : 'unreadable'}.`);
  }
}
