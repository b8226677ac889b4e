import { beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/base/index.js';
import {
  type ChipSettings,
  defaultEcontOptions,
  defaultSettings,
  packCodes,
} from '../../src/blocks/index.js';
import {
  chipRegisters,
  describeChip,
  elementAddress,
  elementReset,
  type Register,
  registerNamed,
  runChip,
  settingsToRegisterWrites,
  weightWrites,
} from '../../src/chips/index.js';
import { packWeights } from '../../src/encoder/index.js';
import type { Simulator } from '../../src/netlist-sim/index.js';
import { loadChip } from '../../src/verify/index.js';
import { randomWeights } from './examples.js';
import { I2cBus, type Kilohertz } from './i2c-bus.js';

const CAL = registerNamed('cal').address;
const MUX = registerNamed('mux').address;

function reset(chip: Simulator, strap = 0): void {
  chip.set('link_i', new Uint32Array(12).fill(0xa0000000));
  chip.set('strap_i', strap);
  chip.set('scl_i', 1);
  chip.set('sda_i', 1);
  chip.set('rst_ni', 1);
  chip.reset('rst_ni', 0);
  chip.step(8);
}

describe('an independent host on the pins of the chip', () => {
  let chip: Simulator;
  const econt = { ...defaultEcontOptions, algorithms: ['threshold-sum', 'best-choice'] as const };

  beforeAll(async () => {
    chip = await loadChip(describeChip({ econt, i2cTimeoutBits: 12 }));
  }, 120_000);

  const speeds: Kilohertz[] = [100, 400, 1000];
  test.each(speeds)(
    '%i kHz: single bytes, bursts over registers, reads that go on, glitches between',
    (kilohertz) => {
      const random = new Random(kilohertz);
      reset(chip, 5);
      const bus = new I2cBus(chip, { random, kilohertz, device: 0x25, glitches: 0.3 });
      expect(bus.write(CAL, [0x34, 0x0a])).toEqual([true, true, true, true, true]);
      expect(bus.read(CAL, 1)).toEqual([0x34]);
      expect(bus.readOn(3)).toEqual([0x0a, 0x00, 0x08]);
      // From the last mux register into the first calibration: the address counts on.
      const bytes = Array.from({ length: 6 }, () => random.below(64));
      bus.write(CAL - 4, bytes);
      expect(bus.read(CAL - 4, 6)).toEqual([...bytes.slice(0, 5), bytes[5] & 15]);
      expect(bus.free).toBe(true);
    },
  );

  test.each(speeds)('%i kHz: other devices, and bytes that are cut short, change nothing', (kilohertz) => {
    const random = new Random(kilohertz + 1);
    reset(chip);
    const bus = new I2cBus(chip, { random, kilohertz, glitches: 0.1 });
    const before = bus.read(MUX, 4);
    for (const device of [0x21, 0x24, 0x60, 0x00, 0x7f])
      expect(bus.write(MUX, [9, 9], device)).toEqual([false]);
    for (let bits = 0; bits < 8; bits++) {
      bus.select(MUX);
      bus.sendBits(0x55, bits);
      bus.stop();
      // The same with a repeated start instead of the stop.
      bus.select(MUX);
      bus.sendBits(0x2a, bits);
      expect(bus.read(MUX, 1)).toEqual([before[0]]);
      // A host that stops in the middle of a byte that it reads.
      bus.select(MUX + 2);
      bus.start();
      expect(bus.send(0x41)).toBe(true);
      bus.receiveBits(bits);
      for (let n = 0; n < 9; n++) bus.receiveBits(1);
      bus.stop();
      expect(bus.free).toBe(true);
    }
    expect(bus.read(MUX, 4)).toEqual(before);
  });

  test('a host that falls silent in the middle of a transaction is given up after the timeout', () => {
    reset(chip);
    const bus = new I2cBus(chip, { random: new Random(3), kilohertz: 400 });
    bus.select(MUX);
    bus.start();
    bus.send(0x41);
    bus.receiveBits(3);
    bus.idle(5000);
    const counter = chipRegisters({ econt }).find((r) => r.signal === 'i2c_recovery')!.address;
    expect(bus.read(counter, 1)).toEqual([1]);
    bus.write(registerNamed('rw_err_clr').address, [1]);
    bus.write(registerNamed('rw_err_clr').address, [0]);
    expect(bus.read(counter, 1)).toEqual([0]);
  });

  test('power-up, header check and link resets, as their registers tell them', () => {
    reset(chip);
    const bus = new I2cBus(chip, { random: new Random(4), kilohertz: 1000 });
    const named = (signal: string) => chipRegisters({ econt }).find((r) => r.signal === signal)!;
    const one = (signal: string, at = 0): number => bus.read(named(signal).address + at, 1)[0];
    const links = new Uint32Array(13);
    const sent = (): number => {
      chip.getWords('link_o', links);
      return links.reduce((n, word) => n + (word === 0 ? 0 : 1), 0);
    };
    const run = ({ address }: { address: number }, on: boolean): void => {
      bus.write(address + 2, [on ? 0x80 : 0]);
    };
    const config = named('pusm_config');
    expect(one('clocks_and_resets_status')).toBe(1);
    expect(sent()).toBe(0);
    run(config, true);
    expect(one('clocks_and_resets_status')).toBe(8);
    expect(sent()).toBe(2);

    // Link 3 has a wrong header in 5 BX, of which one is the first of an orbit.
    const words = new Uint32Array(12).fill(0xa0000000);
    for (let n = 0; n < 5; n++) {
      words.fill(n === 2 ? 0x90000000 : 0xa0000000);
      words[3] = n === 2 ? 0xa0000000 : 0xb0000000;
      chip.set('link_i', words);
      chip.step();
    }
    chip.set('link_i', words.fill(0xa0000000));
    const status = named('ch_aligner_status');
    const wrong = named('hdr_mm_cntr');
    expect(bus.read(status.address + 3 * status.stride, 1)).toEqual([4]);
    expect(bus.read(status.address + 2 * status.stride, 1)).toEqual([0]);
    expect(bus.read(wrong.address + 3 * wrong.stride, 2)).toEqual([5, 0]);
    expect(bus.read(wrong.address, 2)).toEqual([0, 0]);
    bus.write(named('misc_command').address, [1]);
    expect(bus.read(wrong.address + 3 * wrong.stride, 2)).toEqual([0, 0]);

    for (let n = 0; n < 300; n++) {
      chip.set('link_reset_i', 1);
      chip.step();
      chip.set('link_reset_i', 0);
      chip.step();
    }
    expect(one('fctrl_counter', 11)).toBe(255);
    run(config, false);
    expect(one('clocks_and_resets_status')).toBe(1);
    expect(one('pusm_counter', 4)).toBe(1);
    expect(sent()).toBe(0);
    bus.write(named('clocks_and_resets_clear').address, [1 << 4]);
    expect(one('pusm_counter', 4)).toBe(0);
  });

  test('every byte of every register of the production map', () => {
    const random = new Random(17);
    reset(chip);
    const bus = new I2cBus(chip, { random, kilohertz: 1000 });
    const map = chipRegisters({ econt });
    const kept = map.filter((r) => r.storage === 'stored');
    // The data path runs on while its registers change under it; a clear in the middle would hide nothing.
    for (const register of kept) {
      for (let k = 0; k < register.count; k += Math.max(1, register.count - 1))
        checkStored(bus, random, register, k);
    }
    for (const register of map.filter((r) => r.storage === 'absent' || r.storage === 'command')) {
      const at = elementAddress(register, register.count - 1);
      // Commands act, and read 0.
      if (register.storage === 'absent') bus.write(at, new Array(register.bytes).fill(255));
      expect(bus.read(at, register.bytes), register.name).toEqual(new Array(register.bytes).fill(0));
    }
    for (const register of map.filter((r) => r.storage === 'status' || r.storage === 'counter')) {
      const before = bus.read(register.address, register.bytes);
      bus.write(register.address, new Array(register.bytes).fill(0x5a));
      expect(bus.read(register.address, register.bytes), register.name).toEqual(before);
    }
  }, 120_000);
});

/** Reset value, then random bytes: the bits that exist are kept. */
function checkStored(bus: I2cBus, random: Random, register: Register, k: number): void {
  const at = elementAddress(register, k);
  const what = `${register.block} ${register.name} ${k}`;
  const width = register.fields.reduce((n, f) => n + f.width, 0);
  const exists = (b: number): number => (1 << Math.max(0, Math.min(8, width - 8 * b))) - 1;
  if (register.name === 'rw_err_clr') return;
  const reset = elementReset(register, k);
  const wanted = Array.from({ length: register.bytes }, (_, b) => Number((reset >> BigInt(8 * b)) & 255n));
  expect(bus.read(at, register.bytes), `${what} after reset`).toEqual(wanted);
  const bytes = Array.from({ length: register.bytes }, () => random.below(256));
  bus.write(at, bytes);
  expect(bus.read(at, register.bytes), what).toEqual(bytes.map((byte, b) => byte & exists(b)));
}

describe('weights that are loaded while wafers stream', () => {
  const ROWS = 997;

  test('no wafer meets a torn set: every BX is that of the old or of the new weights, with one change', async () => {
    const random = new Random(8);
    const description = describeChip();
    const chip = await loadChip(description);
    const settings = (): ChipSettings => ({
      ...defaultSettings('production'),
      algorithm: 'autoencoder',
      etx: 5,
      weights: randomWeights(random),
    });
    const sets = [settings(), settings()];
    const codes = Uint8Array.from({ length: ROWS * 48 }, () => random.below(128));
    const bx = Uint32Array.from({ length: ROWS }, (_, i) => i);
    const words = packCodes('production', codes, bx, ROWS);
    const expected = sets.map((s) => runChip(s, words));

    reset(chip);
    // What the present BX shows: which sets explain it.
    let clock = 0;
    let watching = false;
    const seen: string[] = [];
    const out = new Uint32Array(13);
    const onClock = (): void => {
      clock++;
      if (watching) {
        const row = (clock - description.latency) % ROWS;
        chip.getWords('link_o', out);
        const fits = sets.map((_, s) => out.every((word, j) => word === expected[s][13 * row + j]));
        const now = fits[0] && fits[1] ? 'either' : fits[0] ? 'old' : fits[1] ? 'new' : `torn in row ${row}`;
        if (now !== 'either' && now !== seen.at(-1)) seen.push(now);
      }
      const next = clock % ROWS;
      chip.set('link_i', words.subarray(12 * next, 12 * next + 12));
    };
    chip.set('link_i', words.subarray(0, 12));
    const bus = new I2cBus(chip, { random, kilohertz: 1000, onClock });
    const status = (): number => {
      for (;;) {
        const [value] = bus.read(registerNamed('weight_status').address, 1);
        if ((value & 1) === 0) return value;
      }
    };
    for (const write of settingsToRegisterWrites(sets[0])) bus.write(write.address, write.bytes);
    expect(status()).toBe(2);
    bus.idle(20);
    watching = true;
    bus.idle(ROWS);
    expect(seen).toEqual(['old']);

    // A load that noise has damaged: one bit of one weight. It is refused, and nobody notices.
    const bytes = packWeights(sets[1].weights);
    const [commit] = settingsToRegisterWrites(sets[1]).slice(-1);
    const load = weightWrites(bytes);
    const damaged = load.map((write, n) =>
      n === 7 ? { ...write, bytes: write.bytes.with(40, write.bytes[40] ^ 8) } : write,
    );
    for (const write of [...damaged, commit]) bus.write(write.address, write.bytes);
    expect(status()).toBe(4);
    bus.idle(ROWS);
    expect(seen).toEqual(['old']);

    // The block is sent again, and the set changes between two wafers.
    bus.write(load[7].address, load[7].bytes);
    bus.write(commit.address, commit.bytes);
    expect(status()).toBe(2);
    bus.idle(ROWS);
    expect(seen).toEqual(['old', 'new']);
  }, 300_000);
});
