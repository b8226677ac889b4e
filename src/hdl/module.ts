import { type BodyItem, type BuiltModule, type Case, type PlacedInstance, readsOfBody } from './built.js';
import { checkModule } from './check.js';
import { type Component, type Port, portOf } from './component.js';
import { type HdlCode, hdlError } from './errors.js';
import {
  anyBit,
  type Bits,
  constant,
  type Expression,
  isWhole,
  joined,
  logic,
  printed,
  readsOf,
  type Signal,
  whole,
} from './expression.js';
import { inWords, wireName } from './names.js';
import type { Instance, LeafState, PortShape, RegisterOptions, Sink, StateCells, WireName } from './parts.js';
import { type Redundancy, type StateBits, triplicate } from './redundancy.js';

/**
 * Builds one module: ports, instances, registers, assignments. Wires are declared by connecting; widths and directions
 * are checked at once, undriven and unused ends when the module is finished.
 */
export class ModuleBuilder {
  readonly state: StateBits[] = [];
  private readonly groups: { title: string; ports: Port[] }[] = [];
  private readonly signals: Signal[] = [];
  private readonly items: BodyItem[] = [];
  private readonly instances: PlacedInstance[] = [];
  private readonly outputSignals: [name: string, value: Expression][] = [];
  private clockSignal?: Expression;
  private resetSignal?: Expression;

  constructor(
    readonly name: string,
    private readonly redundancy: Redundancy,
    private readonly cells: StateCells,
  ) {}

  private fail(code: HdlCode, where: string, what: string): Error {
    return hdlError(code, `${this.name}: ${where}`, what);
  }

  private signal(width: number, from: string, name?: string, note?: string): Signal {
    const signal: Signal = { module: this.name, width, from, name, note };
    this.signals.push(signal);
    return signal;
  }

  private addPorts(title: string, ports: readonly Port[], first = false): void {
    const group = this.groups.find((g) => g.title === title);
    if (group) group.ports.push(...ports);
    else this.groups[first ? 'unshift' : 'push']({ title, ports: [...ports] });
  }

  /** Input ports of one role. */
  inputs<T extends Readonly<Record<string, PortShape>>>(title: string, shapes: T): { [K in keyof T]: Bits } {
    const made = Object.entries(shapes).map(([name, shape]) => {
      const [width, note] = typeof shape === 'number' ? [shape] : shape;
      this.addPorts(title, [{ direction: 'input', width, name, note }]);
      return [name, whole(this.signal(width, `input ${name}`, name))] as const;
    });
    return Object.fromEntries(made) as { [K in keyof T]: Bits };
  }

  /** Output ports of one role; an output that nothing else has named becomes the port itself. */
  outputs(title: string, values: Readonly<Record<string, Expression | readonly [Expression, string]>>): void {
    for (const [name, given] of Object.entries(values)) {
      const [value, note] = 'kind' in given ? [given] : given;
      this.addPorts(title, [{ direction: 'output', width: value.width, name, note }]);
      if (isWhole(value) && value.signal.name === undefined) value.signal.name = name;
      this.outputSignals.push([name, value]);
    }
  }

  /** The clock of what is placed: clk_i unless set. */
  get clock(): Expression {
    this.clockSignal ??= this.clockPort('clk_i', this.resetSignal !== undefined);
    return this.clockSignal;
  }

  set clock(signal: Expression) {
    this.clockSignal = signal;
  }

  /** The reset of what is placed, 0 while it resets: rst_ni unless set. Only modules that need it have the port. */
  get reset(): Expression {
    void this.clock;
    this.resetSignal ??= this.clockPort('rst_ni', true);
    return this.resetSignal;
  }

  set reset(signal: Expression) {
    this.resetSignal = signal;
  }

  private clockPort(name: string, reset: boolean): Expression {
    const group = this.groups.find((g) => g.title === 'clock');
    if (group && reset) group.title = 'clock and reset';
    this.addPorts(group?.title ?? 'clock', [{ direction: 'input', width: 1, name }], true);
    return whole(this.signal(1, `input ${name}`, name));
  }

