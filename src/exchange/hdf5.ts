import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Dataset, File, Group } from 'h5wasm/node';
import { EconError, fileError, readBytes } from '../base/index.js';

/** A tensor of an HDF5 file. */
export interface Hdf5Tensor {
  /** Names of groups and data set, outermost first. */
  readonly path: readonly string[];
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export interface Hdf5File {
  readonly tensors: readonly Hdf5Tensor[];
  /** Attribute of the root as text; undefined when there is none. */
  attribute(name: string): string | undefined;
}

/** All tensors of numbers in an HDF5 file. @throws EconError exchange/hdf5, base/cannot-read */
export async function readHdf5(path: string): Promise<Hdf5File> {
  if (Buffer.from(readBytes(path).subarray(0, 8)).toString('latin1') !== '\x89HDF\r\n\x1a\n')
    throw damaged(path, 'this is no HDF5 file.');
  const h5 = await library();
  let file: File;
  try {
    file = new h5.File(path, 'r');
  } catch (error) {
    throw damaged(path, `the HDF5 file cannot be opened (${String(error)}).`);
  }
  try {
    if (file.file_id < 0n) throw damaged(path, 'the HDF5 file is damaged or cut short.');
    const tensors: Hdf5Tensor[] = [];
    const walk = (group: { keys(): string[]; get(name: string): unknown }, at: readonly string[]): void => {
      for (const name of group.keys()) {
        const entry = group.get(name);
        const inside = [...at, name];
        if (entry instanceof h5.Group) walk(entry, inside);
        else if (entry instanceof h5.Dataset) {
          const values = entry.value as ArrayLike<number> | string;
          if (typeof values !== 'object' || values === null) continue;
          tensors.push({ path: inside, shape: entry.shape ?? [], data: Float64Array.from(values) });
        }
      }
    };
    walk(file, []);
    // Attributes are read when they are asked for: before the file is closed.
    const attributes = new Map(
      Object.entries(file.attrs).map(([name, attribute]): [string, unknown] => [name, attribute.value]),
    );
    return {
      tensors,
      attribute: (name) => {
        const value = attributes.get(name);
        return typeof value === 'string' ? value : undefined;
      },
    };
  } catch (error) {
    if (error instanceof EconError) throw error;
    throw damaged(path, `the HDF5 file cannot be read to its end (${String(error)}).`);
  } finally {
    file.close();
  }
}

export type Hdf5Writer = File;

/** Writes an HDF5 file so that a reader sees all of it or nothing. @throws EconError base/cannot-write */
export async function writeHdf5(path: string, fill: (file: Hdf5Writer) => void): Promise<void> {
  const h5 = await library();
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

/** Loaded when it is needed: 0.3 s and some megabytes of WebAssembly. */
async function library(): Promise<{ File: typeof File; Group: typeof Group; Dataset: typeof Dataset }> {
  const h5 = await import('h5wasm/node');
  await h5.ready;
  return h5;
}

function damaged(path: string, what: string): EconError {
  return new EconError({
    code: 'exchange/hdf5',
    where: path,
    what,
    remedy: 'Copy or write the file again; Keras: model.save("model.h5").',
  });
}
