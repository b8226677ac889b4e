import { isAlias, isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { EconError } from '../../base/index.js';

/** One integer of a settings file: its path of keys joined with dots, and its line (from 1). */
export interface Entry {
  readonly path: string;
  readonly value: bigint;
  readonly line: number;
}

/**
 * Reads YAML that consists of nested maps with integer leaves, decimal or hex, of any size; true and false are 1 and 0.
 * @param name file name, for errors
 * @param passOver blocks (top-level keys) that are not looked into
 * @throws EconError chip/not-yaml or chip/bad-setting, with file and line
 */
export function readTree(text: string, name: string, passOver: (block: string) => boolean): Entry[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { intAsBigInt: true, lineCounter: lines });
  const broken = document.errors[0];
  if (broken) {
    const line = lines.linePos(broken.pos[0]).line;
    const reason = broken.message.split(/ at line |\n/)[0];
    throw notYaml(`${name}:${line}`, `this is not YAML: ${reason}.`);
  }
  if (!isMap(document.contents)) throw notYaml(`${name}:1`, 'this is not a map of register blocks.');
  const entries: Entry[] = [];
  walk(document.contents, '', 1);
  return entries;

  function walk(node: unknown, path: string, keyLine: number): void {
    const range = (node as { range?: readonly [number, number, number] | null } | null)?.range;
    const line = range ? lines.linePos(range[0]).line : keyLine;
    if (isAlias(node)) throw settingError(name, line, `${path} is a YAML alias.`, 'Write the value itself.');
    if (isMap(node)) {
      for (const { key, value } of node.items) {
        const keyText = isScalar(key) ? String(key.value) : '?';
        const at = isScalar(key) && key.range ? lines.linePos(key.range[0]).line : line;
        if (path === '' && passOver(keyText)) continue;
        walk(value, path === '' ? keyText : `${path}.${keyText}`, at);
      }
      return;
    }
    const scalar = isScalar(node) ? node.value : undefined;
    const value = typeof scalar === 'boolean' ? BigInt(scalar) : scalar;
    if (typeof value !== 'bigint') {
      const shown = value === undefined || value === null ? 'nothing' : JSON.stringify(value);
      const remedy = 'Write an integer, decimal or 0x hex.';
      throw settingError(name, keyLine, `${path} holds ${shown}, not an integer.`, remedy);
    }
    entries.push({ path, value, line: keyLine });
  }
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
