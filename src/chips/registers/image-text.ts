import { crc32 } from '../../base/index.js';
import type { Generation } from '../../blocks/index.js';
import { elementAddress, littleEndian, type Register } from '../map/register.js';
import { placeOfField, type RegisterImage, readElement } from './image.js';
import { keptLines, partLines } from './kept.js';
import { registersOfGeneration } from './names.js';
import { commitWrite, expectedCrcWrite, type RegisterWrite } from './script.js';

/** Arrays of longer elements, such as blocks of weights, take a transaction for each. */
const LONGEST_WRITE = 100;
/** Bytes of a line of a dump. */
const LINE_BYTES = 16;

/** The bit that starts the chip. */
const run: Readonly<Record<Generation, string>> = { production: 'pusm_run', P1: 'run' };

/** Comment of a write that the settings did not ask for: a reader of the script passes over it. */
export const ADDED = 'not in the settings';

export interface WriteOptions {
  /** For our chip: after weights, their CRC-32 and the commit that swaps them in; at the end the run bit. */
  readonly commit: boolean;
  /** Most bytes of a transaction. */
  readonly burst?: number;
  /** Weight blocks that the chip has. @default those of the map */
  readonly blocks?: number;
}

/**
 * I2C writes that bring a chip from reset to this image: one per register or run of neighbouring ones, those set only.
 * Registers that cannot be written are left out. The run bit is set last, when all else stands; for a real chip when the
 * image sets it, for ours always.
 */
export function imageWrites(image: RegisterImage, { commit, burst, blocks }: WriteOptions): RegisterWrite[] {
  const writes: RegisterWrite[] = [];
  const { register: started, field } = placeOfField(image.generation, run[image.generation]);
  for (const register of registersOfGeneration(image.generation)) {
    if (!isWritten(register)) continue;
    const dense = register.stride === register.bytes && register.bytes < LONGEST_WRITE;
    const count = register.storage === 'weights' ? (blocks ?? register.count) : register.count;
    const last = elementAddress(register, count - 1) + register.bytes;
    // Arrays that are set as a whole go in one transaction, others element by element.
    const whole = dense && image.set.subarray(register.address, last).every((set) => set !== 0);
    for (let index = 0; index < count; index += whole ? count : 1) {
      const at = elementAddress(register, index);
      const bytes = image.bytes.slice(at, whole ? last : at + register.bytes);
      const set = image.set.subarray(at, at + bytes.length);
      if (!set.some((bits) => bits !== 0)) continue;
      if (register === started) {
        bytes[field.lsb >> 3] &= ~(1 << (field.lsb & 7));
        // Nothing but the run bit: the last write is enough.
        if (set.every((bits, b) => bits === (b === field.lsb >> 3 ? 1 << (field.lsb & 7) : 0))) continue;
      }
      const what = register.count > 1 && !whole ? `${register.name} ${index}` : register.name;
      writes.push({ address: at, bytes, what });
    }
  }
  if (commit && writes.some((w) => w.what.startsWith('weights'))) {
    const { register } = placeOfField(image.generation, 'weights_byte0');
    const from = register.address;
    const to = from + (blocks ?? register.count) * register.bytes;
    writes.push(expectedCrcWrite(crc32(image.bytes.subarray(from, to))));
    writes.push(commitWrite());
  }
  const asked = (image.bytes[started.address + (field.lsb >> 3)] >> (field.lsb & 7)) & 1;
  if (asked === 1) writes.push(runWrite(image));
  else if (commit) writes.push({ ...runWrite(image), what: `${run[image.generation]}, ${ADDED}` });
  return burst === undefined ? writes : writes.flatMap((w) => pieces(w, burst));
}

function isWritten(register: Register): boolean {
  return register.fields.some((f) => f.access !== 'ro');
}

