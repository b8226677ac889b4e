import type { DetectorDescription } from '../../detector/index.js';
import { INPUT_FRACTION_BITS } from '../../encoder/index.js';
import { inputFormat } from '../link-input/parameters.js';

/** Widths of the module sum and of the normalisation (spec econt-behaviour 9.1). */

/** A charge after calibration (CALQ). */
export const CHARGE_BITS = 22;
/** The sum of all charges: 28 of HGCAL. */
export function sumBits(options: { readonly detector?: DetectorDescription }): number {
  return CHARGE_BITS + Math.ceil(Math.log2(inputFormat(options).cells));
}
/** The module sum sent in the packet, 5E4M. */
export const SUM_CODE_BITS = 9;
/** Largest L (position of the leading one of the sum) the normaliser shifts for; larger sums keep its shift. */
export const LARGEST_LEADING_BIT = 21;
/** With the leading one of the sum here, charges pass unshifted: x/128 is then charge / 2^7. */
export const UNSHIFTED_LEADING_BIT = INPUT_FRACTION_BITS;
