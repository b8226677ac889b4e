import { EconError } from '../../base/index.js';
import { listSignals, type SignalChoice, type SignalInfo } from '../graph/signals.js';
import { Interpreter } from '../run/interpret.js';
import { toBig } from '../run/ports.js';
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
  private readonly interpreter: Interpreter;

  constructor(
    private readonly simulator: Simulator,
    choice: SignalChoice = {},
  ) {
    const { design, program } = simulator.parts;
    const found = listSignals(design, choice);
    if (found.length === 0 && choice.select !== undefined) throw nothing(choice.select);
    this.interpreter = new Interpreter(program.lowering.g, program.layout.sourceAddress);
    const missing: { name: string; reason: string }[] = [];
    const signals: WatchedSignal[] = [];
    const places = new Map<string, number>();
    for (const info of found) {
      const key = info.bits.join(',');
      let at = places.get(key);
      if (at === undefined) {
        at = this.interpreter.length;
        const reason = this.add(info);
        if (reason !== undefined) {
          missing.push({ name: info.name, reason });
          continue;
        }
        places.set(key, at);
      }
      signals.push({ ...info, at, words: (info.width + 31) >>> 5 });
    }
    this.signals = signals;
    this.missing = missing;
    this.values = new Uint32Array(this.interpreter.length);
  }

  /** Takes in a signal. @returns why it cannot be shown */
  private add({ bits }: SignalInfo): string | undefined {
    const { lowering } = this.simulator.parts.program;
    try {
      const source = this.interpreter.add(lowering.read(bits));
      if (source < 0) return undefined;
      return `${lowering.sources[source].name.replace(/^\./, '')} reaches no output and is not simulated`;
    } catch (error) {
      if (!(error instanceof EconError)) throw error;
      return error.what;
    }
  }

  /** Lets the design settle and takes all values. */
  sample(): Uint32Array {
    this.simulator.eval();
    return this.interpreter.evaluate(this.simulator.parts.words, 1, 0, this.values);
  }

  /** Value of a signal at the last `sample`. */
  value(signal: WatchedSignal, values: Uint32Array = this.values): bigint {
    return toBig(values.subarray(signal.at, signal.at + signal.words));
  }

  /** Names and values of all signals at the last `sample`. */
  entries(): [string, bigint][] {
    return this.signals.map((s) => [s.name, this.value(s)]);
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
