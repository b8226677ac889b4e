import type { SignalChoice } from '../graph/signals.js';
import type { Simulator } from '../run/simulator.js';
import { Watch, type WatchedSignal } from './watch.js';

/** How often a bit changed and how long it was 1, in units of time. */
export interface BitActivity {
  readonly toggles: number;
  readonly high: number;
}

/**
 * Counts changes of every bit of named signals between samples, and writes them as SAIF 2.0 (IEEE 1801, annex I), which
 * power tools read. With one sample per clock cycle these are zero-delay counts without glitches.
 */
export class SaifRecorder {
  readonly watch: Watch;
  private before: Uint32Array | undefined;
  private readonly count: Float64Array;
  /** Time at 1 until the last change; a bit that is 1 now adds the time since then. */
  private readonly high: Float64Array;
  private readonly since: Float64Array;
  private start = 0;
  private now = 0;

  constructor(
    private readonly simulator: Simulator,
    choice: SignalChoice = {},
  ) {
    this.watch = new Watch(simulator, choice);
    const bits = 32 * this.watch.values.length;
    this.count = new Float64Array(bits);
    this.high = new Float64Array(bits);
    this.since = new Float64Array(bits);
  }

  /** Takes all values at a time; the first call begins the count. */
  sample(time: number): void {
    const values = this.watch.sample();
    this.now = time;
    if (this.before === undefined) {
      this.before = values.slice();
      this.start = time;
      this.since.fill(time);
      return;
    }
    const { before, count, high, since } = this;
    for (let i = 0; i < values.length; i++) {
      for (let changed = values[i] ^ before[i]; changed !== 0; changed &= changed - 1) {
        const k = 31 - Math.clz32(changed & -changed);
        const bit = 32 * i + k;
        count[bit]++;
        if (((before[i] >>> k) & 1) === 1) high[bit] += time - since[bit];
        since[bit] = time;
      }
      before[i] = values[i];
    }
  }

  /** Activity of bit `bit` (0 is the lowest) of a watched signal since the first sample. */
  activity(signal: WatchedSignal, bit: number): BitActivity {
    const at = 32 * signal.at + bit;
    const word = this.before?.[signal.at + (bit >>> 5)] ?? 0;
    const still = ((word >>> (bit & 31)) & 1) === 1 ? this.now - this.since[at] : 0;
    return { toggles: this.count[at], high: this.high[at] + still };
  }

  /** @param timescale unit of the times given to `sample` */
  text(timescale = '1 ns'): string {
    const top = this.simulator.top;
    const duration = this.now - this.start;
    const tree: Instance = { name: top, signals: [], children: new Map() };
    for (const signal of this.watch.signals) {
      let place = tree;
      for (const name of signal.scope) {
        let child = place.children.get(name);
        if (child === undefined) {
          child = { name, signals: [], children: new Map() };
          place.children.set(name, child);
        }
        place = child;
      }
      place.signals.push(signal);
    }
    const lines = [
      '(SAIFILE',
      '(SAIFVERSION "2.0")',
      '(DIRECTION "backward")',
      '(PROGRAM_NAME "econ")',
      '(DIVIDER . )',
      `(TIMESCALE ${timescale})`,
      `(DURATION ${duration})`,
    ];
    this.instance(tree, duration, lines);
    lines.push(')');
    return `${lines.join('\n')}\n`;
  }

  private instance({ name, signals, children }: Instance, duration: number, lines: string[]): void {
    lines.push(`(INSTANCE ${escaped(name)}`);
    if (signals.length > 0) lines.push('(NET');
    for (const signal of signals) {
      for (let bit = 0; bit < signal.width; bit++) {
        const { toggles, high } = this.activity(signal, bit);
        const index = signal.width > 1 ? `\\[${signal.lsb + bit}\\]` : '';
        lines.push(
          `(${escaped(signal.local)}${index} (T0 ${duration - high}) (T1 ${high}) (TX 0) (TC ${toggles}) (IG 0))`,
        );
      }
    }
    if (signals.length > 0) lines.push(')');
    for (const child of children.values()) this.instance(child, duration, lines);
    lines.push(')');
  }
}

interface Instance {
  readonly name: string;
  readonly signals: WatchedSignal[];
  readonly children: Map<string, Instance>;
}

/** Readers take letters, digits and _ in a name as they are, a digit not in front, and all else after a backslash. */
function escaped(name: string): string {
  return name.replace(/^\d|[^A-Za-z0-9_]/g, '\\$&');
}
