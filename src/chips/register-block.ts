import { builtBlock, type ChipOptions, inputFormat, leaf } from '../blocks/index.js';
import {
  anyBit,
  type Bits,
  bits,
  cat,
  constant,
  type Expression,
  joined,
  logic,
  type ModuleBuilder,
} from '../hdl/index.js';
import { countsBlocks } from './econt/functions.js';
import { elementAddress, type Field, type Register, registerBits } from './map/register.js';
import {
  chipRegisters,
  counterOf,
  elementReset,
  isRead,
  powerUp,
  talliesOf,
  toldFields,
  wireOf,
} from './registers/table.js';

/** The register map of the chip behind the I2C target: one leaf cell for each register or array of registers. */
export const registersBlock = builtBlock({
  name: 'registers',
  latency: 0,
  facts: ({ econt }) => ({
    purpose: [
      `Registers: ${econt ? 'all registers of ECON-T' : 'configuration, status and error counters'} on the byte bus of the I2C target, at the addresses ` +
        'of the production map; generated from the register table (docs/registers.md has the same source). Each group ' +
        'of stored registers, and each part of the data path, has a counter of clocks in which copies of its state ' +
        'disagreed. Addresses outside the table read 0 and ignore writes.',
    ],
    layer: 'registers',
    formats: ['multi-byte registers are little-endian; bits that do not exist read 0'],
    latency: 'a written byte is effective in the next clock',
  }),
  build(m, options) {
    const map = chipRegisters(options);
    const of = (storage: Register['storage']): Register[] => map.filter((r) => r.storage === storage);
    const bus = m.inputs('register bus', { write_i: 1, address_i: 16, data_i: 8 });
    const { address_i } = bus;

    m.section('stored registers');
    const stored = of('stored').map((r) => placeStored(m, r, bus));
    const outputs: Record<string, Expression | readonly [Expression, string]> = {};
    const idle: Bits[] = [];
    for (const { register, value } of stored) {
      for (const f of register.fields) {
        const part = register.count > 1 ? value : bits(value, f.lsb, f.width);
        if (wireOf(f) === 'rw_err_clr') continue;
        if (!isRead(options, f)) idle.push(part);
        else
          outputs[`${wireOf(f)}_o`] =
            register.count > 1 ? [part, `${register.count} x ${f.width} bits`] : part;
      }
    }
    if (idle.length > 0) m.unused(cat(...idle.reverse()), 'kept');

    m.section('commands');
    const clear = m.wire('clear', stored.find(({ register }) => register.name === 'rw_err_clr')!.value);
    const pulse = (r: Register, bit: number): Expression =>
      logic(
        1,
      )`${bus.write_i} & (${address_i} == ${constant(16, r.address, 'h')}) & ${bits(bus.data_i, bit, 1)}`;
    const commands = of('command');
    const command = (field: string): Expression | undefined => {
      const r = commands.find(({ fields }) => fields[0].name === field);
      return r && pulse(r, 0);
    };
    const statusClear = command('status_clear');
    const commit = command('commit');

    if (options.econt) m.section('counters of events');
    const event = (name: string): Bits => {
      const port = `${name}_event_i`;
      return m.inputs('events to count', { [port]: name === 'chan_err' ? inputFormat(options).links : 1 })[
        port
      ];
    };
    const tallies = of('status').flatMap((r) =>
      talliesOf(r).map(([element, name]) => {
        const own = commands.find(({ block }) => block === r.block);
        const clear_i = own ? m.wire(`clear_${name}`, logic(1)`${clear} | ${pulse(own, element)}`) : clear;
        const inputs = { address_i, clear_i, event_i: event(name) };
        return placeCounter(m, name, elementAddress(r, element), inputs);
      }),
    );

    m.section('counters of disagreements');
    const counters = of('counter').map((register) => ({
      register,
      cell: placeCounter(m, register.signal!, register.address, { address_i, clear_i: clear }, register),
    }));
    const cells = [...tallies, ...counters.map(({ cell }) => cell)];
    for (const { register, cell } of counters) {
      const { signal, count } = register;
      const errors = stored.filter((s) => counterOf(s.register) === signal).map(({ error }) => error);
      const all: Expression[] = count > 1 ? errors : errors.map(anyBit);
      if (countsBlocks(signal!)) all.unshift(event(signal!));
      if (signal === 'misc') all.push(...cells.map(({ error }) => error));
      if (all.length === 0) all.push(constant(count, 0));
      m.connect(all.length > 1 ? m.wire(`${signal}_event`, joined('|', all)) : all[0], cell.event);
    }

    m.section('status');
    const status = of('status')
      .filter((r) => talliesOf(r).length === 0)
      .map((r) => placeStatus(m, options, r, address_i));

    m.section('read');
    m.outputs('register bus', {
      data_o: joined('|', [...[...stored, ...cells].map(({ read }) => read), ...status]),
    });
    m.outputs('configuration', outputs);
    m.outputs('commands', {
      ...(statusClear
        ? { status_clear_o: [logic(1)`${clear} | ${statusClear}`, 'also while rw_err_clr is 1'] as const }
        : {}),
      ...(commit ? { commit_o: [commit, 'one clock'] as const } : {}),
    });
  },
});

