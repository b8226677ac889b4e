import { expect, test } from 'vitest';
import { crc32, Random } from '../../src/base/index.js';
import { type ChipOptions, defaultEcontOptions, weightBlocks } from '../../src/blocks/index.js';
import { describeChip } from '../../src/chips/index.js';
import { encoderShape } from '../../src/encoder/index.js';
import type { Simulator } from '../../src/netlist-sim/index.js';
import { I2cMaster, loadChip } from '../../src/verify/index.js';
import { optionShapes } from './shapes.js';

const shape = encoderShape(optionShapes['4x4x3 image, stride 1']);
const MUX = 0x40f;
const WEIGHTS = 0x600;
const COMMIT = 0xc50;
const CRC = 0xc54;
const BYTES = 134 * weightBlocks({ shape });
const random = new Random(20);
const weights = Uint8Array.from({ length: BYTES }, () => random.below(256));

const bytes32 = (value: number): Uint8Array => Uint8Array.from([0, 8, 16, 24], (s) => (value >>> s) & 255);

/** A simulated chip with wafers on its links, and a host whose moves are played again after an upset. */
class Played {
  readonly words: Uint32Array;
  /** What the host did: SCL and its pull of SDA, clock by clock. */
  private readonly moves: [number, number][] = [];
  private readonly marks: { at: number; state: Uint32Array; snapshot: ReturnType<Simulator['snapshot']> }[] =
    [];
  private readonly links: Uint32Array[] = [];
  readonly registers: readonly { name: string; width: number }[];
  private clock = 0;

  constructor(readonly chip: Simulator) {
    this.words = Uint32Array.from({ length: 256 * 12 }, (_, i) =>
      i % 12 === 0 && i < 12 ? 0x90000000 + random.below(2 ** 28) : 0xa0000000 + random.below(2 ** 28),
    );
    this.registers = chip.registers();
  }

  private tick(scl: number, pull: number): void {
    const row = (this.clock % 256) * 12;
    this.chip.set('link_i', this.words.subarray(row, row + 12));
    this.chip.set('scl_i', scl);
    this.chip.set('sda_i', pull || this.chip.get('sda_oe_o') ? 0 : 1);
    this.chip.step();
    this.clock++;
  }

  private state(): Uint32Array {
    return Uint32Array.from(this.registers.flatMap(({ name }) => [...this.chip.peekWords(name)]));
  }

  /** The right run: everything that the host does is kept, with the state every 64 clocks. */
  record(script: (bus: I2cMaster) => void): void {
    let scl = 1;
    let sda = 1;
    script(
      new I2cMaster({
        set: (port, value) => {
          if (port === 'scl_i') scl = Number(value);
          else if (port === 'sda_i') sda = Number(value);
        },
        get: (port) => this.chip.get(port),
        step: (clocks = 1) => {
          for (let i = 0; i < clocks; i++) {
            if (this.clock % 64 === 0)
              this.marks.push({ at: this.clock, state: this.state(), snapshot: this.chip.snapshot() });
            const pull = sda === 0 && this.chip.get('sda_oe_o') === 0 ? 1 : 0;
            this.moves.push([scl, pull]);
            this.tick(scl, pull);
            this.links.push(this.chip.getWords('link_o').slice());
          }
        },
      }),
    );
  }

  /**
   * The same with one upset.
   * @returns clocks with wrong link words, and the registers that were still wrong at the end
   */
  upset(name: string, bit: number, at: number): { wrong: number; late: number; left: string[] } {
    const mark = this.marks.findLast((m) => m.at <= at)!;
    this.chip.restore(mark.snapshot);
    this.clock = mark.at;
    let wrong = 0;
    let late = 0;
    while (this.clock < this.moves.length) {
      if (this.clock === at) this.chip.flip(name, bit);
      const now = this.clock;
      this.tick(...this.moves[now]);
      const links = this.chip.getWords('link_o');
      if (this.links[now].some((w, j) => w !== links[j])) {
        wrong++;
        if (now > at + 40) late++;
      }
      const next = now > at + 64 && this.clock % 64 === 0 ? this.marks[this.clock / 64] : undefined;
      if (!next) continue;
      const different = this.different(next.state);
      if (different.every((r) => now > this.committed && r.includes('u_shadow'))) break;
    }
    const last = this.marks[Math.min(this.marks.length - 1, Math.floor(this.clock / 64))];
    return {
      wrong,
      late,
      left: this.clock % 64 === 0 ? this.different(last.state) : this.different(this.end),
    };
  }

