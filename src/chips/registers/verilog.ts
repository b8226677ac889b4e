import {
  type BuildContext,
  type ChipBlock,
  clockAndReset,
  emitModule,
  registerBus,
  type StateBits,
  triplicate,
} from '../../blocks/index.js';
import { concat, declare, instance, type Port, range, section, slice } from '../../hdl/index.js';
import { elementReset, registersOf } from './table.js';
import { elementAddress, type Field, type Register, registerBits } from './types.js';

/** Bits of all elements of a register. */
function totalBits(register: Register): number {
  return register.count * registerBits(register);
}

/** One byte of a register that exists in the chip: which of its bits are which bits of the register's signal. */
interface BytePart {
  /** Lowest bit within the byte. */
  readonly at: number;
  readonly width: number;
  /** Lowest bit within the packed signal of the register. */
  readonly signalLsb: number;
}

interface ByteCell {
  readonly address: number;
  readonly parts: readonly BytePart[];
  readonly note: string;
}

/** The bytes of a register, in address order. Packed signals leave out bits that do not exist. */
function byteCells(register: Register): ByteCell[] {
  const cells: ByteCell[] = [];
  for (let index = 0; index < register.count; index++) {
    for (let byte = 0; byte < register.bytes; byte++) {
      const parts: BytePart[] = [];
      let packed = index * registerBits(register);
      for (const f of register.fields) {
        const from = Math.max(f.lsb, 8 * byte);
        const to = Math.min(f.lsb + f.width, 8 * byte + 8);
        if (to > from)
          parts.push({ at: from - 8 * byte, width: to - from, signalLsb: packed + from - f.lsb });
        packed += f.width;
      }
      const where = register.bytes > 1 ? ` byte ${byte}` : '';
      const which = register.count > 1 ? ` ${index}` : '';
      cells.push({
        address: elementAddress(register, index) + byte,
        parts: merge(parts),
        note: `${register.name}${which}${where}`,
      });
    }
  }
  return cells;
}

/** Neighbouring fields that are neighbours in both byte and signal print as one slice. */
function merge(parts: readonly BytePart[]): BytePart[] {
  const out: BytePart[] = [];
  for (const p of parts) {
    const last = out.at(-1);
    if (last && last.at + last.width === p.at && last.signalLsb + last.width === p.signalLsb) {
      out[out.length - 1] = { ...last, width: last.width + p.width };
    } else out.push(p);
  }
  return out;
}

function hex16(address: number): string {
  return `16'h${address.toString(16).padStart(4, '0')}`;
}

/** The byte as the host reads it: parts of `signal`, zeros elsewhere. */
function readExpression(cell: ByteCell, signal: string, signalWidth: number): string {
  const parts: string[] = [];
  let at = 0;
  for (const p of cell.parts) {
    if (p.at > at) parts.unshift(`${p.at - at}'d0`);
    parts.unshift(signalWidth === 1 ? signal : slice(signal, p.signalLsb, p.width));
    at = p.at + p.width;
  }
  if (at < 8) parts.unshift(`${8 - at}'d0`);
  return concat(parts);
}

/** Reset value of all elements packed, as a literal. */
function packedReset(register: Register): string {
  let value = 0n;
  let at = 0n;
  for (let index = 0; index < register.count; index++) {
    const reset = elementReset(register, index);
    for (const f of register.fields) {
      value |= ((reset >> BigInt(f.lsb)) & ((1n << BigInt(f.width)) - 1n)) << at;
      at += BigInt(f.width);
    }
  }
  return `${totalBits(register)}'h${value.toString(16)}`;
}

const stored = registersOf('stored');
const status = registersOf('status');
const counters = registersOf('counter');
const commands = registersOf('command');

const state: readonly StateBits[] = [
  ...stored.map((r): StateBits => ({ what: r.name, bits: totalBits(r), kind: 'configuration' })),
  ...counters.map((r): StateBits => ({ what: r.name, bits: 8, kind: 'counter' })),
];

/** Configuration registers, status and error counters behind the I2C target. */
export const registersBlock: ChipBlock = {
  name: 'registers',
  instance: 'u_registers',
  module: 'econ_registers',
  latency: 0,
  state: () => state,
  emit,
};

function fieldNote(fields: readonly Field[]): string | undefined {
  return fields.length > 1 ? fields.map((f) => f.name).join(', ') : undefined;
}

