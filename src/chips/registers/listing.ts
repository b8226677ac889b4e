import { textColumns } from '../../base/index.js';
import type { Generation } from '../../blocks/index.js';
import { type Access, type Field, fieldPath, hex } from '../map/register.js';
import { type RegisterImage, readElement, resetImage } from './image.js';
import { registersOfGeneration } from './names.js';
import { elementReset } from './table.js';

/** One register, or one element of an array, with its fields. */
export interface RegisterRow {
  readonly address: number;
  readonly block: string;
  readonly name: string;
  /** Element of an array, else undefined. */
  readonly index?: number;
  readonly bytes: number;
  readonly access: Access;
  /** Hex, highest byte first. */
  readonly value: string;
  /** Differs from the reset value? */
  readonly changed: boolean;
  readonly fields: readonly {
    readonly name: string;
    /** Public name in settings. */
    readonly path: string;
    readonly access: Access;
    readonly bits: string;
    readonly value: string;
    /** After power-up. */
    readonly reset: string;
  }[];
}

/** All registers of an image, or of a generation after reset, by address. @param block only those of this block */
export function registerRows(from: RegisterImage | Generation, block?: string): RegisterRow[] {
  const image = typeof from === 'string' ? resetImage(from) : from;
  return registersOfGeneration(image.generation)
    .filter((r) => block === undefined || r.block.toLowerCase() === block.toLowerCase())
    .flatMap((r) =>
      Array.from({ length: r.count }, (_, index): RegisterRow => {
        const value = readElement(image, r, index);
        return {
          address: r.address + r.stride * index,
          block: r.block,
          name: r.name,
          ...(r.count > 1 ? { index } : {}),
          bytes: r.bytes,
          access: r.fields[0].access,
          value: hex(value, 2 * r.bytes),
          changed: value !== elementReset(r, index),
          fields: r.fields.map((f) => ({
            name: f.name,
            path: fieldPath(r, index, f),
            access: f.access,
            bits: f.width === 1 ? `${f.lsb}` : `${f.lsb + f.width - 1}:${f.lsb}`,
            value: part(value, f),
            reset: part(elementReset(r, index), f),
          })),
        };
      }),
    )
    .sort((a, b) => a.address - b.address);
}

function part(value: bigint, { lsb, width }: Field): string {
  return hex((value >> BigInt(lsb)) & ((1n << BigInt(width)) - 1n));
}

/** Rows as text: a line each, `*` where the value is not that after reset. */
export function registerTable(rows: readonly RegisterRow[]): string {
  const cells = rows.map((r) => [
    hex(r.address, 3),
    `${r.block}.${r.name}${r.index === undefined ? '' : `[${r.index}]`}`,
    r.access,
    r.value.length > 40 ? `${r.value.slice(0, 37)}...` : r.value,
    r.changed ? '*' : ' ',
    // A register of one field with its own name says nothing more.
    r.fields.length === 1 && r.fields[0].value.length < 12 && r.name === r.fields[0].name
      ? ''
      : r.fields
          .filter((f) => f.value.length <= 20)
          .map((f) => `${f.name} ${Number(f.value)}`)
          .join(', '),
  ]);
  return textColumns(cells).join('\n');
}
