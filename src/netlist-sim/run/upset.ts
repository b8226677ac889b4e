import type { PlacedPorts } from './batch-plan.js';
import type { Snapshot } from './clocked-run.js';
import { type GroupOptions, runGroups } from './groups.js';
import type { Parts } from './load-machine.js';
import type { Machine } from './machine.js';
import { type StateWord, stateMap } from './state-map.js';

/** An undisturbed run to upset: what its inputs carry clock by clock, and its state now and then. */
export interface UpsetRecording {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Clock by clock the words of each input named, lowest word first. */
  readonly rows: Uint32Array;
  /** An open-drain line: the input is 0 in the lanes in which the output (a register) is 1. */
  readonly line?: { readonly input: string; readonly output: string };
  /** State before clock 0, before clock `every`, 2 `every`, ... of a run in which all lanes are alike. */
  readonly checkpoints: readonly Snapshot[];
  readonly every: number;
  /** Clocks after which an upset is no longer followed. */
  readonly watch: number;
  /** Clocks after which a state that differs in the same bits all the time, with right outputs, is left as it is. */
  readonly rest: number;
  /** State that only tells of upsets: it may differ in a chip that is right again. */
  readonly tally: (word: StateWord) => boolean;
}

/** One upset: bits of the state (see `UpsetRun.places`) that are inverted together. */
export type Upset = readonly number[];

/** What came of an upset. Clocks count from the one before which it happened. */
export interface UpsetOutcome {
  /** Clock of the recording before which it happened. */
  readonly clock: number;
  /** Clocks in which each output was wrong. */
  readonly wrong: readonly number[];
  /** First and last clock with a wrong output; -1 when there was none. */
  readonly first: number;
  readonly last: number;
  /** Words of state that were wrong when it was last looked at, tallies apart, and the first of them (-1: none). */
  readonly left: number;
  readonly leftWord: number;
  /** A tally differed. */
  readonly tallied: boolean;
  /** Clocks for which it was followed. */
  readonly followed: number;
}

/** Upsets that one thread takes one after the other, from a checkpoint on. */
interface UpsetGroup {
  readonly index: number;
  readonly checkpoint: number;
  /** Upset by upset: how many bits, then word and mask of each. */
  readonly flips: Int32Array;
  readonly count: number;
}

/** What a thread needs, beside code and ports: plain data, shared where it is large. */
export interface UpsetPlan extends PlacedPorts {
  readonly code: Uint8Array<ArrayBuffer>;
  readonly pages: number;
  /** Words that are not 0 at the beginning, as in `Machine`: constants lie behind the state that checkpoints hold. */
  readonly initial: Int32Array;
  readonly unstable: number;
  /** Of each word of state: address of lane 0, change mark and its bit, word that makes it load (or -1), tally or not. */
  readonly address: Int32Array;
  readonly mark: Int32Array;
  readonly markBit: Int32Array;
  readonly pending: Int32Array;
  readonly tally: Uint8Array;
  readonly ports: number;
  /** The input, and the word that pulls it down; -1 when there is none. */
  readonly lineInput: number;
  readonly linePull: number;
  readonly rows: Uint32Array;
  readonly checkpoints: readonly Uint8Array[];
  readonly every: number;
  readonly watch: number;
  readonly rest: number;
}

/** Numbers of an outcome as a thread gives them; the clocks of wrong outputs follow, one number for each output. */
const FIELDS = 7;

/**
 * Single and multiple upsets of the state of a design, three at a time beside an undisturbed lane. An upset begins at the
 * first clock at which a lane is free, and ends when its lane is equal to the undisturbed one again, or after `watch`.
 */
export class UpsetRun {
  /** Registers and memories that can change, in 32-bit words at most. */
  readonly words: readonly StateWord[];
  /** Bits of all words: bit n lies in word `places[2 n]` at `places[2 n + 1]`. */
  readonly bits: number;
  readonly places: Int32Array;
  private readonly plan: UpsetPlan;

