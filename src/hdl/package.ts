import { join } from 'node:path';
import { writeFileAtomic } from '../base/index.js';
import { type FileSet, manifest } from './manifest.js';

/** Writes the files and MANIFEST.json into a folder; each file is written whole or not at all, the manifest last. */
export function writePackage(
  folder: string,
  files: FileSet,
  about: Readonly<Record<string, unknown>>,
): string {
  for (const path of [...files.keys()].sort()) writeFileAtomic(join(folder, path), files.get(path)!);
  const text = manifest(files, about);
  writeFileAtomic(join(folder, 'MANIFEST.json'), text);
  return text;
}