  /** A heading in the body. */
  section(title: string): void {
    this.items.push({ kind: 'section', title });
  }

  /** A wire that something drives: an expression, by name. */
  wire(name: string, value: Expression, note?: string): Bits {
    if (isWhole(value) && value.signal.name === undefined) {
      value.signal.name = name;
      value.signal.note ??= note;
      return value;
    }
    if (isWhole(value) && value.signal.name === name) return value;
    const signal = this.signal(value.width, name, name, note);
    this.items.push({ kind: 'assign', target: signal, value: this.own(value, name) });
    return whole(signal);
  }

  /** Signals of another module cannot be read here. */
  private own(value: Expression, where: string): Expression {
    for (const { signal } of readsOf(value)) {
      if (signal.module !== this.name)
        throw this.fail('hdl/direction', where, `${signal.from} belongs to ${signal.module}.`);
    }
    return value;
  }

  /**
   * Places a component; clk_i and rst_ni connect themselves. Outputs are read with out(), open inputs are
   * connected with connect().
   * @param state flip-flops in a leaf cell, one entry for each parameter Triplicate...
   * @throws EconError hdl/no-port, hdl/width, hdl/direction, hdl/no-state
   */
  instance(
    name: string,
    component: Component,
    connections: Readonly<Record<string, Expression>> = {},
    state: readonly LeafState[] = [],
  ): Instance {
    const placed: PlacedInstance = {
      name,
      component,
      redundancy: this.redundancyOf(name, component, state),
      inputs: new Map(),
      outputs: new Map(),
    };
    for (const { name: port, direction, width } of component.ports) {
      if (direction === 'output') placed.outputs.set(port, this.signal(width, `${name}.${port}`));
    }
    const input = (port: string): Sink => {
      const { direction, width } = portOf(component, port);
      const where = `${name}.${port}`;
      if (direction !== 'input')
        throw this.fail('hdl/direction', where, `it is an output of ${component.module}.`);
      return { where, width, connect: (driver) => this.drive(placed, port, where, width, driver) };
    };
    for (const [port, driver] of Object.entries(connections)) this.connect(driver, input(port));
    if (!('clk_i' in connections) && component.ports.some((p) => p.name === 'clk_i'))
      this.connect(this.clock, input('clk_i'));
    if (!('rst_ni' in connections) && component.ports.some((p) => p.name === 'rst_ni'))
      this.connect(this.reset, input('rst_ni'));
    this.instances.push(placed);
    this.items.push({ kind: 'instance', placed });
    const out = (port: string, wire: WireName = {}): Bits => {
      const { direction } = portOf(component, port);
      const signal = placed.outputs.get(port);
      if (!signal)
        throw this.fail('hdl/direction', `${name}.${port}`, `it is an ${direction}, it drives nothing.`);
      signal.name ??= wire.name;
      signal.note ??= wire.note;
      return whole(signal);
    };
    return { in: input, out };
  }

  private drive(
    placed: PlacedInstance,
    port: string,
    where: string,
    width: number,
    driver: Expression,
  ): void {
    const before = placed.inputs.get(port);
    const ends = (e: Expression): string => readsOf(e)[0]?.signal.from ?? 'a constant';
    if (before)
      throw this.fail('hdl/two-drivers', where, `${ends(before)} and ${ends(driver)} both drive it.`);
    if (driver.width !== width)
      throw this.fail('hdl/width', where, `it takes ${width} bits; ${ends(driver)} brings ${driver.width}.`);
    placed.inputs.set(port, this.own(driver, where));
  }

  /** Connects a driver to an open input. @throws EconError hdl/width, hdl/two-drivers */
  connect(driver: Expression, sink: Sink): void {
    sink.connect(driver);
  }

