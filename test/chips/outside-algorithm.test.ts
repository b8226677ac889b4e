import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { loadModules, packageRoot, Random, register, registeredThings } from '../../src/base/index.js';
import {
  algorithms,
  type ChipSettings,
  decodeCharges,
  defaultEcontOptions,
  defaultSettings,
  packetCharges,
} from '../../src/blocks/index.js';
import { chipWrites, decodePackets, describeChip, plannedFlipFlops, runChip } from '../../src/chips/index.js';
import { TopLevel } from '../../src/chips/top-level.js';
import { chipReferences } from '../../src/quality/index.js';
import { simulateChip } from '../../src/verify/index.js';
import { countFlipFlops } from './flip-flops.js';
import { fromOrbitStart, randomWords, vectorsOf } from './random-chip.js';

const path = join(packageRoot, 'docs', 'examples', 'extend', 'algorithm.mjs');
const name = 'largest-coarse';
const settings: ChipSettings = { ...defaultSettings('production'), algorithm: name, etx: 3 };

beforeAll(() => loadModules([path], new URL('../../src/index.ts', import.meta.url).href));

/** 3 links: 91 bits are 11 cells. The same in another way: cells by how many others stand before them. */
function chosen(wafer: Uint32Array): number[] {
  return [...wafer.keys()].filter(
    (k) => wafer.filter((q, j) => q > wafer[k] || (q === wafer[k] && j < k)).length < 11,
  );
}

test('an algorithm from outside emulates, decodes and is compared like ours', () => {
  expect(registeredThings().map((r) => [r.kind, r.name])).toEqual([['algorithm', name]]);
  const words = randomWords(new Random(7), 'exponential', 200, 40);
  const charges = decodeCharges(settings, words);
  const packets = decodePackets(settings, runChip(settings, words));
  expect(packets.flags.every((f) => f === 0)).toBe(true);
  const back = packetCharges(settings, packets, 'dropped');
  for (let i = 0; i < 200; i++) {
    const wafer = charges.subarray(48 * i, 48 * i + 48);
    const sent = packets.sent.subarray(48 * i, 48 * i + 48);
    expect([...sent.keys()].filter((k) => sent[k] === 1)).toEqual(chosen(wafer));
    for (const k of chosen(wafer)) {
      const q = wafer[k];
      expect(back[48 * i + k]).toBe(q < 32 ? 0 : q < 256 ? 100 : q < 1024 ? 500 : 2000);
    }
  }
  expect(chipReferences().at(-1)?.name).toBe('largest cells, 2 bits each');
});

test('what it asks for that the chip has not is refused by name', () => {
  const top = new TopLevel(undefined as never, describeChip().options);
  expect(() => top.place('sorter', {})).toThrow(
    /block sorter, which this chip has not. There are link-input, mux,/,
  );
  expect(() => top.setting('volume')).toThrow(/setting volume, which this chip has not/);
});

test('settings with alg_type 5 select it instead of the repeater', () => {
  const description = describeChip({
    econt: { algorithms: [name], generation: 'production', stcTie: 'highest' },
  });
  const write = chipWrites(description.options, settings).find(({ address }) => address === 0x49f);
  expect(write && write.bytes[0] & 7).toBe(5);
});

test('a chip with it and ours is bit-exact in simulation, with the flip-flops that were planned', async () => {
  const description = describeChip({
    tmr: 'none',
    econt: { algorithms: ['repeater', name], generation: 'production', stcTie: 'highest' },
  });
  const words = fromOrbitStart(randomWords(new Random(8), 'exponential', 64, 40));
  const run = await simulateChip({
    description,
    settings,
    vectors: vectorsOf(description, settings, words),
  });
  expect([run.equalRows, run.mismatches, run.chipLatency]).toEqual([64, 0, 7]);
  expect(await countFlipFlops(description)).toBe(plannedFlipFlops(description).total);
}, 300_000);

test('a number or a short name of ours is refused, and so is one without its parts', () => {
  const mine = algorithms.get(name, '');
  const code = (of: string): Error => expect.objectContaining({ code: of }) as Error;
  expect(() => register('algorithm', 'mine', { ...mine, short: 'MI' })).toThrow(
    /code 5 is that of largest-coarse/,
  );
  expect(() => register('algorithm', 'mine', { ...mine, code: 6, short: 'TS' })).toThrow(
    /TS is that of threshold-sum/,
  );
  expect(() => register('algorithm', 'mine', { short: 'MI' })).toThrow(code('base/bad-thing'));
  expect(() => register('algorithm', 'repeater', { ...mine, code: 6, short: 'MI' })).toThrow(
    code('base/name-taken'),
  );
});

test('a chip has one buffer: a second algorithm of packets of any length is refused by name', () => {
  const stream = algorithms.get('threshold-sum', 'test');
  algorithms.add('second-sum', { ...stream, name: 'second-sum', short: 'SS', code: 6 });
  const econt = { ...defaultEcontOptions, algorithms: ['threshold-sum', 'second-sum'] };
  expect(() => describeChip({ econt })).toThrowError(
    /threshold-sum and second-sum send packets of any length/,
  );
  expect(describeChip({ econt: { ...econt, algorithms: ['second-sum'] } }).latency).toBe(9);
});