/** The write that starts the data path; the other fields of its register keep what the image says. */
export function runWrite(image: RegisterImage): RegisterWrite {
  const what = run[image.generation];
  const { register, lsb } = placeOfField(image.generation, what);
  const value = readElement(image, register, 0) | (1n << BigInt(lsb));
  return { address: register.address, bytes: littleEndian(value, register.bytes), what };
}

/** A write as several of at most `burst` bytes each. */
function pieces({ address, bytes, what }: RegisterWrite, burst: number): RegisterWrite[] {
  return Array.from({ length: Math.ceil(bytes.length / burst) }, (_, n) => ({
    address: address + n * burst,
    bytes: bytes.subarray(n * burst, (n + 1) * burst),
    what: n === 0 ? what : `byte ${n * burst} on: ${what}`,
  }));
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
const hexBytes = (bytes: Uint8Array): string => Array.from(bytes, (b) => hex(b, 2)).join(' ');

/** Address of an ECON-T without straps. */
const DEVICE = 0x20;

/**
 * Writes as text, one transaction a line: `write DEVICE ADDRESS BYTES`, all hex: START, device + W, address high and
 * low, the bytes from the lowest address on, STOP.
 */
export function writesToText(
  writes: readonly RegisterWrite[],
  generation: Generation,
  device = DEVICE,
): string {
  return [
    `# econ register script, ${generation} map: write DEVICE ADDRESS BYTES, lowest address first`,
    ...writes.map((w) => `write ${hex(device, 2)} ${hex(w.address, 4)} ${hexBytes(w.bytes)} # ${w.what}`),
    '',
  ].join('\n');
}

/**
 * The whole of an image as an I2C script: its writes; as `read` lines with what they should give, the registers that
 * cannot be written; as comments, what this map has no register for.
 */
export function imageToScript(image: RegisterImage, options: WriteOptions): string {
  const writes = imageWrites(image, options);
  const text = writesToText(writes, image.generation);
  const reads = runs(image, readOnlyBytes(image)).map(
    ([from, to]) => `read ${hex(DEVICE, 2)} ${hex(from, 4)} ${hexBytes(image.bytes.subarray(from, to))}\n`,
  );
  const asked = writes.filter((w) => !w.what.endsWith(ADDED));
  const written = new Set(asked.flatMap((w) => Array.from(w.bytes, (_, k) => w.address + k)));
  const comments = [...partLines(image, (at) => written.has(at)), ...keptLines(image)];
  return text + reads.join('') + comments.map((line) => `${line}\n`).join('');
}

/** The bytes that are set as text, up to 16 in a line: `ADDRESS: BYTES`, all hex. */
export function imageToText(image: RegisterImage): string {
  const lines = runs(image, () => true).map(
    ([from, to]) => `${hex(from, 4)}: ${hexBytes(image.bytes.subarray(from, to))}`,
  );
  const head = `# econ register bytes, ${image.generation} map: ADDRESS: BYTES`;
  const parts = partLines(image, (at) => image.set[at] !== 0);
  return `${[head, ...lines, ...parts, ...keptLines(image)].join('\n')}\n`;
}

/** Stretches of bytes that are set, of at most 16. */
function runs(image: RegisterImage, wanted: (at: number) => boolean): [from: number, to: number][] {
  const found: [number, number][] = [];
  for (let at = 0; at < image.bytes.length; ) {
    let end = at;
    while (end < image.bytes.length && image.set[end] !== 0 && wanted(end) && end - at < LINE_BYTES) end++;
    if (end > at) found.push([at, end]);
    at = Math.max(end, at + 1);
  }
  return found;
}

function readOnlyBytes(image: RegisterImage): (at: number) => boolean {
  const bytes = new Uint8Array(image.bytes.length);
  for (const register of registersOfGeneration(image.generation)) {
    if (isWritten(register)) continue;
    for (let index = 0; index < register.count; index++) {
      const at = elementAddress(register, index);
      bytes.fill(1, at, at + register.bytes);
    }
  }
  return (at) => bytes[at] === 1;
}
