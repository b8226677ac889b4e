import { hex } from '../map/register.js';
import type { BuiltField, BuiltRegister } from './built.js';
import { elementReset } from './table.js';

/** Registers of more bytes than this are written as an array of bytes instead of byte by byte. */
const LONGEST = 24;

/**
 * A register map as SystemRDL 2.0 (Accellera): an address map of 8-bit registers, as the I2C target sees them. A
 * register of several bytes is a register file of bytes, lowest bits first, because its length is seldom a power of two.
 * @param head lines that say of what it is the map
 */
export function systemRdl(registers: readonly BuiltRegister[], head: readonly string[]): string {
  const groups = interleaved(registers);
  return [
    ...head.map((line) => `// ${line}`),
    '// Bytes at their I2C addresses; multi-byte registers are little-endian. What is not here reads 0.',
    'addrmap econ_registers {',
    '  default regwidth = 8;',
    '  default accesswidth = 8;',
    '  alignment = 1;',
    '  littleendian;',
    '',
    ...groups.flatMap((group) => [...groupLines(group).map((line) => `  ${line}`), '']),
    '};',
    '',
  ].join('\n');
}

const hardware = { used: 'r', set: 'w', none: 'na' } as const;

/** Access of the host and of the chip. A command reads 0: its bit is there for one clock. */
function access(f: BuiltField): string {
  if (f.access === 'wo') return `sw = rw; hw = ${hardware[f.hardware]}; singlepulse;`;
  return `sw = ${f.access === 'ro' ? 'r' : 'rw'}; hw = ${hardware[f.hardware]};`;
}

/** Instance name of a register: unique over the map. */
export function rdlName(r: BuiltRegister): string {
  return `${r.block}_${r.name}`;
}

/** Arrays that lie between each other's elements, such as the registers of a channel, in one group; the others alone. */
function interleaved(registers: readonly BuiltRegister[]): BuiltRegister[][] {
  const groups = new Map<string, BuiltRegister[]>();
  for (const r of registers) {
    const sparse = r.count > 1 && r.stride > r.bytes;
    const key = sparse ? `${r.count} ${r.stride} ${Math.floor(r.address / r.stride)}` : rdlName(r);
    groups.set(key, [...(groups.get(key) ?? []), r]);
  }
  return [...groups.values()];
}

function groupLines(group: readonly BuiltRegister[]): string[] {
  if (group.length === 1) return elements(group[0]).flatMap(component);
  const [{ count, stride, block }] = group;
  const base = Math.min(...group.map((r) => r.address));
  const inside = group.map((r) => ({ ...r, address: r.address - base, count: 1 }));
  return [
    'regfile {',
    '  alignment = 1;',
    ...inside.flatMap(component).map((line) => `  ${line}`),
    `} ${block}_channel[${count}] @${hex(base)} += ${hex(stride)};`,
  ];
}

/** The mux is the one array whose elements differ after reset: each is a register of its own. */
function elements(r: BuiltRegister): BuiltRegister[] {
  if (r.signal !== 'mux') return [r];
  return Array.from({ length: r.count }, (_, k) => ({
    ...r,
    name: `${r.name}_${k}`,
    address: r.address + r.stride * k,
    count: 1,
    fields: r.fields.map((f) => ({ ...f, reset: elementReset(r, k) })),
  }));
}

function component(r: BuiltRegister): string[] {
  const place = r.count === 1 ? `@${hex(r.address)}` : `[${r.count}] @${hex(r.address)} += ${hex(r.stride)}`;
  const instance = `} ${rdlName(r)}${r.count === 1 ? ' ' : ''}${place};`;
  const describe = `desc = ${text(r.doc)};`;
  if (r.bytes === 1) {
    return ['reg {', `  ${describe}`, ...fieldsOfByte(r, 0).map((l) => `  ${l}`), instance];
  }
  if (r.bytes > LONGEST && r.fields.length === 1 && r.fields[0].reset === 0n) {
    const field = `field { ${access(r.fields[0])} reset = 0; } data[7:0];`;
    return [
      'regfile {',
      `  ${describe}`,
      '  alignment = 1;',
      `  reg { ${field} } bytes[${r.bytes}] @0x0 += 0x1;`,
      instance,
    ];
  }
  const bytes = Array.from({ length: r.bytes }, (_, b) => b).filter((b) => fieldsOfByte(r, b).length > 0);
  return [
    'regfile {',
    `  ${describe}`,
    '  alignment = 1;',
    ...bytes.flatMap((b) => [
      '  reg {',
      ...fieldsOfByte(r, b).map((l) => `    ${l}`),
      `  } byte${b} @${hex(b)};`,
    ]),
    instance,
  ];
}

/** The part of each field that lies in byte b. */
function fieldsOfByte(r: BuiltRegister, b: number): string[] {
  return r.fields.flatMap((f) => {
    const low = Math.max(f.lsb, 8 * b);
    const high = Math.min(f.lsb + f.width, 8 * b + 8) - 1;
    if (high < low) return [];
    const from = low - f.lsb;
    const to = high - f.lsb;
    const whole = from === 0 && to === f.width - 1;
    const name = whole ? f.name : `${f.name}_${to}_${from}`;
    const reset = (f.reset >> BigInt(from)) & ((1n << BigInt(high - low + 1)) - 1n);
    const note = f.doc ? ` desc = ${text(f.doc)};` : '';
    return [
      `field { ${access(f)} reset = ${hex(reset)};${note} } ${safe(name)}[${high - 8 * b}:${low - 8 * b}];`,
    ];
  });
}

/** Field names that SystemRDL keeps for itself. */
const reserved = new Set('enable mask external internal reg field signal level count'.split(' '));

function safe(name: string): string {
  return reserved.has(name) ? `\\${name}` : name;
}

function text(value: string): string {
  return `"${value.replace(/["\\]/g, "'")}"`;
}
