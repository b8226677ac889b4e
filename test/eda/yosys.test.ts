import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EconError } from '../../src/base/index.js';
import { runYosys } from '../../src/eda/index.js';

let cache: string;
beforeAll(() => {
  cache = mkdtempSync(join(tmpdir(), 'econ-test-'));
});
afterAll(() => rmSync(cache, { recursive: true, force: true }));

const SOURCE = 'module adder(input [7:0] a, b, output [8:0] y);\n  assign y = a + b;\nendmodule\n';

test('a script returns printed JSON and the files asked for, and is cached by content', async () => {
  const script = 'read_verilog rtl/adder.v; hierarchy -top adder; proc; tee -q -o stat.txt stat; write_json';
  const run = () => runYosys(script, { 'rtl/adder.v': SOURCE }, { cache, outputs: ['stat.txt'] });
  const first = await run();
  const modules = JSON.parse(first.stdout).modules;
  expect(Object.keys(modules)).toEqual(['adder']);
  expect(first.files['stat.txt']).toContain('$add');
  expect(first.seconds).toBeGreaterThan(0);
  const second = await run();
  expect(second.seconds).toBe(0);
  expect(second.stdout).toBe(first.stdout);
  // A damaged entry is thrown away and made again.
  const [entry] = readdirSync(cache);
  writeFileSync(join(cache, entry), 'not gzip');
  const third = await run();
  expect(third.seconds).toBeGreaterThan(0);
  expect(third.stdout).toBe(first.stdout);
});

test.each([
  ['a syntax error', 'module m(input a, output y);\n  assign y = a +;\nendmodule\n', 'bad.v:2'],
  [
    'an undeclared name',
    '`default_nettype none\nmodule m(output wire y);\n\n  assign y = b;\nendmodule\n',
    'bad.v:4',
  ],
])('%s is reported with file and line', async (_, text, where) => {
  const error = await runYosys(
    'read_verilog bad.v; hierarchy -top m; proc',
    { 'bad.v': text },
    { cache: false },
  ).catch((e) => e);
  expect(error).toBeInstanceOf(EconError);
  expect(error.code).toBe('eda/yosys');
  expect(error.where).toMatch(new RegExp(`^${where}`));
});

test('a missing module, a missing output and a slow script are errors', async () => {
  const files = { 'adder.v': SOURCE };
  const missing = await runYosys('read_verilog adder.v; hierarchy -top nothing', files, { cache }).catch(
    (e) => e,
  );
  expect(missing.code).toBe('eda/yosys');
  expect(missing.what).toContain('nothing');
  const output = await runYosys('read_verilog adder.v', files, { cache, outputs: ['a.json'] }).catch(
    (e) => e,
  );
  expect(output.code).toBe('eda/yosys-output');
  const slow = await runYosys('read_verilog adder.v; synth', files, { cache: false, timeout: 0.01 }).catch(
    (e) => e,
  );
  expect(slow.code).toBe('eda/yosys-timeout');
});

test('a run that is given up while Yosys is compiled ends alone, not the process', async () => {
  const short = (i: number): Promise<unknown> =>
    runYosys('read_verilog a.v; synth', { 'a.v': SOURCE }, { cache: false, timeout: 0.01 + 0.045 * i });
  const ends = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => short(i)));
  for (const end of ends)
    if (end.status === 'rejected') expect((end.reason as EconError).code).toBe('eda/yosys-timeout');
  expect(ends[0].status).toBe('rejected');
});
