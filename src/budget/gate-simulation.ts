import { EconError } from '../base/index.js';

/** Output for inputs A, B, C, D: bit (A + 2 B + 4 C + 8 D) of the number. */
const tables: Readonly<Record<string, number>> = {
  $_BUF_: table((a) => a),
  $_NOT_: table((a) => 1 - a),
  $_AND_: table((a, b) => a & b),
  $_NAND_: table((a, b) => 1 - (a & b)),
  $_OR_: table((a, b) => a | b),
  $_NOR_: table((a, b) => 1 - (a | b)),
  $_XOR_: table((a, b) => a ^ b),
  $_XNOR_: table((a, b) => 1 - (a ^ b)),
  $_ANDNOT_: table((a, b) => a & (1 - b)),
  $_ORNOT_: table((a, b) => a | (1 - b)),
  $_AOI3_: table((a, b, c) => 1 - ((a & b) | c)),
  $_OAI3_: table((a, b, c) => 1 - ((a | b) & c)),
  $_AOI4_: table((a, b, c, d) => 1 - ((a & b) | (c & d))),
  $_OAI4_: table((a, b, c, d) => 1 - ((a | b) & (c | d))),
  // The select input S takes the place of C.
  $_MUX_: table((a, b, s) => (s ? b : a)),
  $_NMUX_: table((a, b, s) => 1 - (s ? b : a)),
};

function table(f: (a: number, b: number, c: number, d: number) => number): number {
  let bits = 0;
  for (let i = 0; i < 16; i++) bits |= f(i & 1, (i >> 1) & 1, (i >> 2) & 1, i >> 3) << i;
  return bits;
}

/**
 * Combinational gates with unit delays: every gate answers one step after its inputs, so the changes that it makes on
 * the way to its final value (glitches) happen as in silicon, if all gates were equally fast.
 */
export class GateSimulation {
  readonly gates: number;
  /** Changes of gate outputs since construction, glitches included. */
  changes = 0;
  /** Gate outputs that ended at another value than they had before an `apply`; summed up. */
  settledChanges = 0;

  private readonly netOf = new Map<string, number>();
  private readonly value: Uint8Array;
  /** Four input nets per gate; unused ones are constant 0. */
  private readonly input: Int32Array;
  private readonly output: Int32Array;
  private readonly truth: Uint16Array;
  private readonly fanoutStart: Int32Array;
  private readonly fanout: Int32Array;
  private readonly stamp: Int32Array;
  private step = 0;

  /**
   * @param blif one combinational module as Yosys writes it (`write_blif -icells -conn`)
   * @param library modules whose instances it holds: name -> BLIF
   */
  constructor(blif: string, library: ReadonlyMap<string, string> = new Map()) {
    const alias = new Map<string, string>();
    const cells: { type: string; pins: Map<string, string> }[] = [];
    expand(blif, library, '', alias, cells);
    const net = (name: string): number => {
      let source = name;
      for (let next = alias.get(source); next !== undefined; next = alias.get(source)) source = next;
      let index = this.netOf.get(source);
      if (index === undefined) {
        index = this.netOf.size;
        this.netOf.set(source, index);
      }
      return index;
    };
    const zero = net('$false');
    const one = net('$true');
    net('$undef');
    for (const name of alias.keys()) this.netOf.set(name, net(name));
    this.gates = cells.length;
    this.input = new Int32Array(4 * cells.length).fill(zero);
    this.output = new Int32Array(cells.length);
    this.truth = new Uint16Array(cells.length);
    cells.forEach(({ type, pins }, gate) => {
      if (tables[type] === undefined) throw sequential(type);
      this.truth[gate] = tables[type];
      this.output[gate] = net(pins.get('Y') ?? '$undef');
      const inputs = ['A', 'B', pins.has('S') ? 'S' : 'C', 'D'];
      inputs.forEach((pin, k) => {
        const source = pins.get(pin);
        if (source !== undefined) this.input[4 * gate + k] = net(source);
      });
    });
    for (const name of portsOf(blif, '.inputs')) net(name);
    const nets = this.netOf.size;
    this.value = new Uint8Array(nets);
    this.value[one] = 1;
    this.stamp = new Int32Array(cells.length).fill(-1);
    this.fanoutStart = new Int32Array(nets + 1);
    for (const source of this.input) this.fanoutStart[source + 1]++;
    for (let n = 0; n < nets; n++) this.fanoutStart[n + 1] += this.fanoutStart[n];
    const at = this.fanoutStart.slice();
    this.fanout = new Int32Array(this.input.length);
    this.input.forEach((source, k) => {
      this.fanout[at[source]++] = k >> 2;
    });
    this.settle(Int32Array.from({ length: cells.length }, (_, gate) => gate));
    this.reset();
  }

