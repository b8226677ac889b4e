import { EconError } from '../base/index.js';
import { deviceAddress } from '../blocks/index.js';
import type { RegisterWrite } from '../chips/index.js';
import type { Value } from '../netlist-sim/index.js';

/** What the bus master needs of a simulated chip: a `Simulator`, whose lanes it loads alike. */
export interface Pins {
  set(port: string, value: Value): void;
  get(port: string): number;
  step(cycles?: number): void;
}

export interface I2cOptions {
  /** Strap pins, 0..7: the device address is 0x20 + strap. */
  readonly strap?: number;
  /** Clocks of clk_i in half a bit: 8 is the fastest that the target takes, 20 is 1 MHz, 50 is 400 kHz. */
  readonly halfBitClocks?: number;
}

/**
 * Bus master on the pins scl_i, sda_i and sda_oe_o of a simulated chip: open drain, so the line is low when either
 * side pulls. Moves SDA a quarter of a bit after SCL falls and looks at it a quarter after SCL rises.
 */
export class I2cMaster {
  private readonly strap: number;
  private readonly half: number;
  private pull = 0;

  constructor(
    private readonly chip: Pins,
    { strap = 0, halfBitClocks = 8 }: I2cOptions = {},
  ) {
    this.strap = strap;
    this.half = halfBitClocks;
    chip.set('strap_i', strap);
    chip.set('scl_i', 1);
    this.drive(0);
  }

  /** Writes consecutive registers in one transaction. @throws EconError simulation/i2c when a byte is refused */
  write(address: number, bytes: Uint8Array): void {
    this.select(address);
    bytes.forEach((byte, i) => {
      if (!this.send(byte)) throw this.refused(address + i, 'the data byte is not acknowledged');
    });
    this.stop();
  }

  /** Reads consecutive registers after a repeated start. */
  read(address: number, count: number): Uint8Array {
    this.select(address);
    this.start();
    if (!this.send((deviceAddress(this.strap) << 1) | 1))
      throw this.refused(address, 'reading is not acknowledged');
    const bytes = Uint8Array.from({ length: count }, (_, i) => this.receive(i < count - 1));
    this.stop();
    return bytes;
  }

  play(writes: readonly RegisterWrite[], onWrite: (write: RegisterWrite) => void = () => {}): void {
    for (const write of writes) {
      this.write(write.address, write.bytes);
      onWrite(write);
    }
  }

  private select(address: number): void {
    this.start();
    const head = [deviceAddress(this.strap) << 1, (address >> 8) & 255, address & 255];
    for (const byte of head) {
      if (!this.send(byte)) throw this.refused(address, 'the device or register address is not acknowledged');
    }
  }

  private start(): void {
    this.quarter();
    this.drive(0);
    this.quarter();
    this.clock(1);
    this.wait(this.half);
    this.drive(1);
    this.wait(this.half);
    this.clock(0);
  }

  private stop(): void {
    this.quarter();
    this.drive(1);
    this.quarter();
    this.clock(1);
    this.wait(this.half);
    this.drive(0);
    this.wait(2 * this.half);
  }

  private send(byte: number): boolean {
    for (let b = 7; b >= 0; b--) this.bit((byte >> b) & 1);
    return this.bit(1) === 0;
  }

  private receive(more: boolean): number {
    let byte = 0;
    for (let b = 0; b < 8; b++) byte = (byte << 1) | this.bit(1);
    this.bit(more ? 0 : 1);
    this.drive(0);
    return byte;
  }

  /** One clock of the bus; a 1 lets the line go, so that the other side can pull it. @returns what was on the line */
  private bit(value: number): number {
    this.quarter();
    this.drive(1 - value);
    this.quarter();
    this.clock(1);
    this.quarter();
    const seen = this.line();
    this.quarter();
    this.clock(0);
    return seen;
  }

  private quarter(): void {
    this.wait(this.half >> 1);
  }

  /** Clock by clock, because the line follows the chip's side at once. */
  private wait(clocks: number): void {
    for (let i = 0; i < clocks; i++) {
      this.chip.step();
      this.settleLine();
    }
  }

  private clock(level: number): void {
    this.chip.set('scl_i', level);
  }

  private drive(pull: number): void {
    this.pull = pull;
    this.settleLine();
  }

  private line(): number {
    return this.pull === 1 || this.chip.get('sda_oe_o') === 1 ? 0 : 1;
  }

  private settleLine(): void {
    this.chip.set('sda_i', this.line());
  }

  private refused(address: number, what: string): EconError {
    return new EconError({
      code: 'simulation/i2c',
      where: `I2C register 0x${address.toString(16)}`,
      what: `${what}.`,
      remedy: 'The emitted chip and its register script do not fit together: emit both again.',
    });
  }
}
