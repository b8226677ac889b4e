import { zipSync } from 'fflate';
import { writeFileAtomic } from '../base/index.js';
import { CELLS } from '../wafer/index.js';
import type { WaferBatch } from './batch.js';
import { calqHeader } from './calq-csv.js';
import { dataError } from './errors.js';
import { encodeNpy } from './npy.js';
import { npzArray } from './npz.js';
import { packText } from './pack.js';

/**
 * Writes wafers as the name of the file says: .csv or .csv.gz (with header), .npy, or .npz (array `charges`).
 * Equal wafers make equal bytes. The file appears at once, when it is complete.
 * @throws EconError dataset/unknown-format, base/cannot-write
 */
export async function writeWafers(path: string, batch: WaferBatch): Promise<void> {
  writeFileAtomic(path, encode(path, batch));
}

function encode(path: string, batch: WaferBatch): Uint8Array {
  if (/\.csv(\.gz)?$/.test(path)) return packText(path, encodeCsv(batch));
  if (path.endsWith('.npy')) return encodeNpy(batch);
  // The oldest time that a ZIP archive can tell, instead of now.
  if (path.endsWith('.npz'))
    return zipSync({ [`${npzArray}.npy`]: encodeNpy(batch) }, { mtime: new Date(1980, 0, 1) });
  throw dataError(
    'unknown-format',
    { path },
    'the name tells no format of wafers.',
    'End it with .csv, .csv.gz, .npy or .npz.',
  );
}

function encodeCsv({ charges }: WaferBatch): Uint8Array {
  const head = new TextEncoder().encode(`${calqHeader}\n`);
  let length = head.length;
  for (let i = 0; i < charges.length; i++) length += decimals(charges[i]) + 1;
  const bytes = new Uint8Array(length);
  bytes.set(head);
  let at = head.length;
  for (let i = 0; i < charges.length; i++) {
    let value = charges[i];
    const end = at + decimals(value);
    for (let digit = end - 1; digit >= at; digit--) {
      const tenth = Math.floor(value / 10);
      bytes[digit] = 48 + value - 10 * tenth;
      value = tenth;
    }
    bytes[end] = (i + 1) % CELLS ? 44 : 10;
    at = end + 1;
  }
  return bytes;
}

function decimals(value: number): number {
  let n = 1;
  for (let limit = 10; value >= limit; limit *= 10) n++;
  return n;
}
