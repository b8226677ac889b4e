/** Numbers as a reader expects them: digits grouped by three with a narrow no-break space, dash for "no value". */

const GROUP = '\u202f';
export const DASH = '\u2013';

function group(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, GROUP);
}

/** Fixed number of decimals; the column then lines up at the point. */
export function fixed(value: number | null | undefined, decimals: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return DASH;
  const [whole, fraction] = Math.abs(value).toFixed(decimals).split('.');
  // -0.0004 with three decimals is 0.000, not -0.000.
  const negative = value < 0 && Number(value.toFixed(decimals)) !== 0;
  return (negative ? '\u2212' : '') + group(whole) + (fraction ? `.${fraction}` : '');
}

export function integer(value: number | null | undefined): string {
  return fixed(value, 0);
}

/** Whole numbers in full, others with `digits` significant digits: for columns of mixed quantities. */
export function significant(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return DASH;
  if (Number.isInteger(value)) return integer(value);
  const size = Math.floor(Math.log10(Math.abs(value)));
  if (size < -4)
    return value
      .toExponential(digits - 1)
      .replace('e-', 'e\u2212')
      .replace(/^-/, '\u2212');
  return fixed(value, Math.max(0, digits - 1 - size));
}

export function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}

/** Share of a whole, e.g. 0.125 -> 12.5 %. */
export function percent(share: number | null | undefined): string {
  return share === null || share === undefined ? DASH : `${fixed(100 * share, 1)}${GROUP}%`;
}

export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
