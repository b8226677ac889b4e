import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  loadedModules,
  loadModules,
  Registry,
  register,
  registeredThings,
  reloadModules,
  sha256,
} from '../../src/base/index.js';

interface Fruit {
  readonly name: string;
  readonly weight: number;
}

const library = new URL('../../src/base/index.ts', import.meta.url).href;
let fruits: Registry<Fruit>;
let folder: string;

beforeAll(() => {
  fruits = new Registry('fruit', (f: Fruit) => (f.weight > 0 ? undefined : 'its weight is not above 0.'));
  fruits.add('apple', { name: 'apple', weight: 3 });
  folder = mkdtempSync(join(tmpdir(), 'econ-registry-'));
});

function module(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('Registry', () => {
  it('keeps its things by name and in order', () => {
    register('fruit', 'pear', { name: 'pear', weight: 2 });
    expect(fruits.names()).toEqual(['apple', 'pear']);
    expect(fruits.get('pear', '--fruit').weight).toBe(2);
    expect(fruits.values().map((f) => f.weight)).toEqual([3, 2]);
  });

  it('tells what there is when a name is unknown', () => {
    expect(() => fruits.get('plum', '--fruit')).toThrow(
      expect.objectContaining({
        code: 'base/unknown-name',
        where: '--fruit',
        remedy: expect.stringContaining('apple, pear'),
      }),
    );
    expect(fruits.find('plum')).toBeUndefined();
  });

  it('replaces nothing, and refuses names, things and kinds that are none', () => {
    const code = (code: string): Error => expect.objectContaining({ code }) as Error;
    expect(() => register('fruit', 'apple', { name: 'apple', weight: 9 })).toThrow(code('base/name-taken'));
    expect(fruits.get('apple', '').weight).toBe(3);
    expect(() => fruits.add('two plums', { name: 'two plums', weight: 1 })).toThrow(code('base/bad-thing'));
    expect(() => fruits.add('air', { name: 'air', weight: 0 })).toThrow('its weight is not above 0.');
    expect(() => register('frut', 'plum', {})).toThrow(code('base/unknown-kind'));
  });
});

describe('loadModules', () => {
  it('registers objects, lists, and what a function makes of the library, and tells where they come from', async () => {
    const one = module('one.mjs', `export default { kind: 'fruit', name: 'fig', weight: 1 };`);
    const text = `export default ({ sha256 }) => [
      { kind: 'fruit', name: 'lime', weight: sha256('').length },
      { kind: 'fruit', name: 'kiwi', weight: 5 },
    ];`;
    const two = module('two.mjs', text);
    await loadModules([one, two], library);
    expect(fruits.get('lime', '')).toEqual({ name: 'lime', weight: 64 });
    expect(fruits.names().slice(-3)).toEqual(['fig', 'lime', 'kiwi']);
    expect(registeredThings().map((r) => r.name)).toEqual(['fig', 'lime', 'kiwi']);
    expect(registeredThings()[2].module.sha256).toBe(sha256(text));
    // Neither a second time nor in a thread that has them already.
    await loadModules([one], library);
    await reloadModules(loadedModules());
    expect(registeredThings()).toHaveLength(3);
  });

  it.each([
    ['no file', undefined, 'base/cannot-read', 'no such file'],
    ['broken text', 'export default {', 'base/bad-module', 'does not load'],
    ['an error of its own', `throw new Error('out of plums');`, 'base/bad-module', 'out of plums'],
    ['no default export', 'export const a = 1;', 'base/bad-module', 'no default export'],
    ['a number', 'export default 7;', 'base/bad-module', 'gives number'],
    ['an empty list', 'export default [];', 'base/bad-module', 'gives nothing'],
    ['no name', `export default { kind: 'fruit', weight: 1 };`, 'base/bad-module', 'has no name'],
    [
      'a name of ours',
      `export default { kind: 'fruit', name: 'apple', weight: 1 };`,
      'base/name-taken',
      'not replaced',
    ],
    [
      'a bad thing',
      `export default { kind: 'fruit', name: 'void', weight: -1 };`,
      'base/bad-thing',
      'not above 0',
    ],
  ])('refuses %s by its file', async (name, text, code, what) => {
    const file = `${name.replaceAll(' ', '-')}.mjs`;
    const path = text === undefined ? join(folder, file) : module(file, text);
    await expect(loadModules([path], library)).rejects.toMatchObject({
      code,
      where: expect.stringContaining(file),
      what: expect.stringContaining(what),
    });
  });

  it('refuses a module that has changed since its parent loaded it', async () => {
    const path = module('late.mjs', `export default { kind: 'fruit', name: 'late', weight: 1 };`);
    const url = new URL(`file://${path}`).href;
    await expect(reloadModules([{ url, sha256: sha256('other'), library }])).rejects.toMatchObject({
      code: 'base/bad-module',
      what: expect.stringContaining('changed'),
    });
  });
});
