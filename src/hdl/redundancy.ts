/**
 * Which state is kept three times: 'none'; 'weights': configuration, active weights and all control, so that no single
 * upset erases, commits or misdirects anything; 'registers': all state of the chip.
 */
export type TmrMode = 'none' | 'weights' | 'registers';

/**
 * pipeline: data of one BX, no reset. control: what decides where things go and when: reset, state machines, I2C,
 * pointers, BX numbers. counter: tallies of events and flags of them, which only the host reads. configuration:
 * registers that the host writes. weights: what the encoder uses. shadow: weights being loaded, guarded by the CRC.
 */
export type StateKind = 'pipeline' | 'control' | 'counter' | 'configuration' | 'weights' | 'shadow';

/** Kinds that are kept three times in each mode. A wrong datum lives for one BX, a wrong tally misleads nobody but its
 * reader, and a wrong shadow is found when it is committed; all else stays wrong or spreads. */
const TRIPLICATED: Readonly<Record<TmrMode, readonly StateKind[]>> = {
  none: [],
  weights: ['control', 'configuration', 'weights'],
  registers: ['pipeline', 'control', 'counter', 'configuration', 'weights', 'shadow'],
};

/** Flip-flops of one purpose, counted once (not times the TMR copies). */
export interface StateBits {
  readonly what: string;
  readonly bits: number;
  readonly kind: StateKind;
}

/** What says how state is kept; the options of a chip do. */
export interface Redundancy {
  readonly tmr: TmrMode;
}

/** Copies of state of this kind: 1 or 3. */
export function copies({ tmr }: Redundancy, kind: StateKind): 1 | 3 {
  return TRIPLICATED[tmr].includes(kind) ? 3 : 1;
}

/** Value of the parameter Triplicate for state of this kind. */
export function triplicate(redundancy: Redundancy, kind: StateKind): 0 | 1 {
  return copies(redundancy, kind) === 3 ? 1 : 0;
}
