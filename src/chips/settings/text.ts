import { gunzipSync } from 'node:zlib';
import { EconError, readBytes } from '../../base/index.js';

/** No settings of one chip are longer: every register by name, with comments, is 100 kB. */
const LONGEST = 4 << 20;

/**
 * Text of a settings file or dump: UTF-8 or UTF-16 (with its mark), plain or gzip.
 * @throws EconError base/cannot-read, chip/not-settings
 */
export function readSettingsText(path: string): string {
  let bytes = readBytes(path);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    try {
      bytes = gunzipSync(bytes, { maxOutputLength: LONGEST + 1 });
    } catch (error) {
      throw notSettings(path, `it cannot be unpacked: ${(error as Error).message}`, 'Give the plain file.');
    }
  }
  if (bytes.length > LONGEST)
    throw notSettings(
      path,
      `it is longer than ${LONGEST >> 20} MB`,
      'Settings of one chip have at most some 100 kB: name the right file.',
    );
  const mark = bytes.length > 1 ? (bytes[0] << 8) | bytes[1] : 0;
  const encoding = mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8';
  const text = decode(bytes, encoding, path);
  if (text.includes('\0'))
    throw notSettings(path, 'it is no text', 'Give YAML, a dump of registers, or an I2C script.');
  return text;
}

function decode(bytes: Uint8Array, encoding: string, path: string): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw notSettings(path, `it is no ${encoding.toUpperCase()} text`, 'Save it as UTF-8.');
  }
}

function notSettings(where: string, what: string, remedy: string): EconError {
  return new EconError({ code: 'chip/not-settings', where, what: `${what}.`, remedy });
}
