import type { SignalChoice } from '../graph/signals.js';
import type { Simulator } from '../run/simulator.js';
import { Watch, type WatchedSignal } from './watch.js';

export interface VcdOptions extends SignalChoice {
  /** Keep only the last so many cycles, in memory, and write them at `end`. Default: write everything at once. */
  readonly last?: number;
  /** First and last cycle that `cycle` records; default: all. */
  readonly from?: number;
  readonly to?: number;
  /** Unit of the times given to `sample`, default `1ns`. */
  readonly timescale?: string;
  /** Units of a clock cycle, an even number; default 10. */
  readonly period?: number;
}

/**
 * Writes the values of signals as Value Change Dump (IEEE 1364-2005, section 18), for GTKWave and the like. Values
 * are taken when `sample` or `cycle` is called: what an event simulator shows as a glitch does not appear.
 */
export class VcdWriter {
  readonly watch: Watch;
  private readonly period: number;
  private readonly last: number;
  private readonly identifier = new Map<number, string>();
  private before: Uint32Array | undefined;
  private readonly ring: { time: number; values: Uint32Array }[] = [];
  private cycles = 0;

  /** @param write called with pieces of the file, in order */
  constructor(
    private readonly simulator: Simulator,
    private readonly write: (text: string) => void,
    private readonly options: VcdOptions = {},
  ) {
    this.watch = new Watch(simulator, options);
    this.period = options.period ?? 10;
    // Two samples per cycle.
    this.last = options.last === undefined ? 0 : 2 * options.last;
    for (const { at } of this.watch.signals) {
      if (!this.identifier.has(at)) this.identifier.set(at, code(this.identifier.size));
    }
    if (this.last === 0) this.header();
  }

  /** Takes all values at a time, which must not be smaller than the one before. */
  sample(time: number): void {
    const values = this.watch.sample();
    if (this.last === 0) {
      this.changes(time, values);
      return;
    }
    const oldest = this.ring.length >= this.last ? this.ring.shift() : undefined;
    const copy = oldest?.values ?? new Uint32Array(values.length);
    copy.set(values);
    this.ring.push({ time, values: copy });
  }

  /** One period of the clock, recorded at both levels of the clock; inputs must be set before. */
  cycle(): void {
    const { from = 0, to = Number.POSITIVE_INFINITY } = this.options;
    const k = this.cycles++;
    if (k < from || k > to) {
      this.simulator.step();
      return;
    }
    this.sample(k * this.period);
    this.simulator.edge('rise');
    this.sample(k * this.period + this.period / 2);
    this.simulator.edge('fall');
  }

  /** A cycle in which inputs change and the clock does not. */
  idle(): void {
    this.sample(this.cycles++ * this.period);
  }

  /** Writes what was kept back. The last values get one more time stamp, so that viewers show them. */
  end(): void {
    if (this.last > 0) {
      this.header();
      for (const { time, values } of this.ring) this.changes(time, values);
    }
    const end = this.ring.at(-1)?.time ?? this.lastTime;
    this.write(`#${end + this.period / 2}\n`);
  }

  private lastTime = 0;

  private changes(time: number, values: Uint32Array): void {
    const lines: string[] = [];
    const seen = new Set<number>();
    for (const signal of this.watch.signals) {
      if (seen.has(signal.at)) continue;
      seen.add(signal.at);
      let same = this.before !== undefined;
      for (let i = 0; same && i < signal.words; i++)
        same = (this.before as Uint32Array)[signal.at + i] === values[signal.at + i];
      if (!same) lines.push(this.change(signal, values));
    }
    if (this.before === undefined) {
      this.before = values.slice();
      this.write(`#${time}\n$dumpvars\n${lines.join('\n')}\n$end\n`);
    } else {
      this.before.set(values);
      if (lines.length > 0) this.write(`#${time}\n${lines.join('\n')}\n`);
    }
    this.lastTime = time;
  }

  private change(signal: WatchedSignal, values: Uint32Array): string {
    const id = this.identifier.get(signal.at);
    if (signal.width === 1) return `${values[signal.at] & 1}${id}`;
    return `b${this.watch.value(signal, values).toString(2)} ${id}`;
  }

  private header(): void {
    const { timescale = '1ns' } = this.options;
    const lines = ['$version econ $end', `$timescale ${timescale} $end`];
    if (this.watch.missing.length > 0)
      lines.push(`$comment ${this.watch.missing.length} signals are not simulated $end`);
    const top = this.simulator.top;
    lines.push(`$scope module ${shown(top)} $end`);
    const open: string[] = [];
    for (const signal of inScopes(this.watch.signals)) {
      let common = 0;
      while (common < open.length && open[common] === signal.scope[common]) common++;
      for (; open.length > common; open.pop()) lines.push('$upscope $end');
      for (const scope of signal.scope.slice(common)) {
        lines.push(`$scope module ${shown(scope)} $end`);
        open.push(scope);
      }
      const { width, lsb, local, at } = signal;
      const range = width > 1 || lsb > 0 ? ` [${lsb + width - 1}:${lsb}]` : '';
      lines.push(`$var wire ${width} ${this.identifier.get(at)} ${shown(local, false)}${range} $end`);
    }
    for (; open.length > 0; open.pop()) lines.push('$upscope $end');
    lines.push('$upscope $end', '$enddefinitions $end');
    this.write(`${lines.join('\n')}\n`);
  }
}

/** Signals of a scope together, its inner scopes after them. */
function inScopes(signals: readonly WatchedSignal[]): readonly WatchedSignal[] {
  const key = ({ scope }: WatchedSignal) => scope.map((s) => `${s}\u0001`).join('');
  return [...signals].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

/** A name as Icarus writes it: an escaped one begins with a backslash; `gen[0]` is the name of a block, not of a net. */
function shown(name: string, scope = true): string {
  const plain = scope ? /^[A-Za-z_][\w$]*(\[-?\d+\])*$/ : /^[A-Za-z_][\w$]*$/;
  return plain.test(name) ? name : `\\${name}`;
}

/** The nth shortest identifier of printable characters. */
function code(n: number): string {
  let text = '';
  for (let v = n; ; v = Math.floor(v / 94) - 1) {
    text += String.fromCharCode(33 + (v % 94));
    if (v < 94) return text;
  }
}
