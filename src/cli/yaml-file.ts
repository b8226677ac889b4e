import { existsSync, statSync } from 'node:fs';
import { type EconError, readYaml, STANDARD_INPUT } from '../base/index.js';

/** Contents of a YAML or JSON file; undefined when there is none. @throws what `bad` makes of a text that is no YAML */
export function readYamlFile(path: string, bad: (what: string) => EconError): unknown {
  if (path !== STANDARD_INPUT && !(existsSync(path) && statSync(path).isFile())) return undefined;
  return readYaml(path, (why) => bad(`is no YAML: ${why}.`));
}
