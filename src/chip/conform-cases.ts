import { readdirSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { EconError, fileError } from '../base/index.js';

/** A folder of a vector repository: paths of what it holds. */
export interface Case {
  readonly name: string;
  readonly settings?: string;
  readonly input?: string;
  readonly output?: string;
}

/** All cases below a folder (or it itself), by name. @throws EconError chip/no-vectors */
export function findCases(folder: string): Case[] {
  const cases: Case[] = [];
  visit(folder, nearestInput(dirname(folder)));
  if (cases.length > 0) return cases.sort((a, b) => (a.name < b.name ? -1 : 1));
  throw new EconError({
    code: 'chip/no-vectors',
    where: folder,
    what: 'no test vectors here: no folder below it holds init.yaml and testOutput.csv.',
    remedy: 'Give the folder that holds the data sets, e.g. one with mcDataset/AE/init.yaml in it.',
  });

  function visit(at: string, inputAbove: string | undefined): void {
    const { files, folders } = list(at);
    const pick = (name: string): string | undefined =>
      [name, `${name}.gz`].filter((f) => files.includes(f)).map((f) => join(at, f))[0];
    const input = pick('testInput.csv') ?? inputAbove;
    const settings = pick('init.yaml');
    const output = pick('testOutput.csv');
    if (settings !== undefined || output !== undefined) {
      const name = relative(folder, at).split(sep).join('/') || basename(at);
      cases.push({ name, settings, input, output });
    }
    for (const sub of folders) visit(join(at, sub), input);
  }
}

/** testInput.csv of a data set whose case was named directly: looked for in the folder above it. */
function nearestInput(folder: string): string | undefined {
  try {
    const { files } = list(folder);
    const name = ['testInput.csv', 'testInput.csv.gz'].find((f) => files.includes(f));
    return name === undefined ? undefined : join(folder, name);
  } catch {
    // The folder above may be closed to us; the cases below it can still have their own input.
    return undefined;
  }
}

function list(folder: string): { files: string[]; folders: string[] } {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    const folders = entries.filter((e) => e.isDirectory() && !e.name.startsWith('.')).map((e) => e.name);
    return { files: entries.filter((e) => !e.isDirectory()).map((e) => e.name), folders };
  } catch (error) {
    throw fileError(error, folder, 'read');
  }
}

/** The case of this name, else those whose names contain it. @throws EconError chip/no-such-case */
export function chooseCases(cases: readonly Case[], filter: string, folder: string): Case[] {
  const exact = cases.filter((c) => c.name === filter);
  const chosen = exact.length > 0 ? exact : cases.filter((c) => c.name.includes(filter));
  if (chosen.length > 0) return chosen;
  throw new EconError({
    code: 'chip/no-such-case',
    where: folder,
    what: `no case is called ${JSON.stringify(filter)}.`,
    remedy: `The cases are: ${cases.map((c) => c.name).join(', ')}.`,
  });
}
