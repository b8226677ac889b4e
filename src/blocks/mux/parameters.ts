/** Bits of a mux register; an output with a value of 48..63 has code 0 (a decision of the project). */
export const MUX_BITS = 6;
