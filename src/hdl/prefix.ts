import type { FileSet } from './manifest.js';

/**
 * The same design under other names: every module that the files hold, and every file named after one, gets the prefix,
 * so that two designs whose modules have equal names can be one. Lines grow by it.
 */
export function withPrefix(files: FileSet, prefix: string): FileSet {
  const modules = [...files.values()].flatMap((text) =>
    [...text.matchAll(/^module (\w+)/gm)].map(([, module]) => module),
  );
  const names = new RegExp(`\\b(?:${modules.join('|')})\\b`, 'g');
  const renamed = (text: string): string => text.replace(names, (name) => prefix + name);
  return new Map([...files].map(([path, text]) => [renamed(path), renamed(text)]));
}
