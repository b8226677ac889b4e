import { EconError } from '../../base/index.js';
import type { Generation } from '../settings/settings.js';
import { crc32 } from '../weight-memory/reference.js';
import { type RegisterImage, registerOfField, registersOfGeneration, resetImage } from './image.js';
import { commitWrite, expectedCrcWrite, type RegisterWrite } from './script.js';
import { elementAddress } from './types.js';

/** Arrays of longer elements, such as blocks of weights, take a transaction for each. */
const LONGEST_WRITE = 100;
/** Bytes of a line of a dump. */
const LINE_BYTES = 16;

/**
 * I2C writes that bring a chip from reset to this image: one per register or run of neighbouring ones, those set only.
 * @param commit for our chip: after weights, their CRC-32 and the commit that swaps them in
 */
export function imageWrites(image: RegisterImage, commit: boolean): RegisterWrite[] {
  const writes: RegisterWrite[] = [];
  for (const register of registersOfGeneration(image.generation)) {
    const dense = register.stride === register.bytes && register.bytes < LONGEST_WRITE;
    const last = elementAddress(register, register.count - 1) + register.bytes;
    // Arrays that are set as a whole go in one transaction, others element by element.
    const whole = dense && image.set.subarray(register.address, last).every((set) => set === 1);
    for (let index = 0; index < register.count; index += whole ? register.count : 1) {
      const at = elementAddress(register, index);
      const bytes = image.bytes.slice(at, whole ? last : at + register.bytes);
      if (!image.set.subarray(at, at + bytes.length).some((set) => set === 1)) continue;
      const what = register.count > 1 && !whole ? `${register.name} ${index}` : register.name;
      writes.push({ address: at, bytes, what });
    }
  }
  if (commit && writes.some((w) => w.what.startsWith('weights'))) {
    const { register } = registerOfField(image.generation, 'weights_byte0');
    const from = register.address;
    writes.push(expectedCrcWrite(crc32(image.bytes.subarray(from, from + register.count * register.bytes))));
    writes.push(commitWrite());
  }
  return writes;
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
const hexBytes = (bytes: Uint8Array): string => Array.from(bytes, (b) => hex(b, 2)).join(' ');

/**
 * Writes as text, one transaction a line: `write DEVICE ADDRESS BYTES`, all hex: START, device + W, address high and
 * low, the bytes from the lowest address on, STOP.
 */
export function writesToText(
  writes: readonly RegisterWrite[],
  generation: Generation,
  device = 0x20,
): string {
  return [
    `# econ register script, ${generation} map: write DEVICE ADDRESS BYTES, lowest address first`,
    ...writes.map((w) => `write ${hex(device, 2)} ${hex(w.address, 4)} ${hexBytes(w.bytes)} # ${w.what}`),
    '',
  ].join('\n');
}

/** The bytes that are set as text, up to 16 in a line: `ADDRESS: BYTES`, all hex. */
export function imageToText(image: RegisterImage): string {
  const lines = [`# econ register bytes, ${image.generation} map: ADDRESS: BYTES`];
  for (let at = 0; at < image.bytes.length; ) {
    if (image.set[at] === 0) {
      at++;
      continue;
    }
    let end = at;
    while (end < image.bytes.length && image.set[end] === 1 && end - at < LINE_BYTES) end++;
    lines.push(`${hex(at, 4)}: ${hexBytes(image.bytes.subarray(at, end))}`);
    at = end;
  }
  return `${lines.join('\n')}\n`;
}

/** Is this text a script or a dump, and not YAML settings? */
export function isImageText(text: string): boolean {
  return /^(\s*(#.*)?\n)*(write [0-9a-f]{2} |[0-9a-f]{3,4}: [0-9a-f]{2}\b)/i.test(text);
}

/**
 * Reads a script or a dump of bytes; the generation stands in its first comment, production when there is none.
 * @throws EconError chip/bad-register-text with file and line: unknown text, an address without a register, more
 *   bytes than registers
 */
export function parseImageText(text: string, name: string): RegisterImage {
  const generation: Generation = /^\s*#.*\bP1 map\b/.test(text) ? 'P1' : 'production';
  const image = resetImage(generation);
  const writable = writableBytes(generation);
  text.split('\n').forEach((full, i) => {
    const line = full.replace(/#.*/, '').trim();
    if (line === '') return;
    const match =
      /^write (?:0x)?[0-9a-f]{2} (?:0x)?([0-9a-f]{1,4}) ((?:[0-9a-f]{2} ?)+)$/i.exec(line) ??
      /^(?:0x)?([0-9a-f]{1,4}): ((?:[0-9a-f]{2} ?)+)$/i.exec(line);
    const where = `${name}:${i + 1}`;
    if (!match) throw badText(where, `${JSON.stringify(line.slice(0, 40))} is no register write.`);
    const from = Number.parseInt(match[1], 16);
    match[2]
      .trim()
      .split(/ +/)
      .forEach((byte, n) => {
        const at = from + n;
        if (writable[at] !== 1) throw badText(where, `0x${hex(at, 3)} is no register that can be written.`);
        image.bytes[at] = Number.parseInt(byte, 16);
        image.set[at] = 1;
      });
  });
  return image;
}

/** 1 for each byte of a register that the host writes. */
function writableBytes(generation: Generation): Uint8Array {
  const writable = new Uint8Array(0x10000);
  for (const register of registersOfGeneration(generation)) {
    if (!register.fields.some((f) => f.access !== 'ro')) continue;
    for (let index = 0; index < register.count; index++) {
      const at = elementAddress(register, index);
      writable.fill(1, at, at + register.bytes);
    }
  }
  return writable;
}

function badText(where: string, what: string): EconError {
  return new EconError({
    code: 'chip/bad-register-text',
    where,
    what,
    remedy: 'Write lines "write 20 040f 00 01 ..." (I2C script) or "040f: 00 01 ..." (bytes), all hex.',
  });
}
