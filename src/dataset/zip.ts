import { type FileHandle, open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { crc32, EconError, fileError } from '../base/index.js';
import { dataError } from './row/errors.js';
import { type Chunks, fileChunks } from './source.js';

/** A file in a ZIP archive. */
export interface ZipEntry {
  readonly name: string;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  readonly headerStart: number;
}

const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const UNSET = 0xffffffff;
const remedy = 'Copy or write the file again.';

/**
 * The directory of a ZIP archive, from its end: names and sizes are known before anything is unpacked, and only
 * the wanted file is. Includes the 64-bit records that numpy.savez writes.
 */
export async function readZipDirectory(path: string): Promise<ZipEntry[]> {
  const file = await open(path).catch((error) => {
    throw fileError(error, path, 'read');
  });
  try {
    const length = (await file.stat()).size;
    const tailStart = Math.max(0, length - 65557);
    const tail = await readAt(file, tailStart, length - tailStart);
    let at = tail.byteLength - 22;
    while (at >= 0 && tail.getUint32(at, true) !== END) at--;
    if (at < 0)
      throw dataError(
        'truncated',
        { path },
        'the directory at the end of the ZIP archive is missing.',
        remedy,
      );
    let entries = tail.getUint16(at + 10, true);
    let size = tail.getUint32(at + 12, true);
    let start = tail.getUint32(at + 16, true);
    if (at >= 20 && tail.getUint32(at - 20, true) === LOCATOR64) {
      const end = await readAt(file, wide(tail, at - 12), 56);
      if (end.byteLength < 56 || end.getUint32(0, true) !== END64) throw damaged(path, 'directory');
      [entries, size, start] = [wide(end, 32), wide(end, 40), wide(end, 48)];
    }
    return parseDirectory(await readAt(file, start, Math.min(size, length)), entries, path);
  } finally {
    await file.close();
  }
}

/** The unpacked bytes of an entry, piece by piece; size and CRC-32 are checked at the end. */
export async function* readZipEntry(path: string, entry: ZipEntry): Chunks {
  if (entry.method !== 0 && entry.method !== 8) {
    const what = `${entry.name} is packed by method ${entry.method}.`;
    throw dataError('bad-zip', { path }, what, 'Write it with numpy.savez or numpy.savez_compressed.');
  }
  const file = await open(path);
  const local = await readAt(file, entry.headerStart, 30).finally(() => file.close());
  if (local.byteLength < 30 || local.getUint32(0, true) !== LOCAL) throw damaged(path, entry.name);
  const start = entry.headerStart + 30 + local.getUint16(26, true) + local.getUint16(28, true);
  const packed = fileChunks(path, start, entry.packedSize);
  let crc = 0;
  let size = 0;
  try {
    for await (const chunk of entry.method === 0 ? packed : inflate(packed)) {
      crc = crc32(chunk, crc);
      size += chunk.length;
      yield chunk;
    }
  } catch (error) {
    throw error instanceof EconError ? error : damaged(path, entry.name);
  }
  if (size !== entry.size || crc !== entry.crc) throw damaged(path, entry.name);
}

function inflate(packed: Chunks): AsyncIterable<Uint8Array> {
  return pipeline(Readable.from(packed), createInflateRaw({ chunkSize: 1 << 18 }), () => {});
}

function parseDirectory(view: DataView, count: number, path: string): ZipEntry[] {
  const entries: ZipEntry[] = [];
  for (let at = 0; entries.length < count; ) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== ENTRY) throw damaged(path, 'directory');
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const next = at + 46 + nameLength + extraLength + view.getUint16(at + 32, true);
    if (next > view.byteLength) throw damaged(path, 'directory');
    const name = Buffer.from(view.buffer, view.byteOffset + at + 46, nameLength).toString('utf8');
    const short = [
      view.getUint32(at + 24, true),
      view.getUint32(at + 20, true),
      view.getUint32(at + 42, true),
    ];
    const [size, packedSize, headerStart] = widen(view, at + 46 + nameLength, extraLength, short);
    const method = view.getUint16(at + 10, true);
    entries.push({ name, method, crc: view.getUint32(at + 16, true), packedSize, size, headerStart });
    at = next;
  }
  return entries;
}

/** Fields that do not fit into 32 bits are in the extra field of kind 1, in this order. */
function widen(view: DataView, start: number, length: number, fields: number[]): number[] {
  for (let at = start; at + 4 <= start + length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    let from = at + 4;
    return fields.map((field) => {
      if (field !== UNSET || from + 8 > start + length) return field;
      from += 8;
      return wide(view, from - 8);
    });
  }
  return fields;
}

function wide(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 4294967296;
}

async function readAt(file: FileHandle, start: number, length: number): Promise<DataView> {
  const bytes = new Uint8Array(length);
  const { bytesRead } = await file.read(bytes, 0, length, start);
  return new DataView(bytes.buffer, 0, bytesRead);
}

function damaged(path: string, part: string) {
  return dataError('bad-zip', { path }, `the ZIP archive is damaged (${part}).`, remedy);
}