function placeStored(m: ModuleBuilder, register: Register, bus: { readonly [port: string]: Bits }) {
  const { signal, block, name, count, bytes } = register;
  const width = registerBits(register);
  let reset = 0n;
  for (let k = count - 1; k >= 0; k--) reset = (reset << BigInt(width)) | elementReset(register, k);
  const cell = m.instance(
    `u_${signal}`,
    leaf('econ_config_array', {
      ...placeOf(register),
      Bytes: bytes,
      Width: width,
      ResetValue: constant(count * width, reset, 'h'),
    }),
    bus,
    [{ what: `${block} ${name}`, bits: count * width, kind: 'configuration' }],
  );
  return {
    register,
    value: cell.out('value_o', { name: `${signal}_q` }),
    error: cell.out('err_o', { name: `${signal}_err` }),
    read: cell.out('read_o', { name: `read_${signal}` }),
  };
}

function placeCounter(
  m: ModuleBuilder,
  name: string,
  address: number,
  inputs: Readonly<Record<string, Expression>>,
  array: Pick<Register, 'count' | 'stride'> = { count: 1, stride: 1 },
) {
  const cell = m.instance(
    `u_${name}_count`,
    leaf('econ_counter_array', placeOf({ address, ...array })),
    inputs,
    [{ what: name.replaceAll('_', ' '), bits: 8 * array.count, kind: 'counter' }],
  );
  return {
    event: cell.in('event_i'),
    error: cell.out('err_o', { name: `${name}_count_err` }),
    read: cell.out('read_o', { name: `read_${name}` }),
  };
}

/** The parameters that say where the elements of a register lie. */
function placeOf({ address, stride, count }: Pick<Register, 'address' | 'stride' | 'count'>) {
  return { Address: constant(16, address, 'h'), ...(count > 1 ? { Stride: stride, Count: count } : {}) };
}

/** A status register: what blocks bring, and constants. */
function placeStatus(m: ModuleBuilder, options: ChipOptions, register: Register, address_i: Bits): Bits {
  const { signal, count, bytes, fields } = register;
  const brought = new Map(
    toldFields(register).map((f): [Field, Bits] => {
      const port = `${wireOf(f)}_i`;
      return [f, m.inputs('status', { [port]: count * f.width })[port]];
    }),
  );
  const parts: Expression[] = [];
  for (let k = 0; k < count; k++) {
    for (const f of fields) {
      const from = brought.get(f);
      parts.unshift(
        from ? bits(from, f.width * k, f.width) : constant(f.width, powerUp(options, register, f)),
      );
    }
    const rest = 8 * bytes - registerBits(register);
    if (rest > 0) parts.unshift(constant(rest, 0));
  }
  const cell = m.instance(
    `u_${signal}`,
    leaf('econ_status_array', {
      ...placeOf(register),
      Bytes: bytes,
    }),
    { address_i, value_i: cat(...parts) },
  );
  return cell.out('read_o', { name: `read_${signal}` });
}
