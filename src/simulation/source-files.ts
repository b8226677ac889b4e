import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { EconError } from '../base/index.js';

export interface SourceFiles {
  /** Content by the name under which Yosys finds it. */
  readonly files: Readonly<Record<string, string>>;
  /** Names that are only included or read as data. */
  readonly included: readonly string[];
}

const NAMED = /`include\s+"([^"]+)"|\$readmem[hb]\s*\(\s*"([^"]+)"/g;

/**
 * Reads Verilog files and what they include or load (`include`, `$readmemh`), searched beside the file that names
 * it, in the working folder and in `folders`.
 * @throws EconError `simulation/no-file`
 */
export function readSourceFiles(paths: readonly string[], folders: readonly string[] = []): SourceFiles {
  const files: Record<string, string> = {};
  const included = new Set<string>();
  const take = (name: string, path: string): void => {
    if (files[name] !== undefined) return;
    const text = readFileSync(path, 'utf8');
    files[name] = text;
    for (const [, include, data] of text.replace(/\/\/.*$/gm, '').matchAll(NAMED)) {
      const wanted = include ?? data;
      const found = ['', dirname(path), ...folders].map((f) => join(f, wanted)).find(isFile);
      // What is not found is left to Yosys, which knows whether the line counts at all, and names it.
      if (found === undefined || files[wanted] !== undefined) continue;
      included.add(wanted);
      take(wanted, found);
    }
  };
  for (const path of paths) {
    if (!isFile(path)) {
      throw new EconError({
        code: 'simulation/no-file',
        where: path,
        what: existsSync(path) ? 'this is not a file.' : 'there is no such file.',
        remedy: 'Give the Verilog files of the design, one after the other.',
      });
    }
    take(inner(path), path);
  }
  const own = new Set(paths.map(inner));
  return { files, included: [...included].filter((name) => !own.has(name)) };
}

/** Name in Yosys' own file system: nothing there lies outside its root. */
function inner(path: string): string {
  const plain = normalize(path);
  return isAbsolute(plain) || plain.startsWith('..') ? plain.replace(/^(\.\.[/\\])*[/\\]?/, '') : plain;
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
