import { EconError } from '../../base/index.js';
import type { Layout } from '../emit/layout.js';
import type { Graph } from '../graph/graph.js';
import { findSignal } from '../graph/names.js';
import type { Word } from '../graph/words.js';
import type { Bits, DesignNets } from '../read/hierarchy.js';
import { ClockedRun } from './clocked-run.js';
import { Interpreter } from './interpret.js';
import { noPort, type Places } from './machine.js';
import { type MemoryInfo, memoryRow, type PlacedMemory } from './memory-rows.js';
import { type InputPort, toBig, toWords, type Value } from './ports.js';
import { removed, type StateBit } from './register-bits.js';

/** What names of inner signals need. */
export interface Inside {
  readonly design: DesignNets;
  readonly g: Graph;
  readonly layout: Layout;
  /** Nodes of a signal: one for 32 bits of it, or of gates one for each bit. */
  readonly read: (bits: Bits) => Word;
  /** The register that a source is, for messages. */
  readonly sourceName: (source: number) => string;
  /** @throws EconError when the bit is no register, or one that is not simulated */
  readonly stateBit: (bit: number, name: string) => StateBit;
  /** Names of the signals that are registers. */
  readonly registers: () => Iterable<string>;
  /** Memories that are simulated, with the word of their first row. */
  readonly memories: readonly PlacedMemory[];
}

/** Bits of nets, and what gives their values once somebody looks at them. */
interface NetSignal {
  readonly bits: Bits;
  readonly word: Word;
  interpreter?: Interpreter;
}

type Signal = NetSignal | { readonly row: readonly StateBit[] };

/**
 * A design in simulation: ports, and everything inside by its name, in one lane or several. What takes a lane acts on
 * all of them without one; what gives a value gives that of lane 0.
 *
 * Names of signals are hierarchical (`u_encoder.latents_q`); a bit or the row of a memory is chosen by an index.
 */
export abstract class DesignRun extends ClockedRun {
  private readonly named = new Map<string, Signal>();

  /** What is behind the machine; made when it is first needed. */
  protected abstract inside(): Inside;

  /** Independent stimuli. */
  get lanes(): number {
    return this.bits ? 32 * this.stride : this.stride;
  }

  /** Sets an input; it acts at the next `eval`, `step` or look at a signal. */
  set(port: string, value: Value, lane?: number): void {
    const input = this.input(port);
    this.write(input, toWords(value, input.width, port), lane);
  }

  /** Output or input of at most 32 bits. */
  get(port: string, lane = 0): number {
    const words = this.getWords(port, undefined, lane);
    if (words.length > 1) {
      throw new EconError({
        code: 'simulation/wide',
        where: port,
        what: 'this port has more than 32 bits.',
        remedy: 'Use getBig or getWords.',
      });
    }
    return words[0];
  }

  getBig(port: string, lane = 0): bigint {
    return toBig(this.getWords(port, undefined, lane));
  }

  /** Output or input as 32-bit words, lowest first; `into` saves making a new array. */
  getWords(port: string, into?: Uint32Array, lane = 0): Uint32Array {
    const places = this.machine.outputs.get(port);
    if (places === undefined) {
      if (!this.machine.inputs.has(port)) throw this.noPort(port, 'port');
      return this.peekWords(port, lane);
    }
    this.checked(lane);
    this.settleFor(port);
    const { length } = places.address;
    if (this.bits) return gather(length, lane, (i) => this.at(places, i, lane >>> 5), into);
    const out = into ?? new Uint32Array(length);
    for (let i = 0; i < length; i++) out[i] = this.at(places, i, lane);
    return out;
  }

  /** Any signal. */
  peek(name: string, lane = 0): bigint {
    return toBig(this.peekWords(name, lane));
  }

  peekWords(name: string, lane = 0): Uint32Array {
    const [w] = this.span(lane);
    this.eval();
    const signal = this.signal(name);
    if ('row' in signal)
      return gather(signal.row.length, 0, (i) =>
        (this.words[signal.row[i].address + w] & signal.row[i].mask) === 0 ? 0 : 1,
      );
    if (signal.interpreter === undefined) {
      const { g, layout, sourceName } = this.inside();
      const interpreter = new Interpreter(g, layout.sourceAddress);
      const missing = interpreter.add(signal.word);
      if (missing >= 0) throw removed(name, sourceName(missing));
      signal.interpreter = interpreter;
    }
    const values = signal.interpreter.evaluate(this.words, this.stride, w);
    return this.bits ? gather(values.length, lane, (i) => values[i]) : values;
  }

  /** Width of a signal in bits. */
  width(name: string): number {
    const signal = this.signal(name);
    return 'row' in signal ? signal.row.length : signal.bits.length;
  }

  /** Writes registers and rows of memories; registers keep the value until their next clock edge. */
  poke(name: string, value: Value, lane?: number): void {
    const state = this.state(name);
    const words = toWords(value, state.length, name);
    state.forEach(({ address, mask }, i) => {
      const set = ((words[i >>> 5] >>> (i & 31)) & 1) === 1;
      this.change(address, lane, (old, own) => (set ? old | (mask & own) : old & ~(mask & own)));
    });
    this.markAll();
  }

  /** Inverts one bit of a register or of a row: a single-event upset. */
  flip(name: string, bit: number, lane?: number): void {
    const { address, mask } = this.stateBit(name, bit);
    this.change(address, lane, (old, own) => old ^ (mask & own));
    this.markAll();
  }

