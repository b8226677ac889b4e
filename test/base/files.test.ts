import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EconError, readJson, readText, writeFileAtomic } from '../../src/base/index.js';

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
});