function emit(context: BuildContext): string {
  const outputs: Port[] = stored.map((r) => ({
    direction: 'output',
    width: totalBits(r),
    name: `${r.signal}_o`,
    note: r.count > 1 ? `${r.count} x ${registerBits(r)} bits` : fieldNote(r.fields),
  }));
  const commandOutputs: Port[] = commands.map((r) => ({
    direction: 'output',
    width: 1,
    name: `${r.signal}_o`,
    note: 'one clock',
  }));
  const inputs: Port[] = status.map((r) => ({
    direction: 'input',
    width: totalBits(r),
    name: `${r.signal}_i`,
    note: fieldNote(r.fields),
  }));
  const events: Port[] = counters.map((r) => ({
    direction: 'input',
    width: 1,
    name: `${r.signal}_event_i`,
    note: r.name,
  }));
  const watched = ['mux_fix_calib', 'formatter_buffer', 'misc'] as const;
  return emitModule(
    context,
    {
      purpose: [
        'Registers: configuration, status and error counters on the byte bus of the I2C target, at the addresses',
        'of the ECON-T production map; generated from the register table (docs/registers.md has the same source).',
        'Addresses outside the table read 0 and ignore writes.',
      ],
      layer: 'registers',
      formats: ['multi-byte registers are little-endian; bits that do not exist read 0'],
      latency: 'a written byte is effective in the next clock',
    },
    {
      name: 'econ_registers',
      groups: [
        clockAndReset,
        registerBus,
        { title: 'configuration', ports: outputs },
        { title: 'commands', ports: commandOutputs },
        { title: 'status', ports: inputs },
        { title: 'events to count', ports: events },
      ],
      body: [
        ...declare('wire', [
          ...stored.map((r) => ({ name: `${r.signal}_q`, width: totalBits(r) })),
          ...stored.map((r) => ({ name: `${r.signal}_err`, width: 1 })),
          ...counters.map((r) => ({ name: `${r.signal}_count`, width: 8 })),
          ...counters.map((r) => ({ name: `${r.signal}_count_err`, width: 1 })),
          ...watched.map((w) => ({ name: `${w}_event`, width: 1 })),
        ]),
        ...stored.map((r) => `reg  ${`${range(totalBits(r))} `.trimStart()}${r.signal}_d;`),
        'reg  [7:0] read_byte;',
        '',
        section('write'),
        'always @* begin',
        ...stored.map((r) => `  ${r.signal}_d = ${r.signal}_q;`),
        '  if (write_i) begin',
        '    case (address_i)',
        ...stored.flatMap((r) => byteCells(r).flatMap((cell) => writeLines(cell, r))),
        '      default: ;',
        '    endcase',
        '  end',
        'end',
        '',
        ...commands.map(
          (r) =>
            `assign ${r.signal}_o = write_i & (address_i == ${hex16(r.address)}) & data_i[${r.fields[0].lsb}];`,
        ),
        '',
        section('storage'),
        ...stored.flatMap((r) =>
          instance(
            'econ_register',
            `u_${r.signal}`,
            [
              ['Width', totalBits(r)],
              ['ResetValue', packedReset(r)],
              ['Triplicate', triplicate(context.options, 'configuration')],
            ],
            [
              ['clk_i', 'clk_i'],
              ['rst_ni', 'rst_ni'],
              ['en_i', 'write_i'],
              ['d_i', `${r.signal}_d`],
              ['q_o', `${r.signal}_q`],
              ['err_o', `${r.signal}_err`],
            ],
          ),
        ),
        ...stored.map((r) => `assign ${r.signal}_o = ${r.signal}_q;`),
        '',
        section('error counters'),
        ...watched.map((w) => {
          const own = stored.filter((r) => r.watch === w).map((r) => `${r.signal}_err`);
          const more = w === 'misc' ? counters.map((r) => `${r.signal}_count_err`) : [];
          return `assign ${w}_event = ${[`${w}_event_i`, ...own, ...more].join(' | ')};`;
        }),
        ...counters.flatMap((r) =>
          instance(
            'econ_error_counter',
            `u_${r.signal}_count`,
            [['Triplicate', triplicate(context.options, 'counter')]],
            [
              ['clk_i', 'clk_i'],
              ['rst_ni', 'rst_ni'],
              ['clear_i', 'rw_err_clr_q'],
              ['err_i', watched.some((w) => w === r.signal) ? `${r.signal}_event` : `${r.signal}_event_i`],
              ['count_o', `${r.signal}_count`],
              ['err_o', `${r.signal}_count_err`],
            ],
          ),
        ),
        '',
        section('read'),
        'always @* begin',
        '  case (address_i)',
        ...[...stored, ...status, ...counters]
          .sort((a, b) => a.address - b.address)
          .flatMap((r) => byteCells(r).map((cell) => readLine(cell, r))),
        "    default: read_byte = 8'd0;",
        '  endcase',
        'end',
        '',
        'assign data_o = read_byte;',
      ],
    },
  );
}

function writeLines(cell: ByteCell, register: Register): string[] {
  const single = totalBits(register) === 1;
  const writes = cell.parts.map((p) => {
    const target = single ? `${register.signal}_d` : slice(`${register.signal}_d`, p.signalLsb, p.width);
    return `${target} = ${slice('data_i', p.at, p.width)};`;
  });
  const head = `      ${hex16(cell.address)}:`;
  if (writes.length === 1) return [`${head} ${writes[0]} // ${cell.note}`];
  return [`${head} begin // ${cell.note}`, ...writes.map((w) => `        ${w}`), '      end'];
}

function readLine(cell: ByteCell, register: Register): string {
  const signal =
    register.storage === 'stored'
      ? `${register.signal}_q`
      : register.storage === 'counter'
        ? `${register.signal}_count`
        : `${register.signal}_i`;
  const width = register.storage === 'counter' ? 8 : totalBits(register);
  return `    ${hex16(cell.address)}: read_byte = ${readExpression(cell, signal, width)}; // ${cell.note}`;
}
