/**
 * A number in a unit. One without a unit may be given for any of them; one that has a unit is not taken for another: BX
 * for ns, um2 for mm2, pJ for nJ. At run time they are plain numbers, and what is computed with them is one until a
 * function or a field says its unit.
 */
export type In<U extends string> = number & { readonly unit?: U };

export function mm2(area: In<'um2'>): In<'mm2'> {
  return area / 1e6;
}

export function nJ(energy: In<'pJ'>): In<'nJ'> {
  return energy / 1000;
}
