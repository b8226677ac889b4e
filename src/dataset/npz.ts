import { zipSync } from 'fflate';
import { npyFile } from '../base/index.js';
import { cellsOf, moduleNumber } from '../detector/index.js';
import { encodeNpy, npyShape, readNpy, readNpyIntegers } from './npy.js';
import { type WaferBatch, wafers } from './row/batch.js';
import { dataError } from './row/errors.js';
import { findModuleColumns, hasModules, moduleColumns, modulePlaces } from './row/module-columns.js';
import type { ReadOptions } from './row/options.js';
import { readZipDirectory, readZipEntry, type ZipEntry } from './zip.js';

/** Name of the array in an NPZ archive that {@link encodeNpz} writes. */
const npzArray = 'charges';

/**
 * Wafers of an NPZ archive: of the array that is asked for; of `charges` or `CALQ`; of its only array, or the only one of
 * shape (n, cells).
 */
export async function* readNpz(path: string, options: ReadOptions = {}): AsyncGenerator<WaferBatch> {
  const arrays = (await readZipDirectory(path)).filter((entry) => entry.fileName.endsWith('.npy'));
  const chosen = await chooseArray(arrays, path, options);
  const modules = hasModules(options) ? await readModules(path, arrays) : undefined;
  let row = 0;
  try {
    for await (const batch of readNpy(readZipEntry(path, chosen), `${path} (${chosen.fileName})`, options)) {
      const end = row + batch.count;
      if (modules && modules.length < end) throw otherLength(path, modules.length, `${end} or more`);
      yield modules ? wafers(batch.charges, modules.subarray(row, end)) : batch;
      row = end;
    }
  } catch (error) {
    // A damaged archive shows first as a strange charge, and by its check sum at the end only: that is the cause to tell.
    for await (const _ of readZipEntry(path, chosen));
    throw error;
  }
  if (modules && modules.length !== row) throw otherLength(path, modules.length, row);
}

async function chooseArray(
  arrays: readonly ZipEntry[],
  path: string,
  options: ReadOptions,
): Promise<ZipEntry> {
  const nameOf = ({ fileName }: ZipEntry): string => fileName.slice(0, -4);
  const { dataset, note } = options;
  const named = arrays.filter((entry) =>
    dataset === undefined
      ? [npzArray, 'calq'].includes(nameOf(entry).toLowerCase())
      : nameOf(entry) === dataset,
  );
  if (named.length > 0) return named[0];
  if (dataset === undefined && arrays.length === 1) return arrays[0];
  const wide: ZipEntry[] = [];
  const told: string[] = [];
  for (const entry of arrays) {
    const shape = await npyShape(readZipEntry(path, entry), `${path} (${entry.fileName})`).catch(
      () => undefined,
    );
    if (shape?.length === 2 && shape[1] === cellsOf(options)) wide.push(entry);
    told.push(`${nameOf(entry)} (${shape?.join(' x ') ?? 'no numbers'})`);
  }
  if (dataset === undefined && wide.length === 1) {
    note?.(`of the arrays ${told.join(', ')} the one of wafers is read: ${nameOf(wide[0])}`);
    return wide[0];
  }
  throw dataError(
    'which-array',
    { path },
    arrays.length ? `the archive holds the arrays ${told.join(', ')}.` : 'the archive holds no array.',
    wide.length > 1
      ? `Say which holds the wafers: --dataset-path ${nameOf(wide[0])}.`
      : `Wafers are an array of shape (n, ${cellsOf(options)}): numpy.savez(path, ${npzArray}=array).`,
  );
}

/** Numbers of the modules, when the archive tells layer, waferu and waferv of each wafer. */
async function readModules(path: string, arrays: readonly ZipEntry[]): Promise<Uint16Array | undefined> {
  const at = findModuleColumns(arrays.map(({ fileName }) => fileName.slice(0, -4)));
  if (!at) return undefined;
  const columns: Int32Array[] = [];
  for (const column of at) {
    const entry = arrays[column];
    const values = await readNpyIntegers(readZipEntry(path, entry), `${path} (${entry.fileName})`);
    if (columns.length > 0 && values.length !== columns[0].length)
      throw otherLength(path, values.length, columns[0].length);
    columns.push(values);
  }
  const [layer, u, v] = columns;
  return Uint16Array.from(layer, (number, row) => moduleNumber(number, u[row], v[row]));
}

function otherLength(path: string, length: number, rows: number | string) {
  return dataError(
    'bad-shape',
    { path },
    `an array of ${moduleColumns.join(', ')} has ${length} numbers for ${rows} wafers.`,
    'Save one number per wafer, or leave the three arrays out.',
  );
}

/** A batch as the bytes of an NPZ archive; modules that are known are arrays of their own. */
export function encodeNpz(batch: WaferBatch): Uint8Array {
  const places = batch.modules && modulePlaces(batch.modules);
  const columns = places
    ? moduleColumns.map((name, c): [string, Uint8Array] => [
        `${name}.npy`,
        npyFile(
          '<i4',
          `(${batch.count},)`,
          places.filter((_, i) => i % moduleColumns.length === c),
        ),
      ])
    : [];
  const files = Object.fromEntries([[`${npzArray}.npy`, encodeNpy(batch)], ...columns]);
  // The oldest time that a ZIP archive can tell, instead of now.
  return zipSync(files, { mtime: new Date(1980, 0, 1) });
}
