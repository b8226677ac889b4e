import { type Bits, bits, type Instance, type ModuleBuilder } from '../../hdl/index.js';
import { leaf } from '../build.js';
import { CODE_BITS, econtInput } from '../link-input/parameters.js';

/** Charges of all cells as 4E3M. */
export const CODES_BITS = econtInput.cells * CODE_BITS;
export const ADDRESS_BITS = 6;
/** Module sum 5E3M. */
export const MAP_SUM_BITS = 8;

/** The highest bits of a signal, which are the first of a packet. */
export function top(signal: Bits, width: number): Bits {
  return bits(signal, signal.width - width, width);
}

/** Fields with the lowest first in the order of a packet. */
export function topFirst(
  m: ModuleBuilder,
  name: string,
  count: number,
  width: number,
  fields: Bits,
  note: string,
): Bits {
  const cell = leaf('econ_first_on_top', { Count: count, Width: width });
  return m.instance(`u_${name}`, cell, { fields_i: fields }).out('packet_o', { name, note });
}

/** What a block that chooses cells gives to the formatter: PREFIX_map, PREFIX_codes, PREFIX_sum_code. */
export function cellData(block: Instance, prefix: string): Record<string, Bits> {
  const names = ['map', 'codes', 'sum_code'];
  return Object.fromEntries(
    names.map((n) => [`${prefix}_${n}`, block.out(`${n}_o`, { name: `${prefix}_${n}` })]),
  );
}

/** 'a, b and c'. */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
