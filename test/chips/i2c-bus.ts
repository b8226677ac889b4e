import type { Random } from '../../src/base/index.js';
import type { Simulator } from '../../src/netlist-sim/index.js';

/** Period of clk_i. */
const CLOCK_NS = 25;
/** A pulse that the I2C standard tells the target to ignore: shorter than 50 ns. */
const GLITCH_NS = 45;
/** How far from an edge a pulse must be to be one of its own. */
const MARGIN_NS = 100;

/** Times of the I2C standard (UM10204, table 10) in ns, for standard, fast and fast-mode plus. */
const timing = {
  100: { low: 4700, high: 4000, setup: 250, start: 4700, bus: 4700 },
  400: { low: 1300, high: 600, setup: 100, start: 600, bus: 1300 },
  1000: { low: 500, high: 260, setup: 50, start: 260, bus: 500 },
} as const;
export type Kilohertz = keyof typeof timing;

export interface BusOptions {
  readonly random: Random;
  readonly kilohertz: Kilohertz;
  /** 7-bit address that the host calls. */
  readonly device?: number;
  /** Pulses too short to count, on both lines, in about this share of the stable phases. */
  readonly glitches?: number;
  /** Called after every clock of the chip. */
  readonly onClock?: () => void;
}

/**
 * A host of its own for tests: it knows the I2C standard and nothing of the chip. It thinks in nanoseconds, with the
 * shortest times of its mode, a phase that drifts against clk_i, and both lines open drain.
 */
export class I2cBus {
  private hostScl = 1;
  private hostSda = 1;
  private now = 0;
  private clocked = 0;

  constructor(
    private readonly chip: Simulator,
    private readonly options: BusOptions,
  ) {
    this.drive();
  }

  /** Acknowledge bits of device, address high, address low, data, as far as the transaction came. */
  write(address: number, bytes: ArrayLike<number>, device = this.options.device ?? 0x20): boolean[] {
    const all = [device << 1, address >> 8, address & 255, ...Array.from(bytes)];
    this.start();
    const acks: boolean[] = [];
    for (const byte of all) {
      acks.push(this.send(byte));
      if (!acks[acks.length - 1]) break;
    }
    this.stop();
    return acks;
  }

  /** Reads after a repeated start. */
  read(address: number, count: number): number[] {
    this.select(address);
    this.start();
    return this.receiveAll(count);
  }

  /** Reads on from where the last transaction ended. */
  readOn(count: number): number[] {
    this.start();
    return this.receiveAll(count);
  }

  /** Device and register address; the transaction stays open. */
  select(address: number): void {
    const device = this.options.device ?? 0x20;
    this.start();
    for (const byte of [device << 1, address >> 8, address & 255])
      if (!this.send(byte)) throw new Error('the chip does not answer');
  }

  /** Sends the first bits of a byte only. */
  sendBits(byte: number, count: number): void {
    for (let b = 7; b > 7 - count; b--) this.bit((byte >> b) & 1);
  }

  /** Receives the first bits of a byte only, as after a host that lost count. */
  receiveBits(count: number): void {
    for (let b = 0; b < count; b++) this.bit(1);
  }

  start(): void {
    const { setup, start } = this.times;
    this.wait(setup);
    this.hostSda = 1;
    this.drive();
    this.wait(this.times.low);
    this.hostScl = 1;
    this.drive();
    this.wait(start);
    this.hostSda = 0;
    this.drive();
    this.wait(start);
    this.hostScl = 0;
    this.drive();
  }

  stop(): void {
    const { setup, low, start, bus } = this.times;
    this.wait(setup);
    this.hostSda = 0;
    this.drive();
    this.wait(low);
    this.hostScl = 1;
    this.drive();
    this.wait(start);
    this.hostSda = 1;
    this.drive();
    this.wait(bus);
  }

  send(byte: number): boolean {
    this.sendBits(byte, 8);
    return this.bit(1) === 0;
  }

  /** Lets the chip run with the bus at rest. */
  idle(clocks: number): void {
    this.wait(clocks * CLOCK_NS);
  }

  /** Is nobody pulling SDA? */
  get free(): boolean {
    return this.sda === 1;
  }

  private receiveAll(count: number): number[] {
    if (!this.send(((this.options.device ?? 0x20) << 1) | 1)) throw new Error('the chip does not answer');
    const bytes: number[] = [];
    for (let i = 0; i < count; i++) {
      let byte = 0;
      for (let b = 0; b < 8; b++) byte = (byte << 1) | this.bit(1);
      bytes.push(byte);
      this.bit(i < count - 1 ? 0 : 1);
    }
    this.stop();
    return bytes;
  }

  private get times(): (typeof timing)[Kilohertz] {
    return timing[this.options.kilohertz];
  }

  private get sda(): number {
    return this.hostSda & (this.chip.get('sda_oe_o') ^ 1);
  }

  /** SDA moves somewhere in the low phase, at the latest its setup time before SCL rises. */
  private bit(value: number): number {
    const { low, high, setup } = this.times;
    const before = this.options.random.below(low - setup - 50);
    this.wait(before);
    this.hostSda = value;
    this.drive();
    this.wait(low - before);
    this.hostScl = 1;
    this.drive();
    this.wait(high / 2);
    const seen = this.sda;
    this.wait(high / 2);
    this.hostScl = 0;
    this.drive();
    return seen;
  }

  private drive(): void {
    this.chip.set('scl_i', this.hostScl);
    this.chip.set('sda_i', this.sda);
  }

  private wait(ns: number): void {
    const { random, glitches = 0 } = this.options;
    // A glitch lies well inside a stable phase: beside an edge it would belong to the edge.
    const room = ns - 2 * MARGIN_NS;
    if (room < GLITCH_NS || random.uniform() >= glitches) {
      this.pass(ns);
      return;
    }
    const from = MARGIN_NS + random.below(room - GLITCH_NS + 1);
    this.pass(from);
    const line = random.below(2) === 0 ? 'scl_i' : 'sda_i';
    this.chip.set(line, line === 'scl_i' ? 1 - this.hostScl : 1 - this.sda);
    this.pass(GLITCH_NS, false);
    this.drive();
    this.pass(ns - from - GLITCH_NS);
  }

  private pass(ns: number, follow = true): void {
    this.now += ns;
    while (this.clocked + CLOCK_NS <= this.now) {
      this.clocked += CLOCK_NS;
      this.chip.step();
      // The chip may pull SDA now.
      if (follow) this.chip.set('sda_i', this.sda);
      this.options.onClock?.();
    }
  }
}
