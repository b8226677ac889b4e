import { existsSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkWritable, hashFile, sha256, writeFileAtomic } from '../../src/base/index.js';
import { collectWafers, dedupe, readWafers, selectWafers } from '../../src/dataset/index.js';
import { complaint, lines, randomWafers, scratch } from './helpers.js';

const { folder, file } = scratch();
const distinct = lines(randomWafers(3000, 5));
const twice = [...distinct, ...distinct.slice(0, 500), '0,'.repeat(47).concat('0')];
const path = file('wafers.csv', `${twice.join('\n')}\n`);

test('a file that fits into memory gives what reading, selecting and taking each wafer once give', async () => {
  const all = await readWafers(path);
  const { batch, read, usable, share } = await collectWafers(path, { distinct: true });
  expect(batch).toEqual(dedupe(selectWafers(all)));
  expect({ read, usable, share }).toEqual({ read: 3501, usable: 3500, share: 1 });
  expect((await collectWafers(path)).batch).toEqual(selectWafers(all));
  expect((await collectWafers(path, { select: false })).batch).toEqual(all);
});

test('of a larger file an even sample is drawn and told; equal wafers stay one, whatever their order', async () => {
  const notes: string[] = [];
  const options = { distinct: true, most: 1000, note: (text: string) => notes.push(text) };
  const { batch, share } = await collectWafers(path, options);
  expect(share).toBe(0.25);
  expect(notes).toEqual([
    `${path} has 3500 usable wafers, more than are held in memory: ${batch.count} of them are used, one in 4 drawn evenly by their contents (--max-wafers 1000)`,
  ]);
  // A quarter of 3000 with its spread of 24; in the order of the file; each once.
  expect(Math.abs(batch.count - 750)).toBeLessThan(4 * 24);
  const drawn = lines(batch);
  expect(distinct.filter((line) => drawn.includes(line))).toEqual(drawn);
  const turned = file('turned.csv', `${[...twice].reverse().join('\n')}\n`);
  const again = lines((await collectWafers(turned, { distinct: true, most: 1000 })).batch);
  expect(again.sort()).toEqual(drawn.sort());
  // By place, a wafer that is there twice may come twice.
  const places = await collectWafers(path, { most: 1000 });
  expect(Math.abs(places.batch.count - 875)).toBeLessThan(4 * 26);
});

test('a file without a usable wafer says so', async () => {
  const dark = file('dark.csv', `${'0,'.repeat(47)}1\n${'0.5,'.repeat(47)}1\n`);
  expect(await complaint(collectWafers(dark, { scale: 0.1 }), folder)).toBe(
    'dataset/no-wafers | dark.csv | none of the 2 wafers has 3 cells or more and one MIP (35 CALQ) or more. | Give a larger --scale: 35 stands for one transverse MIP.',
  );
});

test('a file is hashed as a stream; a pipe is refused, its bytes would be gone', async () => {
  expect(await hashFile(path)).toBe(sha256(`${twice.join('\n')}\n`));
  expect(await complaint(hashFile('/dev/null'), folder)).toMatch(/^base\/no-file \| \/dev\/null/);
  expect(await complaint(hashFile(`${folder}/nowhere`), folder)).toMatch(/^base\/cannot-read/);
});

test('what cannot be written is told before the work, and a device is not replaced by a file', async () => {
  expect(() => checkWritable(folder)).toThrow(/EISDIR|is a folder|folder/);
  expect(() => checkWritable(`${path}/below.csv`)).toThrow(/cannot write|part of the path/);
  checkWritable(`${folder}/new/page.html`);
  expect(readdirSync(`${folder}/new`)).toEqual([]);
  if (existsSync('/dev/full')) {
    symlinkSync('/dev/full', `${folder}/full`);
    expect(() => writeFileAtomic(`${folder}/full`, 'text')).toThrow(/full|space|ENOSPC/i);
    expect(statSync(`${folder}/full`).isCharacterDevice()).toBe(true);
  }
});
