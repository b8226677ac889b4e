import { beforeAll, expect, test } from 'vitest';
import { leafCells } from '../../../src/chips/index.js';
import { Simulator } from '../../../src/netlist-sim/index.js';

const DEVICE = 0x20;
/** Clocks that SCL is low and high: the shortest that the target takes. */
const LOW = 8;
const HIGH = 6;

let target: Simulator;
let host = 0; // 1 pulls SDA low
let writes: number[] = [];
let pulled = 0;

beforeAll(async () => {
  const cells = ['econ_i2c_target', 'econ_i2c_filter', 'econ_register', 'econ_register_copy', 'econ_voter'];
  const files = Object.fromEntries(cells.map((c) => [`${c}.v`, leafCells().get(`rtl/${c}.v`)!]));
  target = await Simulator.load(files, { top: 'econ_i2c_target', clock: 'clk_i' });
  target.set('device_i', DEVICE);
  target.set('ready_i', 1);
  target.set('data_i', 0); // what holds SDA low for longest
}, 60_000);

const line = (): number => (host || target.get('sda_oe_o') ? 0 : 1);

function wait(clocks: number): void {
  for (let i = 0; i < clocks; i++) {
    target.set('sda_i', line());
    target.eval();
    if (target.get('write_o')) writes.push(target.get('data_o'));
    pulled += target.get('sda_oe_o');
    target.step();
  }
}

function scl(level: number, clocks: number): void {
  target.set('scl_i', level);
  wait(clocks);
}

/** One bit: true when SDA was high. */
function bit(value: number): boolean {
  host = 1 - value;
  scl(0, LOW);
  scl(1, HIGH);
  const high = line() === 1;
  scl(0, 1);
  return high;
}

const send = (byte: number): boolean => {
  for (let b = 7; b >= 0; b--) bit((byte >> b) & 1);
  return !bit(1);
};

/** START out of any phase in which nobody else holds SDA. */
function start(): void {
  host = 0;
  scl(target.get('scl_i'), LOW);
  scl(1, HIGH);
  host = 1;
  wait(LOW);
  scl(0, 1);
}

function stop(): void {
  host = 1;
  scl(0, LOW);
  scl(1, HIGH);
  host = 0;
  wait(2 * LOW);
}

/** Loads the flip-flops of the protocol: {scl, sda, state, bit, shift, address, pull, more, read}. */
function state(scl: number, state: number, bits: number, shift: number, low: number): bigint {
  const fields: [number, number][] = [
    [scl, 1],
    [1, 1],
    [state, 3],
    [bits, 4],
    [shift, 8],
    [0x1234, 16],
    [low, 3],
  ];
  return fields.reduce((value, [field, width]) => (value << BigInt(width)) | BigInt(field), 0n);
}

test('from every state of the flip-flops nine clocks at most bring SDA up, and the START there is seen', () => {
  target.set('scl_i', 1);
  target.set('sda_i', 1);
  target.set('rst_ni', 1);
  target.reset('rst_ni', 0);
  const name = target.registers().find((r) => r.name.startsWith('u_state'))!.name;
  // What shifts out or in: nothing but zeros, nothing but ones, the own address.
  const shifts = [0x00, 0xff, 2 * DEVICE];
  const most = new Array<number>(11).fill(0);
  const wrong: string[] = [];
  for (const level of [0, 1]) {
    host = 0;
    scl(level, 20);
    const quiet = target.snapshot();
    for (let n = 0; n < 2 * 8 * 16 * 8; n++)
      for (const shift of shifts) {
        target.restore(quiet);
        host = 0;
        writes = [];
        target.poke(name, state(n & 1, (n >> 1) & 7, (n >> 4) & 15, shift, n >> 8));
        wait(HIGH);
        let clocks = 0;
        if (line() === 0 || level === 0) scl(0, LOW + 1);
        while (line() === 0 && clocks < 10) {
          clocks++;
          scl(1, HIGH);
          scl(0, LOW + 1);
        }
        scl(1, HIGH);
        most[clocks]++;
        host = 1;
        wait(LOW);
        scl(0, 1);
        const begun = writes.length;
        const answer = send(2 * DEVICE);
        stop();
        if (!answer || clocks > 9 || begun > 1 || writes.length > begun)
          wrong.push(`SCL ${level} state ${n} shift ${shift}: ${clocks} clocks, ${answer}, wrote ${writes}`);
      }
  }
  expect(wrong.slice(0, 5)).toEqual([]);
  expect(most[9]).toBeGreaterThan(0);
  expect(most[10]).toBe(0);
}, 120_000);

test('a reset that ends in the middle of a transaction with others does not read their data as an address', () => {
  for (const phase of [0, 1, 2, 4, 8, LOW + 1, LOW + 3, LOW + HIGH])
    for (const under of [0, 1])
      for (const after of ['stop', 'repeated start', 'free bus']) {
        host = 0;
        target.set('scl_i', 1);
        target.set('sda_i', 1);
        target.set('rst_ni', 1);
        target.reset('rst_ni', 0);
        wait(20);
        start();
        send(0xa0); // nobody here
        // The reset ends `phase` clocks into a bit of another device.
        host = 1 - under;
        target.set('rst_ni', 0);
        wait(3);
        for (let clock = 0; clock < LOW + HIGH; clock++) {
          if (clock === phase) target.set('rst_ni', 1);
          scl(clock < LOW ? 0 : 1, 1);
        }
        target.set('rst_ni', 1);
        wait(3);
        scl(0, 1);
        writes = [];
        pulled = 0;
        // What would be the own address, a register and data, in every place of a byte.
        for (let skip = 0; skip < 9; skip++) {
          for (const byte of [2 * DEVICE, 0, 0, 0xaa]) {
            for (let b = 7; b >= 0; b--) bit((byte >> b) & 1);
            bit(0); // acknowledged by the other device
          }
          bit(skip & 1);
        }
        expect([phase, under, after, pulled, writes]).toEqual([phase, under, after, 0, []]);
        if (after === 'stop') stop();
        if (after === 'free bus') {
          // Its host went away: both lines rise, SDA last.
          host = 1;
          scl(0, LOW);
          scl(1, HIGH);
          host = 0;
          wait(40);
        }
        start();
        expect([send(2 * DEVICE), send(0), send(7), send(0x99)]).toEqual([true, true, true, true]);
        stop();
        expect(writes).toEqual([0x99]);
      }
}, 60_000);
