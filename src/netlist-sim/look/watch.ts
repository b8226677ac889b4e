import { EconError } from '../../base/index.js';
import type { Graph } from '../graph/graph.js';
import { arity, compute, Op } from '../graph/operation.js';
import { listSignals, type SignalChoice, type SignalInfo } from '../graph/signals.js';
import type { Word } from '../graph/words.js';
import type { Simulator } from '../run/simulator.js';

/** A signal of a watch list, and where its value is found in `Watch.values`. */
export interface WatchedSignal extends SignalInfo {
  /** First of its ceil(width / 32) words, lowest bits first. */
  readonly at: number;
  readonly words: number;
}

/**
 * Many signals looked at together, again and again: what their values need beyond what the compiled code keeps in
 * memory is found once and then evaluated in one pass, each common part once.
 */
export class Watch {
  readonly signals: readonly WatchedSignal[];
  /** Signals that cannot be shown, with the reason; they need logic or registers that are not simulated. */
  readonly missing: readonly { readonly name: string; readonly reason: string }[];
  /** Values of the last `sample`, word after word. Signals that are one net share their words. */
  readonly values: Uint32Array;
  private readonly plan: Plan;

  constructor(
    private readonly simulator: Simulator,
    choice: SignalChoice = {},
  ) {
    const { design, program } = simulator.parts;
    const found = listSignals(design, choice);
    if (found.length === 0 && choice.select !== undefined) throw nothing(choice.select);
    this.plan = new Plan(program.lowering.g);
    const missing: { name: string; reason: string }[] = [];
    const signals: WatchedSignal[] = [];
    const places = new Map<string, number>();
    for (const info of found) {
      const key = info.bits.join(',');
      let at = places.get(key);
      if (at === undefined) {
        const word = this.read(info, missing);
        if (word === undefined) continue;
        at = this.plan.want(word);
        places.set(key, at);
      }
      signals.push({ ...info, at, words: (info.width + 31) >>> 5 });
    }
    this.signals = signals;
    this.missing = missing;
    this.values = new Uint32Array(this.plan.wanted.length);
  }

  private read(info: SignalInfo, missing: { name: string; reason: string }[]): Word | undefined {
    const { program } = this.simulator.parts;
    try {
      const word = program.lowering.read(info.bits);
      const register = this.plan.add(word, program.sourceCount);
      if (register < 0) return word;
      const name = program.lowering.sources[register].name.replace(/^\./, '');
      missing.push({ name: info.name, reason: `${name} reaches no output and is not simulated` });
    } catch (error) {
      if (!(error instanceof EconError)) throw error;
      missing.push({ name: info.name, reason: error.what });
    }
    return undefined;
  }

  /** Lets the design settle and takes all values. */
  sample(): Uint32Array {
    this.simulator.eval();
    const { program, words } = this.simulator.parts;
    this.plan.evaluate(words, program.layout, this.values);
    return this.values;
  }

  /** Value of a signal at the last `sample`. */
  value(signal: WatchedSignal, values: Uint32Array = this.values): bigint {
    let v = 0n;
    for (let i = signal.words - 1; i >= 0; i--) v = (v << 32n) | BigInt(values[signal.at + i]);
    return v;
  }

  /** Names and values of all signals at the last `sample`. */
  entries(): [string, bigint][] {
    return this.signals.map((s) => [s.name, this.value(s)]);
  }
}

interface Places {
  readonly sourceAddress: Int32Array;
}

/** Nodes of the graph in an order of evaluation. */
class Plan {
  /** Nodes whose values are asked for. */
  readonly wanted: number[] = [];
  private readonly order: number[] = [];
  /** Operands of each node of `order`: places in it, or what else the operation holds there. */
  private readonly a: number[] = [];
  private readonly b: number[] = [];
  private readonly c: number[] = [];
  private readonly slot = new Map<number, number>();
  /** Node -> source that is not simulated, or -1. */
  private readonly lost = new Map<number, number>();
  private value = new Int32Array(0);

  constructor(private readonly g: Graph) {}

  /** Takes in what a word needs; returns a source that is not simulated, or -1. */
  add(word: Word, sourceCount: number): number {
    const { g } = this;
    const stack = [...word];
    while (stack.length > 0) {
      const n = stack[stack.length - 1];
      if (this.lost.has(n)) {
        stack.pop();
        continue;
      }
      let lost = -1;
      let ready = true;
      g.operands(n, (o) => {
        const of = this.lost.get(o);
        if (of === undefined) {
          stack.push(o);
          ready = false;
        } else if (of >= 0) lost = of;
      });
      if (!ready) continue;
      stack.pop();
      if (g.op[n] === Op.Source && g.a[n] >= sourceCount) lost = g.a[n];
      if (g.op[n] === Op.Read && g.c[n] >= sourceCount) lost = g.c[n];
      this.lost.set(n, lost);
      if (lost >= 0) continue;
      const count = arity[g.op[n]];
      const place = (of: number, k: number) => (k < count ? (this.slot.get(of) as number) : of);
      this.a.push(place(g.a[n], 0));
      this.b.push(place(g.b[n], 1));
      this.c.push(place(g.c[n], 2));
      this.slot.set(n, this.order.length);
      this.order.push(n);
    }
    return Math.max(...word.map((n) => this.lost.get(n) as number));
  }

  /** Place of the values of a word in the result of `evaluate`. */
  want(word: Word): number {
    const at = this.wanted.length;
    this.wanted.push(...word);
    return at;
  }

  evaluate(memory: Int32Array, layout: Places, out: Uint32Array): void {
    const { g, order, slot, a, b, c } = this;
    if (this.value.length < order.length) this.value = new Int32Array(order.length);
    const { value } = this;
    for (let i = 0; i < order.length; i++) {
      const op = g.op[order[i]] as Op;
      if (op === Op.Const) value[i] = a[i];
      else if (op === Op.Source) value[i] = memory[layout.sourceAddress[a[i]] >>> 2];
      else if (op === Op.Read) value[i] = memory[(layout.sourceAddress[c[i]] + value[a[i]] + b[i]) >>> 2];
      else {
        const count = arity[op];
        value[i] = compute(op, value[a[i]], count > 1 ? value[b[i]] : b[i], count > 2 ? value[c[i]] : 0);
      }
    }
    for (let i = 0; i < out.length; i++) out[i] = value[slot.get(this.wanted[i]) as number];
  }
}

function nothing(select: readonly string[]): EconError {
  return new EconError({
    code: 'simulation/no-signal',
    where: select.join(', '),
    what: 'no scope or signal of this name is in the design.',
    remedy: 'Name instances and signals by their full path from the top, e.g. u_core.u_alu or u_core.pc_q.',
  });
}
