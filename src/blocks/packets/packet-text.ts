import { type Bits, concat, type Instance, instance, slice } from '../../hdl/index.js';
import { CODE_BITS, CODES } from '../link-input/parameters.js';

/** Charges of all cells as 4E3M. */
export const CODES_BITS = CODES * CODE_BITS;
export const ADDRESS_BITS = 6;
/** Module sum 5E3M. */
export const MAP_SUM_BITS = 8;

/** A part of a packet in Verilog, and its bits. */
export type PacketPart = readonly [text: string, width: number];

/** A concatenation filled up with zeros to `bits`. */
export function packed(parts: readonly PacketPart[], bits: number): string {
  const used = parts.reduce((n, [, width]) => n + width, 0);
  const rest = bits - used;
  return concat([...parts.map(([text]) => text), ...(rest > 0 ? [`${rest}'d0`] : [])]);
}

/** The highest `width` bits of a signal of `total` bits. */
export function top(name: string, total: number, width: number): PacketPart {
  return [width === total ? name : slice(name, total - width, width), width];
}

/** Fields with the lowest first to fields in the order of a packet. */
export function topFirst(
  name: string,
  count: number,
  width: number,
  fields: string,
  packet: string,
): string[] {
  return instance(
    'econ_first_on_top',
    name,
    [
      ['Count', count],
      ['Width', width],
    ],
    [
      ['fields_i', fields],
      ['packet_o', packet],
    ],
  );
}

/** What a block that chooses cells gives to the formatter: PREFIX_map, PREFIX_codes, PREFIX_sum_code. */
export function cellData(block: Instance, prefix: string): Record<string, Bits> {
  const names = ['map', 'codes', 'sum_code'];
  return Object.fromEntries(
    names.map((n) => [`${prefix}_${n}`, block.out(`${n}_o`, { name: `${prefix}_${n}` })]),
  );
}
