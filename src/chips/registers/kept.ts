import { elementAddress } from '../map/register.js';
import { type RegisterImage, SPACE } from './image.js';
import { fieldPlaces } from './names.js';

// What a form cannot hold is kept in it as comments, so that the way back gives what was there: settings that its map
// has no register for, such as the PLL of P1 in a script for production; and which bits of a byte were said.

const KEPT = /^[ \t]*#[ \t]*kept[ \t]+([\w.]+):[ \t]*(0x[0-9a-f]+)\s*$/gim;
const BITS = /^[ \t]*#[ \t]*only bits[ \t]+([0-9a-f]{4}):((?: [0-9a-f]{2})+)\s*$/gim;

/** Comment lines of what an image keeps by name; none when it keeps nothing. */
export function keptLines(image: RegisterImage): string[] {
  if (image.other.size === 0) return [];
  const other = image.generation === 'P1' ? 'production' : 'P1';
  return [
    `# ${image.other.size} settings of ${other} that ${image.generation} has no register for:`,
    ...[...image.other].map(([path, value]) => `# kept ${path}: 0x${value.toString(16)}`),
  ];
}

/** What those lines of a text say. */
export function* keptEntries(text: string): Iterable<readonly [string, bigint]> {
  for (const [, path, value] of text.matchAll(KEPT)) yield [path, BigInt(value)];
}

/** Comment lines of the bytes that are there though not all of their bits were said. @param there is this byte in the form? */
export function partLines(image: RegisterImage, there: (at: number) => boolean): string[] {
  const all = fieldBits(image);
  const lines: string[] = [];
  for (let at = 0; at < SPACE; at++) {
    if (!there(at) || (image.set[at] & all[at]) === all[at]) continue;
    const masks: string[] = [];
    const from = at;
    for (; at < SPACE && there(at) && masks.length < 16 && (image.set[at] & all[at]) !== all[at]; at++)
      masks.push(image.set[at].toString(16).padStart(2, '0'));
    lines.push(`# only bits ${from.toString(16).padStart(4, '0')}: ${masks.join(' ')}`);
    at--;
  }
  return lines.length > 0
    ? ['# Bits of the bytes above that are settings; the others have their power-up value.', ...lines]
    : [];
}

/** The bits that were said of each byte, as those lines of a text tell it. */
export function partBits(text: string): Map<number, number> {
  const bits = new Map<number, number>();
  for (const [, from, masks] of text.matchAll(BITS)) {
    for (const [n, mask] of masks.trim().split(' ').entries())
      bits.set(Number.parseInt(from, 16) + n, Number.parseInt(mask, 16));
  }
  return bits;
}

/** Bits of each byte that belong to a field. */
function fieldBits(image: RegisterImage): Uint8Array {
  const bits = new Uint8Array(SPACE);
  for (const { register, index, lsb, width } of fieldPlaces(image.generation)) {
    for (let b = lsb; b < lsb + width; b++) bits[elementAddress(register, index) + (b >> 3)] |= 1 << (b & 7);
  }
  return bits;
}
