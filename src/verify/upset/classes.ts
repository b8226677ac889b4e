import type { UpsetOutcome } from '../../netlist-sim/index.js';

/**
 * What an upset did.
 * masked: nothing, ever. corrected: nothing but a count in an error counter. tally: an error counter itself is wrong, and
 * nothing else. wrong: wrong link words, then all is right again. bus: the host saw a wrong bit, the links were right, then
 * all is right again. silent: no wrong output, but state that stays wrong until it is written, reloaded or reset.
 * persistent: wrong outputs and state that stays wrong.
 */
export const upsetClasses = ['masked', 'corrected', 'tally', 'wrong', 'bus', 'silent', 'persistent'] as const;
export type UpsetClass = (typeof upsetClasses)[number];

/** @param inTally the upset was in an error counter */
export function classOf({ wrong: [links, bus], left, tallied }: UpsetOutcome, inTally: boolean): UpsetClass {
  if (left > 0) return links + bus > 0 ? 'persistent' : 'silent';
  if (links > 0) return 'wrong';
  if (bus > 0) return 'bus';
  if (inTally && tallied) return 'tally';
  return tallied ? 'corrected' : 'masked';
}

/** How many upsets of each class there were; for those with wrong link words, in how many BX. */
export interface UpsetTable {
  readonly classes: Record<UpsetClass, number>;
  /** BX with wrong link words -> upsets. */
  readonly wrongBx: Record<number, number>;
}

export function emptyTable(): UpsetTable {
  return {
    classes: Object.fromEntries(upsetClasses.map((name) => [name, 0])) as Record<UpsetClass, number>,
    wrongBx: {},
  };
}

export function count(table: UpsetTable, kind: UpsetClass, { wrong: [links] }: UpsetOutcome): void {
  table.classes[kind]++;
  if (links > 0) table.wrongBx[links] = (table.wrongBx[links] ?? 0) + 1;
}
