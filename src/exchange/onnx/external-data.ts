import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { fileError } from '../../base/index.js';
import { badNetwork } from '../graph/network-error.js';
import type { OnnxTensor } from './schema.js';

/**
 * The bytes of a tensor that lie in a file beside the model (ONNX external data: location, offset, length, checksum).
 * Only files in the folder of the model, or below it, are opened.
 * @param size bytes that the tensor takes
 * @throws EconError exchange/network, or base/cannot-read for a file that is not there
 */
export function externalBytes(tensor: OnnxTensor, size: number, path: string): Uint8Array {
  const name = `tensor ${tensor.name}`;
  const entries = new Map(tensor.external_data?.map(({ key = '', value = '' }) => [key, value]));
  const location = entries.get('location');
  if (!location) throw badNetwork(path, `${name} has external data without a location`);
  const known = ['location', 'offset', 'length', 'checksum', 'basepath'];
  for (const key of entries.keys())
    if (!known.includes(key)) throw badNetwork(path, `${name}: its external data have the key ${key}`);
  const number = (key: string): number | undefined => {
    const text = entries.get(key);
    if (text === undefined) return undefined;
    if (!/^\d{1,15}$/.test(text)) throw badNetwork(path, `${name}: ${key} ${text} of its external data`);
    return Number(text);
  };
  const offset = number('offset') ?? 0;
  const length = number('length');
  if (length !== undefined && length !== size)
    throw badNetwork(path, `${name} has ${length} bytes of external data instead of ${size}`);
  const file = insideFolder(location, name, path);
  const bytes = readRange(file, offset, size, length === undefined, name, path);
  const checksum = entries.get('checksum');
  if (checksum && createHash('sha1').update(bytes).digest('hex') !== checksum.toLowerCase())
    throw badNetwork(path, `the external data of ${name} in ${location} do not match their checksum`);
  return bytes;
}

function insideFolder(location: string, name: string, path: string): string {
  const folder = realpathSync(dirname(resolve(path)));
  const outside = (file: string): boolean => {
    const way = relative(folder, file);
    return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
  };
  const refuse = (): Error =>
    badNetwork(
      path,
      `${name} lies in ${location}, outside the folder of the model`,
      'Put the data file beside the model and write the model again with that location.',
    );
  if (isAbsolute(location) || location.includes('\0')) throw refuse();
  const file = resolve(folder, location);
  if (outside(file)) throw refuse();
  let real: string;
  try {
    real = realpathSync(file);
  } catch {
    throw badNetwork(
      path,
      `${name} lies in ${location}, and that file is not beside the model`,
      `Copy ${location} into the folder of the model, or export with the weights inside: torch.onnx.export(..., external_data=False).`,
    );
  }
  // A link may lead elsewhere.
  if (outside(real)) throw refuse();
  return real;
}

function readRange(
  file: string,
  offset: number,
  size: number,
  toTheEnd: boolean,
  name: string,
  path: string,
): Uint8Array {
  // Asked before opening: to open a pipe waits for ever.
  const stat = statSync(file);
  if (!stat.isFile()) throw badNetwork(path, `${name} lies in ${file}, which is no plain file`);
  const end = offset + size;
  if (end > stat.size || (toTheEnd && end !== stat.size))
    throw badNetwork(
      path,
      `${name} takes bytes ${offset} to ${end} of ${file}, which has ${stat.size}`,
      'Copy both files again: they do not belong together, or one is cut off.',
    );
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch (error) {
    throw fileError(error, file, 'read');
  }
  try {
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; ) {
      const got = readSync(fd, bytes, at, size - at, offset + at);
      if (got === 0) throw badNetwork(path, `${file} ends before ${name} does`, 'Copy it again.');
      at += got;
    }
    return bytes;
  } finally {
    closeSync(fd);
  }
}