  /** State behind the last clock. */
  private end: Uint32Array = new Uint32Array(0);
  /** Clock from which on nothing is committed any more. */
  committed = 0;

  finish(): void {
    this.end = this.state();
  }

  private different(state: Uint32Array): string[] {
    const found: string[] = [];
    let at = 0;
    for (const { name } of this.registers) {
      const value = this.chip.peekWords(name);
      // Tallies may tell of it.
      if (!/_count\b|u_wrong\b|u_overflow\b/.test(name) && value.some((w, i) => w !== state[at + i]))
        found.push(name);
      at += value.length;
    }
    return found;
  }

  /** A register and one of its bits, every flip-flop as likely as another. */
  any(from: Random): [string, number] {
    let n = from.below(this.registers.reduce((sum, r) => sum + r.width, 0));
    for (const { name, width } of this.registers) {
      if (n < width) return [name, n];
      n -= width;
    }
    throw new Error('no register');
  }

  get clocks(): number {
    return this.moves.length;
  }
}

async function played(options: Partial<ChipOptions>): Promise<Played> {
  const description = describeChip(options);
  const chip = await loadChip(description);
  chip.set('link_i', new Uint32Array(12).fill(0xa0000000));
  if (options.econt) chip.set('link_reset_i', 0);
  chip.set('strap_i', 0);
  chip.set('rst_ni', 1);
  chip.reset('rst_ni', 0);
  chip.step(8);
  const run = new Played(chip);
  run.record((bus) => {
    if (!options.econt) {
      bus.write(WEIGHTS, weights);
      bus.write(CRC, bytes32(crc32(weights)));
      bus.write(COMMIT, Uint8Array.of(1));
    } else bus.write(0x3c7, Uint8Array.of(0x80));
    bus.write(MUX, Uint8Array.of(3, 2, 1, 0));
    expect([...bus.read(MUX, 4)]).toEqual([3, 2, 1, 0]);
    if (!options.econt) {
      expect(bus.read(0xc52, 2)).toEqual(Uint8Array.of(2, 1));
      run.committed = run.clocks;
      // Half of other weights, which nobody commits.
      bus.write(WEIGHTS, weights.subarray(7, 15));
    }
    bus.read(MUX, 2);
  });
  run.finish();
  return run;
}

test.each(['encoder', 'whole ECON-T'])(
  'uniform upsets in TMR mode weights: none erases, commits or misdirects: %s',
  async (name) => {
    const run = await played(
      name === 'encoder'
        ? { shape }
        : { econt: { ...defaultEcontOptions, algorithms: ['threshold-sum', 'repeater'] } },
    );
    const upsets = new Random(21);
    const kinds: Record<string, number> = {};
    for (let n = 0; n < 100; n++) {
      // By turns every flip-flop, and every register, as likely as another: control is one flip-flop in a hundred.
      const one = run.registers[upsets.below(run.registers.length)];
      const [register, bit] = n % 2 === 0 ? run.any(upsets) : [one.name, upsets.below(one.width)];
      const at = upsets.below(run.clocks - 200);
      const { wrong, late, left } = run.upset(register, bit, at);
      // A shadow bit stays wrong until it is written or committed; everything else is right again.
      const refused = register.includes('u_shadow') && left.length > 1;
      const kind = refused ? 'refused' : left.length > 0 ? 'shadow' : wrong > 0 ? 'packets' : 'nothing';
      kinds[kind] = (kinds[kind] ?? 0) + 1;
      if (refused) {
        // The commit saw it: the weights before it are still in use, and the host is told.
        expect([register, bit, at, run.chip.peek('weight_failed'), run.chip.peek('weights_00')]).toEqual([
          register,
          bit,
          at,
          1n,
          0n,
        ]);
      } else if (left.some((r) => !r.includes('u_shadow')) || left.length > 1 || late > 0)
        expect(`${register} [${bit}] at ${at}: ${late} late wrong packets, wrong: ${left}`).toBe('');
    }
    expect(kinds.nothing).toBeGreaterThan(0);
  },
  300_000,
);
