import {
  type BuildContext,
  type ChipBlock,
  type ChipOptions,
  clockAndReset,
  defaultEcontOptions,
  emitModule,
  includedAlgorithms,
  LINKS,
  registerBus,
  type StateBits,
  triplicate,
} from '../../blocks/index.js';
import { declare, instance, type Port, type Signal, section } from '../../hdl/index.js';
import { arrayBits, counterOf, econtRegisters } from './econt.js';
import { elementReset } from './table.js';
import { type Register, registerBits } from './types.js';

/** Fast command counter of link resets, and the power-up counters that count: element of their array. */
const LINK_RESETS = 11;
const LEFT_READY = 4;
const STATE_UPSET = 5;

/** Bits of a command register that do something. */
export function commandBits({ signal }: Register): readonly number[] {
  return signal === 'clocks_and_resets_clear' ? [LEFT_READY, STATE_UPSET] : [0];
}

/** Counters whose events come from outside, too. */
const fromOutside = [
  'chan_err',
  'clocks_and_resets',
  'erx',
  'mux_fix_calib',
  'algorithm',
  'formatter_buffer',
  'auto_encoder',
  'misc',
] as const;

/** All registers of the production map behind the I2C target. */
export const econtRegistersBlock: ChipBlock = {
  name: 'registers',
  instance: 'u_registers',
  module: 'econ_registers',
  latency: 0,
  state: (options): StateBits[] => [
    ...stored(options).map(
      (r): StateBits => ({ what: `${r.block} ${r.name}`, bits: arrayBits(r), kind: 'configuration' }),
    ),
    ...counters(options).map((r): StateBits => ({ what: r.name, bits: 8 * r.count, kind: 'counter' })),
    { what: 'link resets, power-up counters', bits: 24, kind: 'counter' },
  ],
  emit,
};

function mapOf(options: ChipOptions): readonly Register[] {
  return econtRegisters(options.econt ?? defaultEcontOptions);
}

function stored(options: ChipOptions): Register[] {
  return mapOf(options).filter((r) => r.storage === 'stored');
}

function counters(options: ChipOptions): Register[] {
  return mapOf(options).filter((r) => r.storage === 'counter');
}

/** Signals of stored registers that the data path uses. */
export function usedSignals(options: ChipOptions): Set<string> {
  return new Set([
    ...['mux', 'cal', 'config_algo', 'links', 'link_reset_pattern', 'pusm_config', 'orbsyn_hdr', 'idle_hdr'],
    ...includedAlgorithms(options).flatMap(({ registers }) => registers),
  ]);
}

/** Value of a read-only register as bytes of all its elements, from the ports of the module. */
function statusValue(register: Register): string {
  const ones = (value: (k: number) => string): string =>
    `{${Array.from({ length: register.count }, (_, k) => value(register.count - 1 - k)).join(', ')}}`;
  switch (register.signal) {
    case 'ch_aligner_status':
      return ones((k) => `5'd0, header_wrong_i[${k}], 2'd0`);
    case 'ch_aligner_select':
      return `{${register.count}{8'h${elementReset(register, 0).toString(16)}}}`;
    case 'hdr_mm_cntr':
      return 'header_count_i';
    case 'clocks_and_resets_status':
      return "{28'd0, pusm_state_i}";
    case 'formatter_buffer_status':
      return "{7'd0, overflow_i}";
    default: {
      const bits = registerBits(register);
      const rest = 8 * register.bytes - bits;
      return rest === 0 ? `${register.signal}_i` : `{${rest}'d0, ${register.signal}_i}`;
    }
  }
}

const statusPorts: Readonly<Record<string, Port>> = {
  ch_aligner_status: { direction: 'input', width: LINKS, name: 'header_wrong_i' },
  hdr_mm_cntr: {
    direction: 'input',
    width: 16 * LINKS,
    name: 'header_count_i',
    note: 'wrong headers per link',
  },
  clocks_and_resets_status: { direction: 'input', width: 4, name: 'pusm_state_i' },
  formatter_buffer_status: { direction: 'input', width: 1, name: 'overflow_i' },
};