  /**
   * Adds the bits that changed since the last call, of stored values or of all nets of gates, to the counters of `toggles`;
   * needs that option. Call it once a cycle, after `step`: gates with unit delays alone see changes on the way (glitches).
   */
  countToggles(): void {
    this.eval();
    this.counters('countToggles');
    this.engine.count?.();
  }

  /** Names and widths of all simulated registers, for fault campaigns. */
  registers(): { readonly name: string; readonly width: number }[] {
    const names = new Set(this.inside().registers());
    return [...names]
      .filter((name) => !name.includes('$'))
      .map((name) => ({ name, width: this.width(name) }));
  }

  /** All simulated memories; synthesis makes registers of them. */
  memories(): MemoryInfo[] {
    return this.inside().memories.map(({ name, width, rows, first }) => ({ name, width, rows, first }));
  }

  protected bitsOf(name: string): Bits {
    const signal = this.signal(name);
    return 'row' in signal ? new Int32Array(0) : signal.bits;
  }

  /** Where the bits of a register or row lie. */
  protected state(name: string): readonly StateBit[] {
    const signal = this.signal(name);
    if ('row' in signal) return signal.row;
    const { stateBit } = this.inside();
    return Array.from(signal.bits, (bit) => stateBit(bit, name));
  }

  protected stateBit(name: string, bit: number): StateBit {
    const signal = this.signal(name);
    const width = this.width(name);
    if (Number.isInteger(bit) && bit >= 0 && bit < width)
      return 'row' in signal ? signal.row[bit] : this.inside().stateBit(signal.bits[bit], name);
    throw new EconError({
      code: 'simulation/no-bit',
      where: name,
      what: `bit ${bit} does not exist; the signal has ${width}.`,
      remedy: `Choose a bit from 0 to ${width - 1}.`,
    });
  }

  /** Lets `next` change a word in the bits of a lane, or of all. */
  protected change(
    address: number,
    lane: number | undefined,
    next: (old: number, own: number) => number,
  ): void {
    const [from, to, own] = this.span(lane);
    for (let w = from; w < to; w++) this.words[address + w] = next(this.words[address + w], own);
  }

  protected input(port: string): InputPort {
    const input = this.machine.inputs.get(port);
    if (input === undefined) throw this.noPort(port, 'input');
    return input;
  }

  /** Settles, unless the output is a register that nothing could have changed. */
  protected settleFor(port: string): void {
    if (!this.machine.direct.has(port) || this.asyncMayAct()) this.eval();
  }

  protected at({ address, constant }: Places, i: number, w: number): number {
    return address[i] < 0 ? constant[i] : this.words[address[i] + w];
  }

  protected noPort(name: string, kind: string): EconError {
    const names = this.ports.filter((p) => kind === 'port' || p.direction === kind).map((p) => p.name);
    return noPort(this.top, name, kind, names);
  }

  protected counters(where: string): number {
    const { counters, values } = this.machine.layout;
    if (counters !== undefined) return (counters - values) >>> 2;
    throw new EconError({
      code: 'simulation/no-counters',
      where,
      what: 'changes are not counted.',
      remedy: 'Load the design with toggles: true.',
    });
  }

  private write(input: InputPort, value: ArrayLike<number>, lane: number | undefined): void {
    const { start, pieceWidth, address, mark, markBit } = input;
    const { bits, words } = this;
    const [from, to, own] = this.span(lane);
    for (let i = 0; i < start.length; i++) {
      const at = start[i] >>> 5;
      const shift = start[i] & 31;
      let v = value[at] >>> shift;
      if (shift + pieceWidth[i] > 32) v |= value[at + 1] << (32 - shift);
      if (pieceWidth[i] < 32) v &= (1 << pieceWidth[i]) - 1;
      if (bits) v = -v;
      for (let w = address[i] + from; w < address[i] + to; w++) {
        const next = (words[w] & ~own) | (v & own);
        if (words[w] === next) continue;
        words[w] = next;
        words[mark[i]] |= markBit[i];
        this.stale = true;
      }
    }
  }

  /** Words of a lane or of all, from and to, and the bits of these that are meant. */
  private span(lane: number | undefined): [from: number, to: number, own: number] {
    if (lane === undefined) return [0, this.stride, -1];
    this.checked(lane);
    return this.bits ? [lane >>> 5, (lane >>> 5) + 1, 1 << (lane & 31)] : [lane, lane + 1, -1];
  }

  private signal(name: string): Signal {
    let signal = this.named.get(name);
    if (signal === undefined) {
      const row = memoryRow(this.inside().memories, name, this.stride);
      if (row !== undefined) signal = { row };
      else {
        const { design, read } = this.inside();
        const bits = findSignal(design, name);
        signal = { bits, word: read(bits) };
      }
      this.named.set(name, signal);
    }
    return signal;
  }

  private checked(lane: number): void {
    if (lane === 0 || (Number.isInteger(lane) && lane > 0 && lane < this.lanes)) return;
    throw new EconError({
      code: 'simulation/lane',
      where: this.top,
      what: `lane ${lane} does not exist.`,
      remedy: `Choose one from 0 to ${this.lanes - 1}.`,
    });
  }
}

/** One bit of each of so many words, as bits of a number. */
function gather(
  width: number,
  lane: number,
  word: (i: number) => number,
  into: Uint32Array = new Uint32Array((width + 31) >>> 5),
): Uint32Array {
  into.fill(0);
  for (let i = 0; i < width; i++) into[i >>> 5] |= ((word(i) >>> (lane & 31)) & 1) << (i & 31);
  return into;
}
