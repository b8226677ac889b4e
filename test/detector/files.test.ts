import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot, readJson } from '../../src/base/index.js';
import {
  imageMapsSchema,
  modulesSchema,
  readMap,
  superCellsSchema,
  triggerCellsSchema,
} from '../../src/detector/files.js';

const folder = join(packageRoot, 'sensor-maps');
const schemas = {
  'trigger-cells.json': triggerCellsSchema,
  'image-maps.json': imageMapsSchema,
  'super-cells.json': superCellsSchema,
  'modules.json': modulesSchema,
};

test('every file of sensor-maps/ has a schema, follows it, and names a source', () => {
  expect(readdirSync(folder).sort()).toEqual(Object.keys(schemas).sort());
  for (const [name, schema] of Object.entries(schemas)) {
    expect(readMap(name, schema).source).toMatch(/[\w-]+\/[\w-]+/);
    expect(statSync(join(folder, name)).size).toBeLessThan(600_000);
  }
});

test('the schemas refuse what is no map', () => {
  const broken = (name: string, change: (file: never) => void) => {
    const file = structuredClone(readJson(join(folder, name), '')) as never;
    change(file);
    return schemas[name as keyof typeof schemas].safeParse(file).success;
  };
  expect(broken('trigger-cells.json', (f: { cells: unknown[] }) => f.cells.pop())).toBe(false);
  expect(broken('trigger-cells.json', (f: { cells: { u: number }[] }) => (f.cells[7].u = 8))).toBe(false);
  expect(broken('image-maps.json', (f: { image8x8: number[][] }) => (f.image8x8[0][0] = 48))).toBe(false);
  expect(broken('super-cells.json', (f: { quads: { cells: number[] }[] }) => f.quads[0].cells.pop())).toBe(
    false,
  );
  expect(broken('modules.json', (f: { columns: [string, unknown[]][] }) => f.columns[2][1].pop())).toBe(
    false,
  );
  expect(broken('modules.json', (f: { source: string }) => (f.source = ''))).toBe(false);
});

test('a map that breaks its schema is named, with the place', () => {
  expect(() => readMap('modules.json', imageMapsSchema)).toThrow(/modules\.json: .*install econ again/);
});

const tables = join(packageRoot, '../shared/data/maps');
if (!existsSync(tables)) console.log('skipped: shared data not found');
test.skipIf(!existsSync(tables))('the files are what the script derives from the public tables', () => {
  const target = mkdtempSync(join(tmpdir(), 'econ-maps-'));
  execFileSync(process.execPath, [join(packageRoot, 'scripts/build-sensor-maps.js'), tables, target]);
  for (const name of Object.keys(schemas)) {
    expect(readFileSync(join(target, name)).equals(readFileSync(join(folder, name))), name).toBe(true);
  }
  rmSync(target, { recursive: true });
});