function emit(context: BuildContext): string {
  const { options } = context;
  const map = mapOf(options);
  const kept = stored(options);
  const counted = counters(options);
  const wanted = usedSignals(options);
  // What is told by counters of its own, below.
  const status = map.filter(
    (r) => r.storage === 'status' && !['fctrl_counter', 'pusm_counter'].includes(r.signal!),
  );
  const commit = map.find((r) => r.name === 'weight_command');
  const reads = [...kept, ...status, ...counted].map((r) => `read_${r.signal}`).concat(ownReads);
  return emitModule(
    context,
    {
      purpose: [
        'Registers: every register of the ECON-T production map on the byte bus of the I2C target; generated from the',
        'register table (docs/registers.md has the same source). Each group of stored registers, and each part of the',
        'data path, has a counter of clocks in which copies of its state disagreed. Addresses outside the table read 0',
        'and ignore writes.',
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
        {
          title: 'configuration',
          ports: kept
            .filter((r) => wanted.has(r.signal!))
            .map((r) => ({
              direction: 'output',
              width: arrayBits(r),
              name: `${r.signal}_o`,
              note:
                r.count > 1
                  ? `${r.count} x ${registerBits(r)} bits`
                  : r.fields.length > 1
                    ? r.fields.map((f) => f.name).join(', ')
                    : undefined,
            })),
        },
        {
          title: 'commands',
          ports: [
            { direction: 'output', width: 1, name: 'status_clear_o', note: 'also while rw_err_clr is 1' },
            ...(commit
              ? [{ direction: 'output', width: 1, name: 'commit_o', note: 'one clock' } as const]
              : []),
          ],
        },
        {
          title: 'status',
          ports: status.flatMap((r): Port[] => {
            if (r.signal === 'ch_aligner_select') return [];
            return [
              statusPorts[r.signal!] ?? { direction: 'input', width: registerBits(r), name: `${r.signal}_i` },
            ];
          }),
        },
        {
          title: 'events to count',
          ports: [
            { direction: 'input', width: 1, name: 'link_reset_event_i' },
            { direction: 'input', width: 1, name: 'left_ready_event_i' },
            { direction: 'input', width: 1, name: 'state_upset_event_i' },
            { direction: 'input', width: 1, name: 'i2c_recovery_event_i' },
            ...fromOutside.map(
              (name): Port => ({
                direction: 'input',
                width: name === 'chan_err' ? LINKS : 1,
                name: `${name}_event_i`,
                note: 'copies of state differ',
              }),
            ),
          ],
        },
      ],
      body: [
        ...declare('wire', [
          ...kept.flatMap((r): Signal[] => [
            { name: `${r.signal}_q`, width: arrayBits(r) },
            { name: `${r.signal}_err`, width: r.count },
          ]),
          ...counted.flatMap((r): Signal[] => [
            { name: `${r.signal}_event`, width: r.count },
            { name: `${r.signal}_count_err`, width: 1 },
          ]),
          ...['link_resets', 'left_ready', 'state_upset'].map((name) => ({ name: `${name}_err`, width: 1 })),
          { name: 'clear', width: 1 },
          { name: 'clear_left_ready', width: 1 },
          { name: 'clear_state_upset', width: 1 },
          { name: 'unused_kept', width: 1, note: 'registers without a function' },
          ...reads.map((name) => ({ name, width: 8 })),
        ]),
        '',
        section('stored registers'),
        ...kept.flatMap((r) => storedArray(context, r)),
        '',
        ...kept.filter((r) => wanted.has(r.signal!)).map((r) => `assign ${r.signal}_o = ${r.signal}_q;`),
        `assign unused_kept = ^{\n    ${kept
          .filter((r) => !wanted.has(r.signal!) && r.signal !== 'rw_err_clr')
          .map((r) => `${r.signal}_q`)
          .join(',\n    ')}\n  };`,
        '',
        section('commands'),
        ...commands(map),
        ...(commit
          ? [`assign commit_o = write_i & (address_i == ${hex16(commit.address)}) & data_i[0];`]
          : []),
        '',
        section('counters of disagreements'),
        ...counted.flatMap((r) => counterArray(context, r, eventOf(r, kept, counted))),
        '',
        section('other counters'),
        ...ownCounters(context, map),
        '',
        section('status'),
        ...status.flatMap((r) =>
          instance(
            'econ_status_array',
            `u_${r.signal}`,
            [
              ['Address', hex16(r.address)],
              ['Stride', r.stride],
              ['Count', r.count],
              ['Bytes', r.bytes],
            ],
            [
              ['address_i', 'address_i'],
              ['value_i', statusValue(r)],
              ['read_o', `read_${r.signal}`],
            ],
          ),
        ),
        '',
        section('read'),
        `assign data_o = ${reads.join('\n    | ')};`,
      ],
    },
  );
}

const ownReads = ['read_link_resets', 'read_left_ready', 'read_state_upset'];

function hex16(address: number): string {
  return `16'h${address.toString(16).padStart(4, '0')}`;
}

