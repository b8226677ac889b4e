import { EconError } from '../../base/index.js';
import type { Generation } from '../../blocks/index.js';
import { elementAddress, hex } from '../map/register.js';
import { partBits } from './kept.js';
import { fieldPlaces, type Place } from './names.js';

/** Bytes of a chip as a file tells them: read back, or written by a script. */
export interface Dump {
  /** As the first comment of our own files says it. */
  readonly generation?: Generation;
  /** What was passed over; complete when all of `bytes` has been taken. */
  readonly notes: readonly string[];
  /** It tells what a chip holds (a dump), not what is to be written (a script). */
  readonly readBack: boolean;
  /** Each byte as bits of fields. @throws EconError chip/bad-register-text for addresses without a register */
  bytes(generation: Generation): Iterable<{ places: Place[]; value: bigint; at: string }>;
}

interface Line {
  readonly from: number;
  readonly bytes: readonly number[];
  readonly line: number;
  /** Written, so that it must be a register of the host's. */
  readonly write: boolean;
  readonly device?: string;
}

const BYTE = '(?:0x)?[0-9a-f]{2}';
const script = new RegExp(`^(write|read) (?:0x)?([0-9a-f]{2}) (?:0x)?([0-9a-f]{1,4})((?: ${BYTE})+)$`, 'i');
const dumped = new RegExp(`^(0x[0-9a-f]{1,4}|[0-9a-f]{3,4}):((?:[\\s,]+${BYTE})+)\\s*(?:\\|.*)?$`, 'i');
/** i2cdump: 16 bytes from a short address on, XX where nothing answered, and the same as characters. */
const table = /^([0-9a-f]{2,4}):((?: (?:[0-9a-f]{2}|XX)){3,16})(?: {2,}.*)?$/i;
const csv = /^(0x[0-9a-f]{1,4}|\d{1,4})\s*[,;]\s*(0x[0-9a-f]+|\d+)\s*$/i;
const transfer = /^(?:\S+\s+)*?i2ctransfer\b(.*)$/;
/** Writes of our scripts beyond the settings, see ADDED. */
const added = /#.*\bnot in the settings$/;
const heading = /^(0\s+1\s+2\s+3\b.*|#?\s*(register|reg|address|addr)\s*[,;]\s*(value|val|byte|data)\s*)$/i;

/** Is this text a dump of registers or an I2C script, and not YAML? */
export function isDump(text: string): boolean {
  for (const full of text.split('\n', 200)) {
    const line = full.replace(/#.*/, '').trim();
    if (line === '' || heading.test(line)) continue;
    return [script, dumped, table, csv, transfer].some((form) => form.test(line));
  }
  return false;
}

/**
 * Reads a script (`write DEVICE ADDRESS BYTES`), a dump (`ADDRESS: BYTES`, i2cdump), a list `ADDRESS,VALUE`, or
 * i2ctransfer commands with what they printed. All hex, but numbers without 0x in a list.
 * @throws EconError chip/bad-register-text with file and line
 */
export function parseDump(text: string, name: string): Dump {
  const lines: Line[] = [];
  // A read of i2ctransfer, whose bytes stand in the lines after it.
  let pending: { from: number; count: number; device: string } | undefined;
  text.split('\n').forEach((full, i) => {
    if (added.test(full)) return;
    const line = full.replace(/#.*/, '').trim();
    if (line === '' || heading.test(line)) return;
    const at = i + 1;
    const command = transfer.exec(line);
    if (command) {
      const read = transferLines(command[1], `${name}:${at}`, at, lines);
      pending = read;
      return;
    }
    if (pending && new RegExp(`^${BYTE}(\\s+${BYTE})*$`, 'i').test(line)) {
      const bytes = hexBytes(line).slice(0, pending.count);
      lines.push({ from: pending.from, bytes, line: at, write: false, device: pending.device });
      pending = { ...pending, from: pending.from + bytes.length, count: pending.count - bytes.length };
      if (pending.count <= 0) pending = undefined;
      return;
    }
    lines.push(...simpleLine(line, at, name));
  });
  const devices = new Set(lines.flatMap((l) => l.device ?? []));
  if (devices.size > 1) {
    const second = lines.find((l) => l.device !== undefined && l.device !== lines[0].device)!;
    throw badText(
      `${name}:${second.line}`,
      `devices ${[...devices].join(' and ')} are two chips.`,
      'Give a file for each.',
    );
  }
  const notes: string[] = [];
  const parts = partBits(text);
  const first = /^\s*#.*\b(P1|production) map\b/m.exec(text)?.[1];
  return {
    ...(first ? { generation: first as Generation } : {}),
    notes,
    readBack: lines.every((l) => !l.write),
    *bytes(generation) {
      const owners = addresses(generation);
      const empty: number[] = [];
      const spare: number[] = [];
      for (const { from, bytes, line, write } of lines) {
        for (let n = 0; n < bytes.length; n++) {
          const address = from + n;
          const own = owners.get(address);
          const where = `${name}:${line}`;
          if (write && !own?.writable)
            throw badText(where, `${hex(address, 3)} is no register that can be written.`);
          if (!own) {
            if (bytes[n] !== 0)
              throw badText(where, `${hex(address, 3)} is no register, but holds ${hex(bytes[n], 3)}.`);
            empty.push(address);
            continue;
          }
          if ((bytes[n] & ~own.parts.reduce((all, { mask }) => all | mask, 0)) !== 0) spare.push(address);
          for (const { place, shift, mask } of own.parts) {
            if (((parts.get(address) ?? 255) & mask) === 0) continue;
            yield { places: [place], value: BigInt((bytes[n] & mask) >> shift), at: where };
          }
        }
      }
      if (empty.length > 0)
        notes.push(`${name}: ${empty.length} zeros at addresses without a register (${some(empty)}).`);
      if (spare.length > 0)
        notes.push(
          `${name}: ${spare.length} bytes hold ones where the map has no field (${some(spare)}); they are not kept.`,
        );
    },
  };
}

function simpleLine(line: string, at: number, name: string): Line[] {
  const written = script.exec(line);
  if (written) {
    const [, kind, device, from, bytes] = written;
    const write = kind.toLowerCase() === 'write';
    return [{ from: Number.parseInt(from, 16), bytes: hexBytes(bytes), line: at, write, device }];
  }
  const plain = dumped.exec(line);
  if (plain)
    return [{ from: Number.parseInt(plain[1], 16), bytes: hexBytes(plain[2]), line: at, write: false }];
  const row = table.exec(line);
  if (row) {
    const from = Number.parseInt(row[1], 16);
    return row[2]
      .trim()
      .split(' ')
      .flatMap((byte, n) =>
        /xx/i.test(byte)
          ? []
          : [{ from: from + n, bytes: [Number.parseInt(byte, 16)], line: at, write: false }],
      );
  }
  const pair = csv.exec(line);
  if (pair && Number(pair[2]) > 255)
    throw badText(`${name}:${at}`, `${pair[2]} is more than a byte.`, 'Give a line for every byte.');
  if (pair) return [{ from: Number(pair[1]), bytes: [Number(pair[2])], line: at, write: false }];
  throw badText(`${name}:${at}`, `${JSON.stringify(line.slice(0, 40))} is no register write.`);
}

/** The messages of one command; writes become lines, the read after an address is returned. */
function transferLines(
  text: string,
  where: string,
  line: number,
  lines: Line[],
): { from: number; count: number; device: string } | undefined {
  const words = text.trim().split(/\s+/);
  let device = '';
  let address: number | undefined;
  let read: { from: number; count: number; device: string } | undefined;
  for (let k = 0; k < words.length; k++) {
    const message = /^([rw])(\d+)(?:@(0x[0-9a-f]+|\d+))?$/i.exec(words[k]);
    if (!message) continue;
    const count = Number(message[2]);
    if (message[3]) device = Number(message[3]).toString(16);
    if (message[1].toLowerCase() === 'r') {
      if (address === undefined) throw badText(where, 'a read without an address before it.');
      read = { from: address, count, device };
      continue;
    }
    const data = filled(words.slice(k + 1, k + 1 + count), count, where);
    if (count < 2) throw badText(where, 'a write of less than the two bytes of an address.');
    address = (data[0] << 8) | data[1];
    if (count > 2) lines.push({ from: address, bytes: data.slice(2), line, write: true, device });
  }
  if (device === '') throw badText(where, 'no message of the form w4@0x20 in this command.');
  return read;
}

/** Data of a message; `=` repeats a byte to the end, `+` and `-` count on from it. */
function filled(words: readonly string[], count: number, where: string): number[] {
  const data: number[] = [];
  for (const word of words) {
    const match = /^(0x[0-9a-f]{1,2}|\d{1,3})([=+-]?)$/i.exec(word);
    if (!match || Number(match[1]) > 255) break;
    data.push(Number(match[1]));
    const step = { '=': 0, '+': 1, '-': -1 }[match[2]];
    while (step !== undefined && data.length < count) data.push((data[data.length - 1] + step) & 255);
  }
  if (data.length < count) throw badText(where, `${data.length} bytes for a write of ${count}.`);
  return data;
}

/** A byte of a register: the parts of fields in it, and their bits. */
interface Owner {
  readonly parts: { readonly place: Place; readonly shift: number; readonly mask: number }[];
  readonly writable: boolean;
}

/** What lies at each address of a map. */
function addresses(generation: Generation): Map<number, Owner> {
  const owners = new Map<number, Owner>();
  for (const field of fieldPlaces(generation)) {
    const { register, index } = field;
    const at = elementAddress(register, index);
    const writable = register.fields.some((f) => f.access !== 'ro');
    for (let b = 0; b < register.bytes; b++)
      if (!owners.has(at + b)) owners.set(at + b, { parts: [], writable });
    for (let b = field.lsb >> 3; 8 * b < field.lsb + field.width; b++) {
      const lsb = Math.max(field.lsb, 8 * b);
      const width = Math.min(field.lsb + field.width, 8 * b + 8) - lsb;
      const shift = lsb - 8 * b;
      owners
        .get(at + b)!
        .parts.push({ place: { ...field, lsb, width }, shift, mask: ((1 << width) - 1) << shift });
    }
  }
  return owners;
}

function hexBytes(text: string): number[] {
  return (text.match(/(?:0x)?[0-9a-f]{2}\b/gi) ?? []).map((byte) =>
    Number.parseInt(byte.replace(/^0x/i, ''), 16),
  );
}

function some(at: readonly number[]): string {
  return (
    at
      .slice(0, 3)
      .map((a) => hex(a, 3))
      .join(', ') + (at.length > 3 ? ', ...' : '')
  );
}

function badText(where: string, what: string, remedy?: string): EconError {
  return new EconError({
    code: 'chip/bad-register-text',
    where,
    what,
    remedy:
      remedy ??
      'Write lines "write 20 040f 00 01 ..." (I2C script), "040f: 00 01 ..." (bytes) or "0x040f,0x00" (list), hex.',
  });
}
