import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Random } from '../../../src/base/index.js';
import { bestChoiceBlock } from '../../../src/blocks/best-choice/verilog.js';
import { defaultChipOptions } from '../../../src/blocks/index.js';
import { leafCellsOf } from '../../../src/chips/index.js';
import { Simulator } from '../../../src/netlist-sim/index.js';

const cache = mkdtempSync(join(tmpdir(), 'econ-test-'));
afterAll(() => rmSync(cache, { recursive: true, force: true }));

// Triplicated, so that there are copies to upset.
const options = { ...defaultChipOptions, tmr: 'registers' as const };
const own = new Map([['rtl/econ_best_choice.v', bestChoiceBlock.emit!({ options, provenance: [] })]]);
const files = Object.fromEntries([...own, ...leafCellsOf(own)]);
const load = (change = {}): Promise<Simulator> =>
  Simulator.load(files, { top: 'econ_best_choice', cache, ...change });

/** Outputs over random charges, an inner signal, and the effect of an upset. */
function trace(chip: Simulator): string[] {
  const random = new Random(5);
  const lines: string[] = [];
  chip.set('links_i', 5);
  for (let t = 0; t < 40; t++) {
    chip.set(
      'charge_i',
      Uint32Array.from({ length: 33 }, () => random.uint32()),
    );
    chip.set('use_sum_i', t & 1);
    if (t === 20) chip.flip('u_map.gen_triple.u_copy_b.q_o', 7);
    chip.step();
    lines.push(
      `${chip.getBig('map_o')} ${chip.getBig('codes_o')} ${chip.get('err_o')} ${chip.peek('keys_middle_q')}`,
    );
  }
  return lines;
}

const entry = (): string => {
  const [name, ...more] = readdirSync(cache).filter((n) => n.startsWith('machine-'));
  expect(more).toEqual([]);
  return join(cache, name);
};

let fresh: Simulator;
let wanted: string[];
beforeAll(async () => {
  fresh = await load({ cache: false });
  wanted = trace(fresh);
  expect(trace(await load())).toEqual(wanted);
}, 120_000);

test('a compiled design from the cache is the same, ports, inner signals, upsets and clones', async () => {
  const cached = await load();
  expect(cached.timing.yosys).toBe(0);
  expect(cached.statistics).toEqual(fresh.statistics);
  expect(cached.ports).toEqual(fresh.ports);
  expect(trace(cached)).toEqual(wanted);
  expect(trace(await (await load()).clone())).toEqual(wanted);
  expect(cached.registers()).toEqual(fresh.registers());
  expect(() => cached.peek('u_nothing')).toThrow(/no signal u_nothing/);
});

test('an entry that is cut short, foreign or of another engine is made again', async () => {
  const path = entry();
  const whole = readFileSync(path);
  truncateSync(path, whole.length >> 1);
  expect(trace(await load())).toEqual(wanted);
  expect(readFileSync(path).length).toBeGreaterThan(whole.length / 2 + 1);
  for (const text of ['nonsense', '']) {
    writeFileSync(path, gzipSync(text));
    expect(trace(await load())).toEqual(wanted);
  }
});

test('another text or option does not meet the entry', async () => {
  const before = readdirSync(cache).length;
  const forced = await load({ forceable: ['map_q'] });
  forced.force('map_q', 5);
  expect(forced.getBig('map_o')).toBe(5n);
  expect(readdirSync(cache).filter((n) => n.startsWith('machine-')).length).toBe(2);
  await expect(load({ clock: 'drop_i' })).resolves.toBeInstanceOf(Simulator);
  expect(readdirSync(cache).length).toBeGreaterThan(before);
});
