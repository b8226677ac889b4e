import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { crc32, EconError, fileError } from '../base/index.js';
import { dataError } from './row/errors.js';
import type { Chunks } from './source.js';

/** A file in a ZIP archive. */
export type ZipEntry = Entry;

const remedy = 'Copy or write the file again.';

/**
 * The directory of a ZIP archive, from its end: names and sizes are known before anything is unpacked, and only
 * the wanted file is. Includes the 64-bit records that numpy.savez writes.
 */
export async function readZipDirectory(path: string): Promise<ZipEntry[]> {
  const archive = await openArchive(path);
  const entries: ZipEntry[] = [];
  try {
    for await (const entry of archive.eachEntry()) entries.push(entry);
  } catch {
    throw damaged(path, 'directory');
  } finally {
    archive.close();
  }
  return entries;
}

/** The unpacked bytes of an entry, piece by piece; size and CRC-32 are checked at the end. */
export async function* readZipEntry(path: string, entry: ZipEntry): Chunks {
  const { fileName, compressionMethod } = entry;
  if (!entry.canDecodeFileData()) {
    const how = entry.isEncrypted() ? 'encrypted' : `packed by method ${compressionMethod}`;
    const advice = 'Write it with numpy.savez or numpy.savez_compressed.';
    throw dataError('bad-zip', { path }, `${fileName} is ${how}.`, advice);
  }
  const archive = await openArchive(path);
  let crc = 0;
  try {
    for await (const chunk of await archive.openReadStreamPromise(entry)) {
      crc = crc32(chunk, crc);
      yield chunk;
    }
  } catch (error) {
    throw error instanceof EconError ? error : damaged(path, fileName);
  } finally {
    archive.close();
  }
  if (crc !== entry.crc32) throw damaged(path, fileName);
}

async function openArchive(path: string): Promise<ZipFile> {
  try {
    return await yauzl.openPromise(path, { autoClose: false });
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) throw fileError(error, path, 'read');
    const what = 'the directory at the end of the ZIP archive is missing.';
    throw /signature not found/.test(String(error))
      ? dataError('truncated', { path }, what, remedy)
      : damaged(path, 'directory');
  }
}

function damaged(path: string, part: string) {
  return dataError('bad-zip', { path }, `the ZIP archive is damaged (${part}).`, remedy);
}
