import { type UnzipFileFilter, unzipSync } from 'fflate';
import { readBytes } from '../../base/index.js';
import { badNetwork } from '../graph/network-error.js';

/**
 * Files of a ZIP archive by name.
 * @param what the archive should be, for the message: `NPZ`
 * @throws EconError exchange/network when it is no whole archive
 */
export function readArchive(
  path: string,
  what: string,
  remedy: string,
  filter: UnzipFileFilter,
): Record<string, Uint8Array> {
  const bytes = readBytes(path);
  try {
    return unzipSync(bytes, { filter });
  } catch (error) {
    // Errors of the library have numbers.
    if (error instanceof Error && 'code' in error && typeof error.code === 'number')
      throw badNetwork(path, `this is no whole ${what} archive (${error.message})`, remedy);
    throw error;
  }
}
