/** Width of a linear charge: code 127 of a high-density module gives 2,031,616. */
export const LINEAR_BITS = 21;
/** Left shift of a linear charge, by density (spec econt-behaviour 4). */
export const HIGH_DENSITY_SHIFT = 3;
export const LOW_DENSITY_SHIFT = 1;
