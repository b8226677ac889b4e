import { existsSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { EconError, readText, STANDARD_INPUT } from '../../base/index.js';
import { Preprocessor } from './preprocess.js';

export interface SourceFiles {
  /** Content by name as the user gave it, or as another file names it from there. */
  readonly files: Readonly<Record<string, string>>;
  /** Names that are only included or read as data. */
  readonly included: readonly string[];
  /** Content of a file whose name the Verilog puts together. */
  readonly find: (name: string) => string | undefined;
}

export interface SourceChoice {
  /** Folders of included files and data. */
  readonly folders?: readonly string[];
  readonly defines?: Readonly<Record<string, string>>;
  /** Values of parameters: they may name data. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Where an included file is looked for: beside the file that names it, in the folders, in the working folder. */
export function includePlaces(wanted: string, from: string, folders: readonly string[]): string[] {
  if (isAbsolute(wanted)) return [normalize(wanted)];
  return [dirname(from), ...folders, '.'].map((folder) => normalize(join(folder, wanted)));
}

/** Where data of `$readmemh` are looked for: in the working folder, as simulators do, then as an included file. */
export function dataPlaces(wanted: string, from: string, folders: readonly string[]): string[] {
  if (isAbsolute(wanted)) return [normalize(wanted)];
  return ['.', dirname(from), ...folders].map((folder) => normalize(join(folder, wanted)));
}

/**
 * Reads Verilog files and what they include or load (`include`, `$readmemh`, also by macro or parameter).
 * @throws EconError `simulation/no-file`, and those of the preprocessor
 */
export function readSourceFiles(paths: readonly string[], choice: SourceChoice = {}): SourceFiles {
  const { folders = [], defines = {}, parameters = {} } = choice;
  const files: Record<string, string> = Object.create(null);
  const included = new Set<string>();
  const own = new Set<string>();
  for (const path of paths) {
    if (!isFile(path)) {
      throw new EconError({
        code: 'simulation/no-file',
        where: path,
        what: existsSync(path) ? 'this is not a file.' : 'there is no such file.',
        remedy:
          path === STANDARD_INPUT
            ? 'Standard input is not taken: its lines would have no file to be named by. Write it to a file first.'
            : 'Give the Verilog files of the design, one after the other.',
      });
    }
    const name = normalize(path);
    own.add(name);
    files[name] = readText(path);
  }
  const take = (places: readonly string[]): string | undefined => {
    const found = places.find(isFile);
    if (found === undefined) return undefined;
    files[found] ??= readText(found);
    if (!own.has(found)) included.add(found);
    return found;
  };
  const preprocessor = new Preprocessor(
    {
      include: (wanted, from) => {
        const name = take(includePlaces(wanted, from, folders));
        return name === undefined ? undefined : { name, text: files[name] };
      },
      data: (wanted, from) => {
        take(dataPlaces(wanted, from, folders));
        return undefined;
      },
    },
    defines,
    () => {},
    (name) => name,
  );
  for (const name of own) {
    preprocessor.read(name, files[name]);
    for (const value of Object.values(parameters))
      take(dataPlaces(value.replace(/^"|"$/g, ''), name, folders));
  }
  const near = [...new Set([...own].map(dirname))];
  return {
    files,
    included: [...included],
    find: (name) => {
      const found = dataPlaces(name, '', [...near, ...folders]).find(isFile);
      return found === undefined ? undefined : readText(found);
    },
  };
}

function isFile(path: string): boolean {
  // existsSync is false, too, for a name that is too long, and for one below a file.
  return existsSync(path) && statSync(path).isFile();
}
