import type { WaferBatch } from './batch.js';
import { dataError } from './errors.js';
import { readNpy } from './npy.js';
import { readZipDirectory, readZipEntry } from './zip.js';

/** Name of the array in an NPZ archive that {@link writeWafers} writes. */
export const npzArray = 'charges';

/** Wafers of an NPZ archive: of the array `charges` or `CALQ`, or of its only array. */
export async function* readNpz(path: string): AsyncGenerator<WaferBatch> {
  const arrays = (await readZipDirectory(path)).filter((entry) => entry.name.endsWith('.npy'));
  const named = arrays.filter((entry) => [`${npzArray}.npy`, 'calq.npy'].includes(entry.name.toLowerCase()));
  const chosen = arrays.length === 1 ? arrays[0] : named[0];
  if (!chosen) {
    const names = arrays.map((entry) => entry.name.slice(0, -4)).join(', ');
    throw dataError(
      'which-array',
      { path },
      arrays.length ? `the archive holds the arrays ${names}.` : 'the archive holds no array.',
      `Call the one with the wafers ${npzArray}: numpy.savez(path, ${npzArray}=array).`,
    );
  }
  try {
    yield* readNpy(readZipEntry(path, chosen), `${path} (${chosen.name})`);
  } catch (error) {
    // A damaged archive shows first as a strange charge, and by its check sum at the end only: that is the cause to tell.
    for await (const _ of readZipEntry(path, chosen));
    throw error;
  }
}