function storedArray(context: BuildContext, r: Register): string[] {
  const width = registerBits(r);
  let reset = 0n;
  for (let k = r.count - 1; k >= 0; k--) reset = (reset << BigInt(width)) | elementReset(r, k);
  return instance(
    'econ_config_array',
    `u_${r.signal}`,
    [
      ['Address', hex16(r.address)],
      ['Stride', r.stride],
      ['Count', r.count],
      ['Bytes', r.bytes],
      ['Width', width],
      ['ResetValue', `${r.count * width}'h${reset.toString(16)}`],
      ['Triplicate', triplicate(context.options, 'configuration')],
    ],
    [
      ['clk_i', 'clk_i'],
      ['rst_ni', 'rst_ni'],
      ['write_i', 'write_i'],
      ['address_i', 'address_i'],
      ['data_i', 'data_i'],
      ['read_o', `read_${r.signal}`],
      ['value_o', `${r.signal}_q`],
      ['err_o', `${r.signal}_err`],
    ],
  );
}

function commands(map: readonly Register[]): string[] {
  const misc = map.find((r) => r.signal === 'misc_command')!;
  const power = map.find((r) => r.signal === 'clocks_and_resets_clear')!;
  const hit = (r: Register, bit: number): string =>
    `write_i & (address_i == ${hex16(r.address)}) & data_i[${bit}]`;
  return [
    'assign clear             = rw_err_clr_q;',
    `assign status_clear_o    = clear | (${hit(misc, 0)});`,
    `assign clear_left_ready  = clear | (${hit(power, LEFT_READY)});`,
    `assign clear_state_upset = clear | (${hit(power, STATE_UPSET)});`,
  ];
}

/** Disagreements of the stored registers of a counter, and what comes from outside. */
function eventOf(counter: Register, kept: readonly Register[], counted: readonly Register[]): string {
  if (counter.signal === 'i2c_recovery') return 'i2c_recovery_event_i';
  const each = counter.count > 1;
  const own = kept
    .filter((r) => counterOf(r) === counter.signal)
    .map((r) => (each || r.count === 1 ? `${r.signal}_err` : `(|${r.signal}_err)`));
  const outside = fromOutside.some((name) => name === counter.signal) ? [`${counter.signal}_event_i`] : [];
  const counts =
    counter.signal === 'misc'
      ? [
          ...counted.map((r) => `${r.signal}_count_err`),
          'link_resets_err',
          'left_ready_err',
          'state_upset_err',
        ]
      : [];
  const all = [...outside, ...own, ...counts];
  return all.length > 0 ? all.join('\n    | ') : `${counter.count}'d0`;
}

function counterArray(context: BuildContext, r: Register, event: string): string[] {
  return [
    `assign ${r.signal}_event = ${event};`,
    ...instance(
      'econ_counter_array',
      `u_${r.signal}_count`,
      [
        ['Address', hex16(r.address)],
        ['Stride', r.stride],
        ['Count', r.count],
        ['Triplicate', triplicate(context.options, 'counter')],
      ],
      [
        ['clk_i', 'clk_i'],
        ['rst_ni', 'rst_ni'],
        ['clear_i', 'clear'],
        ['event_i', `${r.signal}_event`],
        ['address_i', 'address_i'],
        ['read_o', `read_${r.signal}`],
        ['err_o', `${r.signal}_count_err`],
      ],
    ),
  ];
}

function ownCounters(context: BuildContext, map: readonly Register[]): string[] {
  const fast = map.find((r) => r.signal === 'fctrl_counter')!;
  const power = map.find((r) => r.signal === 'pusm_counter')!;
  const counter = (name: string, address: number, clear: string, event: string): string[] =>
    instance(
      'econ_counter_array',
      `u_${name}_count`,
      [
        ['Address', hex16(address)],
        ['Triplicate', triplicate(context.options, 'counter')],
      ],
      [
        ['clk_i', 'clk_i'],
        ['rst_ni', 'rst_ni'],
        ['clear_i', clear],
        ['event_i', event],
        ['address_i', 'address_i'],
        ['read_o', `read_${name}`],
        ['err_o', `${name}_err`],
      ],
    );
  return [
    ...counter('link_resets', fast.address + LINK_RESETS, 'clear', 'link_reset_event_i'),
    ...counter('left_ready', power.address + LEFT_READY, 'clear_left_ready', 'left_ready_event_i'),
    ...counter('state_upset', power.address + STATE_UPSET, 'clear_state_upset', 'state_upset_event_i'),
  ];
}
