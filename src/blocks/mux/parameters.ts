/** Bits of a mux register; values 48..63 select input 0 (a decision of the project, spec econt-behaviour 18). */
export const MUX_BITS = 6;