  /** Forgets the changes counted so far. */
  reset(): void {
    this.changes = 0;
    this.settledChanges = 0;
  }

  /** Number of a net, e.g. `act_i[17]`; -1 when synthesis left it out. */
  net(name: string): number {
    return this.netOf.get(name) ?? -1;
  }

  /** Present value of a net. */
  read(net: number): number {
    return this.value[net];
  }

  /** Sets input nets at the same instant and lets the gates settle. Nets of -1 are left out. */
  apply(nets: Int32Array, values: ArrayLike<number>): void {
    const before = this.value.slice();
    const touched: number[] = [];
    this.step++;
    for (let k = 0; k < nets.length; k++) {
      const net = nets[k];
      if (net < 0 || this.value[net] === values[k]) continue;
      this.value[net] = values[k];
      this.touch(net, touched);
    }
    this.settle(Int32Array.from(touched));
    for (let gate = 0; gate < this.gates; gate++) {
      const net = this.output[gate];
      if (before[net] !== this.value[net]) this.settledChanges++;
    }
  }

  private touch(net: number, gates: number[]): void {
    for (let k = this.fanoutStart[net]; k < this.fanoutStart[net + 1]; k++) {
      const gate = this.fanout[k];
      if (this.stamp[gate] === this.step) continue;
      this.stamp[gate] = this.step;
      gates.push(gate);
    }
  }

  private settle(start: Int32Array): void {
    const { input, value, truth, output } = this;
    let gates: ArrayLike<number> = start;
    while (gates.length > 0) {
      // First every gate looks at its inputs, then all outputs change: one unit of time.
      const changed: number[] = [];
      for (let k = 0; k < gates.length; k++) {
        const gate = gates[k];
        const at = 4 * gate;
        const index =
          value[input[at]] |
          (value[input[at + 1]] << 1) |
          (value[input[at + 2]] << 2) |
          (value[input[at + 3]] << 3);
        if (((truth[gate] >> index) & 1) !== value[output[gate]]) changed.push(gate);
      }
      const next: number[] = [];
      this.step++;
      for (const gate of changed) {
        value[output[gate]] ^= 1;
        this.touch(output[gate], next);
      }
      this.changes += changed.length;
      gates = next;
    }
  }
}

const CONSTANTS = new Set(['$false', '$true', '$undef']);

/** Adds the gates of a module and of the modules in it; nets inside instance `u` are named `u/net`. */
function expand(
  blif: string,
  library: ReadonlyMap<string, string>,
  prefix: string,
  alias: Map<string, string>,
  cells: { type: string; pins: Map<string, string> }[],
): void {
  const inside = (name: string): string => (CONSTANTS.has(name) ? name : `${prefix}${name}`);
  let instances = 0;
  for (const line of blif.split('\n')) {
    const words = line.split(' ');
    if (words[0] === '.conn') alias.set(inside(words[2]), inside(words[1]));
    if (words[0] !== '.subckt') continue;
    const pins = words.slice(2).map((pin): [string, string] => {
      const at = pin.lastIndexOf('=');
      return [pin.slice(0, at), inside(pin.slice(at + 1))];
    });
    const module = library.get(words[1]);
    if (module === undefined) {
      cells.push({ type: words[1], pins: new Map(pins) });
      continue;
    }
    const child = `${prefix}${instances++}/`;
    const outputs = new Set(portsOf(module, '.outputs'));
    for (const [pin, net] of pins) {
      if (outputs.has(pin)) alias.set(net, `${child}${pin}`);
      else alias.set(`${child}${pin}`, net);
    }
    expand(module, library, child, alias, cells);
  }
}

/** Bits of the ports that `.inputs` or `.outputs` names. */
export function portsOf(blif: string, keyword: string): string[] {
  return blif
    .split('\n')
    .filter((line) => line.startsWith(`${keyword} `))
    .flatMap((line) => line.split(' ').slice(1));
}

function sequential(type: string): EconError {
  return new EconError({
    code: 'budget/not-combinational',
    where: 'gate-level switching',
    what: `the module holds a ${type}, which is no combinational gate.`,
    remedy: 'Measure the switching of combinational modules only.',
  });
}