  private redundancyOf(name: string, component: Component, state: readonly LeafState[]): Map<string, 0 | 1> {
    const values = new Map<string, 0 | 1>();
    for (const { parameter = 'Triplicate', what, bits, kind } of state) {
      if (!component.redundant.includes(parameter))
        throw this.fail('hdl/no-state', name, `${component.module} has no parameter ${parameter}.`);
      values.set(parameter, triplicate(this.redundancy, kind));
      this.state.push({ what: what ?? inWords(name), bits, kind });
    }
    const missing = component.redundant.find((parameter) => !values.has(parameter));
    if (missing) throw this.fail('hdl/no-state', name, `nothing says what ${missing} is for.`);
    return values;
  }

  /** A register whose input comes later: q, and the input d. */
  openRegister(
    name: string,
    width: number,
    options: RegisterOptions,
  ): { readonly q: Bits; readonly d: Sink } {
    const { kind, note, reset, enable } = options;
    const plain = reset === undefined && enable === undefined;
    const cell = plain ? this.cells.pipeline(width) : this.cells.register(width, reset);
    const state = [{ what: inWords(name), bits: width, kind }];
    const en: Record<string, Expression> = plain ? {} : { en_i: enable ?? constant(1, 1) };
    const placed = this.instance(`u_${name}`, cell, en, state);
    const q = placed.out('q_o', { name: `${name}_q`, note });
    placed.out('err_o', { name: `${name}_err` });
    const d = placed.in('d_i');
    const connect = (driver: Expression): void => {
      if (driver.width !== width) d.connect(driver);
      d.connect(this.wire(`${name}_d`, driver));
    };
    return { q, d: { ...d, connect } };
  }

  /** A register NAME: its value, NAME_q. Kind says how it is kept; its errors go to err_o. */
  register(name: string, d: Expression, options: RegisterOptions): Bits {
    // The wire in front of the register comes before it.
    const input = this.wire(`${name}_d`, d);
    const placed = this.openRegister(name, d.width, options);
    placed.d.connect(input);
    return placed.q;
  }

  /** A register of the data path: it follows its input by one clock. */
  pipeline(name: string, d: Expression, note?: string): Bits {
    return this.register(name, d, { kind: 'pipeline', note });
  }

  /** A signal that is chosen by a number. */
  select(name: string, by: Expression, cases: readonly Case[], otherwise: Expression, note?: string): Bits {
    const signal = this.signal(otherwise.width, name, name, note);
    for (const { value } of cases) {
      if (value.width !== signal.width)
        throw this.fail('hdl/width', name, `a case has ${value.width} bits, the default ${signal.width}.`);
    }
    this.items.push({ kind: 'select', target: signal, by, cases, otherwise });
    return whole(signal);
  }

  /** Says that nobody needs this: a whole output becomes the wire unused_NAME, parts of signals are gathered in it. */
  unused(value: Expression, name?: string): void {
    if (isWhole(value) && value.signal.name === undefined) {
      value.signal.name = `unused_${name ?? wireName(value.signal)}`;
      return;
    }
    this.wire(`unused_${name ?? inWords(printed(value)).replaceAll(/\W+/g, '_')}`, logic(1)`^${value}`);
  }

  /** Ends the module: err_o gathers the errors that nothing reads, wires get their names, every end is checked. */
  finish({ errorPort = true } = {}): BuiltModule {
    const read = new Set(readsOfBody(this.items).map((b) => b.signal));
    const errors = this.instances
      .flatMap(({ outputs }) => outputs.get('err_o') ?? [])
      .filter((s) => !read.has(s) && !s.name?.startsWith('unused_'));
    for (const signal of this.signals) signal.name = wireName(signal);
    if (errorPort && errors.length > 0) {
      this.groups
        .at(-1)!
        .ports.push({ direction: 'output', width: 1, name: 'err_o', note: 'copies of a register differ' });
      const bits = errors.map((s) => anyBit(whole(s)));
      this.outputSignals.push(['err_o', joined('|', bits)]);
    }
    const ports = this.groups.flatMap((g) => g.ports);
    const built: BuiltModule = {
      component: { module: this.name, parameters: {}, ports, redundant: [] },
      groups: this.groups,
      signals: this.signals,
      items: this.items,
      outputs: this.outputSignals,
      state: this.state,
    };
    checkModule(built);
    return built;
  }
}
