import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { File } from 'h5wasm/node';
import { EconError, fileError } from '../base/index.js';

/** Writes an HDF5 file so that a reader sees all of it or nothing. @throws EconError base/cannot-write */
export async function writeHdf5(path: string, fill: (file: File) => void): Promise<void> {
  // Loaded when it is needed: 0.3 s and some megabytes of WebAssembly.
  const h5 = await import('h5wasm/node');
  await h5.ready;
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = new h5.File(temporary, 'w');
    try {
      fill(file);
    } finally {
      file.close();
    }
    renameSync(temporary, path);
  } catch (error) {
    if (existsSync(temporary)) rmSync(temporary);
    throw error instanceof EconError ? error : fileError(error, path, 'write');
  }
}
