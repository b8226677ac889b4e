import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EconError, fileError, readJson, readText, writeFileAtomic } from '../../src/base/index.js';

const scratch = () => mkdtempSync(join(tmpdir(), 'econ-test-'));

function errorOf(work: () => unknown): EconError {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(EconError);
    return error as EconError;
  }
  throw new Error('no error was thrown');
}

describe('files', () => {
  it('replaces a file whole and leaves nothing else behind', () => {
    const folder = scratch();
    const path = join(folder, 'deep', 'a.txt');
    writeFileAtomic(path, 'old');
    writeFileAtomic(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(join(folder, 'deep'))).toEqual(['a.txt']);
  });

  it('keeps the old bytes when writing fails', () => {
    const folder = scratch();
    const path = join(folder, 'a');
    mkdirSync(path);
    const error = errorOf(() => writeFileAtomic(path, 'text'));
    expect(error.code).toBe('base/cannot-write');
    expect(error.where).toBe(path);
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it.skipIf(!existsSync('/proc/self'))('says so where the system makes no folder, and comes back', () => {
    const error = errorOf(() => writeFileAtomic('/proc/self/econ/deep/a', 'text'));
    expect(error.code).toBe('base/cannot-write');
  });

  it('refuses a folder below a file, naming the path', () => {
    const folder = scratch();
    writeFileSync(join(folder, 'file'), '');
    const error = errorOf(() => writeFileAtomic(join(folder, 'file', 'below'), 'text'));
    expect(error.where).toBe(join(folder, 'file', 'below'));
  });

  it('says what a missing or broken file is', () => {
    const folder = scratch();
    expect(errorOf(() => readText(join(folder, 'none'))).what).toContain('ENOENT');
    writeFileSync(join(folder, 'bad.json'), '{"a": ');
    const error = errorOf(() => readJson(join(folder, 'bad.json'), 'Remove it.'));
    expect(error.code).toBe('base/bad-json');
    expect(error.remedy).toBe('Remove it.');
  });

  it.each([
    ['a folder', (folder: string) => readText(folder), 'it is a folder'],
    ['a folder to write', (folder: string) => writeFileAtomic(folder, ''), 'folder'],
    ['no folder', (folder: string) => readText(join(folder, 'none', 'a')), `there is no folder`],
    [
      'a file on the way',
      (folder: string) => readText(join(folder, 'file', 'a')),
      'a part of the path is a file',
    ],
    ['a long name', (folder: string) => readText(join(folder, 'a'.repeat(300))), 'the name is too long'],
  ])('names the cause: %s', (_, work, cause) => {
    const folder = scratch();
    writeFileSync(join(folder, 'file'), '');
    expect(errorOf(() => work(folder)).what).toContain(cause);
  });

  it.each([
    ['EROFS', 'the file system is read-only'],
    ['EACCES', 'permission is denied'],
    ['ENOSPC', 'no space left on the device'],
  ])('says %s in words', (code, words) => {
    const error = fileError(Object.assign(new Error('x'), { code }), join(scratch(), 'a'), 'write');
    expect(error.what).toBe(`cannot write this: ${words} (${code}).`);
  });

  const texts: [string, Buffer, string | undefined][] = [
    ['UTF-8', Buffer.from('{"a": "\u00b5"}'), undefined],
    ['UTF-8 with a mark', Buffer.from('\ufeff{"a": "\u00b5"}'), undefined],
    ['UTF-16 with a mark', Buffer.from('\ufeff{"a": "\u00b5"}', 'utf16le'), 'UTF-16,'],
    ['UTF-16 big-endian with a mark', Buffer.from('\ufeff{"a": "b"}', 'utf16le').swap16(), 'UTF-16,'],
    ['UTF-16 without', Buffer.from('{"a": "b"}', 'utf16le'), 'UTF-16LE,'],
    ['UTF-16 big-endian without', Buffer.from('{"a": "b"}', 'utf16le').swap16(), 'UTF-16BE,'],
    ['UTF-32 with a mark', Buffer.from([0xff, 0xfe, 0, 0, 0x31, 0, 0, 0]), 'UTF-32,'],
  ];
  it.each(texts)('reads %s, or says that it is that', (_, bytes, refused) => {
    const path = join(scratch(), 'a.json');
    writeFileSync(path, bytes);
    if (refused === undefined) expect(readJson(path, '')).toEqual({ a: '\u00b5' });
    else expect(errorOf(() => readJson(path, '')).what).toContain(`this text is in ${refused} not in UTF-8`);
  });
});