  constructor(machine: Machine, parts: Parts, recording: UpsetRecording, ports: PlacedPorts) {
    const { words, constants } = stateMap(parts, machine.lanes);
    const { groupOf, pendingOf } = parts.program;
    this.words = words.filter(({ name }) => !constants.has(name));
    this.bits = this.words.reduce((sum, { width }) => sum + width, 0);
    this.places = new Int32Array(2 * this.bits);
    let n = 0;
    this.words.forEach(({ width }, word) => {
      for (let bit = 0; bit < width; bit++) {
        this.places[n++] = word;
        this.places[n++] = bit;
      }
    });
    const { layout } = machine;
    const { rows, every, watch, rest, tally, inputs, outputs, line } = recording;
    const ofWords = (value: (word: StateWord) => number) => Int32Array.from(this.words, value);
    this.plan = {
      ...ports,
      code: machine.code,
      pages: machine.pages,
      initial: machine.initial,
      unstable: layout.unstable >>> 2,
      address: ofWords((w) => w.address),
      mark: ofWords((w) => (layout.marks >>> 2) + (groupOf[w.source] >>> 5)),
      markBit: ofWords((w) => 1 << (groupOf[w.source] & 31)),
      pending: ofWords((w) => pendingOf[w.source] >> 2),
      tally: Uint8Array.from(this.words, (w) => (tally(w) ? 1 : 0)),
      ports: outputs.length,
      lineInput: line === undefined ? -1 : inputs.indexOf(line.input),
      linePull: line === undefined ? -1 : (machine.outputs.get(line.output)?.address[0] ?? -1),
      rows: new Uint32Array(shared(rows)),
      checkpoints: recording.checkpoints.map(({ bytes }) => new Uint8Array(shared(bytes))),
      every,
      watch,
      rest,
    };
  }

  /** Checkpoints from which upsets can begin: those with `watch` clocks behind them. */
  get starts(): number {
    const { rows, inputWords, every, watch, checkpoints } = this.plan;
    const clocks = rows.length / inputWords;
    return Math.min(checkpoints.length, Math.floor((clocks - watch) / every));
  }

  /**
   * Runs groups of upsets, each from its checkpoint on; at the end of the recording a group goes on at its beginning.
   * @param done called with the outcomes of each group as they come
   * @returns outcomes group by group, the same for any number of threads
   */
  async run(
    groups: readonly { readonly checkpoint: number; readonly upsets: readonly Upset[] }[],
    options: GroupOptions & { readonly done?: (group: number, outcomes: readonly UpsetOutcome[]) => void },
  ): Promise<UpsetOutcome[][]> {
    const url = new URL('./upset-worker.js', import.meta.url);
    const prepared: UpsetGroup[] = groups.map(({ checkpoint, upsets }, index) => ({
      index,
      checkpoint,
      count: upsets.length,
      flips: Int32Array.from(
        upsets.flatMap((upset) => [upset.length, ...upset.flatMap((n) => this.place(n))]),
      ),
    }));
    const { done } = options;
    const results = await runGroups<Int32Array>(url, this.plan, prepared, options, (index, result) =>
      done?.(index, this.outcomes(result)),
    );
    return results.map((result) => this.outcomes(result));
  }

  /** Word and mask of a bit. */
  private place(n: number): [word: number, mask: number] {
    if (!Number.isInteger(n) || n < 0 || n >= this.bits)
      throw new RangeError(`state bit ${n} of ${this.bits}`);
    return [this.places[2 * n], 1 << this.places[2 * n + 1]];
  }

  private outcomes(numbers: Int32Array): UpsetOutcome[] {
    const size = FIELDS + this.plan.ports;
    return Array.from({ length: numbers.length / size }, (_, i) => {
      const [clock, first, last, left, leftWord, tallied, followed, ...wrong] = numbers.subarray(
        i * size,
        (i + 1) * size,
      );
      return { clock, first, last, left, leftWord, tallied: tallied === 1, followed, wrong };
    });
  }
}

/** A copy in memory that all threads see. */
function shared(values: Uint32Array | Uint8Array): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(values.byteLength);
  new Uint8Array(buffer).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return buffer;
}
