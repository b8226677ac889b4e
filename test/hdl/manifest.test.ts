import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { manifest, writePackage } from '../../src/hdl/index.js';

test('the manifest lists files by path with their SHA-256, whatever the order they came in', () => {
  const a = new Map([
    ['b.v', 'two'],
    ['a.v', 'one'],
  ]);
  const b = new Map([...a].reverse());
  const text = manifest(a, { format: 'x' });
  expect(text).toBe(manifest(b, { format: 'x' }));
  const parsed = JSON.parse(text);
  expect(parsed.files.map((f: { path: string }) => f.path)).toEqual(['a.v', 'b.v']);
  expect(parsed.files[0].sha256).toBe(createHash('sha256').update('one').digest('hex'));
});

test('a package is written whole, and a place that cannot be written is named', () => {
  const folder = mkdtempSync(join(tmpdir(), 'econ-package-'));
  try {
    writePackage(folder, new Map([['rtl/a.v', 'text']]), {});
    expect(readFileSync(join(folder, 'rtl/a.v'), 'utf8')).toBe('text');
    writeFileSync(join(folder, 'file'), '');
    expect(() => writePackage(join(folder, 'file'), new Map([['a.v', '']]), {})).toThrowError(/file/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
