import { EconError } from '../base/index.js';
import { type ChipBlock, type ChipOptions, type ChipTop, componentOf, ETX, leaf } from '../blocks/index.js';
import {
  type Bits,
  constant,
  type Expression,
  type Instance,
  joined,
  type ModuleBuilder,
} from '../hdl/index.js';
import { chipBlocks, counterOfBlock } from './blocks.js';
import { registersBlock } from './register-block.js';

/** The top level while it is built: what is placed, the settings, and the errors by their counters. */
export class TopLevel implements ChipTop {
  charge!: Bits;
  bx!: Bits;
  weights: readonly Bits[] = [];
  private readonly settings = new Map<string, Bits>();
  private readonly errors = new Map<string, Bits[]>();
  private readonly blocks: readonly ChipBlock[];

  constructor(
    readonly m: ModuleBuilder,
    readonly options: ChipOptions,
  ) {
    this.blocks = chipBlocks(options);
  }

  place(name: string, inputs: Readonly<Record<string, Expression>>): Instance {
    const block = this.blocks.find((b) => b.name === name);
    if (!block)
      throw unknown(
        `block ${name}`,
        this.blocks.map((b) => b.name),
      );
    const component = componentOf(block, this.options);
    const state = component.redundant.length > 0 ? block.state(this.options) : [];
    const placed = this.m.instance(block.instance, component, inputs, state);
    if (component.ports.some((p) => p.name === 'err_o')) {
      const counter = counterOfBlock(block, this.options);
      const error = placed.out('err_o', { name: `${name.replaceAll('-', '_')}_err` });
      this.errors.set(counter, [...(this.errors.get(counter) ?? []), error]);
    }
    return placed;
  }

  /** Places the registers; every output but data_o is a setting. */
  placeRegisters(bus: Readonly<Record<string, Bits>>): Instance {
    const placed = this.place('registers', bus);
    for (const { name, direction } of registersBlock.component(this.options).ports) {
      const wire = name.slice(0, -2);
      if (direction === 'output' && name !== 'data_o')
        this.settings.set(wire, placed.out(name, { name: wire }));
    }
    return placed;
  }

  setting(name: string): Bits {
    if (name === 'links' && !this.settings.has(name)) this.settings.set(name, this.countLinks());
    const found = this.settings.get(name);
    if (!found) throw unknown(`setting ${name}`, [...this.settings.keys()]);
    return found;
  }

  private countLinks(): Bits {
    const count = this.m.instance('u_link_count', leaf('econ_link_count', { Links: ETX }), {
      active_i: this.setting('active_etxs'),
    });
    return count.out('count_o', { name: 'links', note: 'number of active links' });
  }

  /** Connects what the registers count: events, and the errors of all blocks. */
  connectEvents(registers: Instance, events: Readonly<Record<string, Bits>>): void {
    const left = new Set(this.errors.keys());
    for (const { name, width } of registersBlock.component(this.options).ports) {
      const event = /^(\w+)_event_i$/.exec(name)?.[1];
      if (event === undefined) continue;
      const errors = events[event] ? [events[event]] : this.errors.get(event);
      if (!events[event]) left.delete(event);
      this.m.connect(errors ? joined('|', errors) : constant(width, 0), registers.in(name));
    }
    if (left.size > 0) throw new Error(`errors of blocks reach no counter: ${[...left].join(', ')}`);
  }
}

/** An algorithm from outside may ask for what this chip has not. */
function unknown(what: string, there: readonly string[]): EconError {
  return new EconError({
    code: 'base/bad-thing',
    where: 'the top level of the chip',
    what: `an algorithm asks for ${what}, which this chip has not.`,
    remedy: `There are ${there.join(', ')}.`,
  });
}
