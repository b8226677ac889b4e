/** rw: host reads and writes; ro: host reads; wo: writing a 1 does something, reads 0. */
export type Access = 'rw' | 'ro' | 'wo';

/** Bits of a register. */
export interface Field {
  readonly name: string;
  /** Lowest bit within the register. */
  readonly lsb: number;
  readonly width: number;
  readonly access: Access;
  /** Value after reset. */
  readonly reset: bigint;
  readonly doc?: string;
}

/**
 * What our chip does with a register: 'stored' in u_registers; 'status' wires from a block; 'counter' of TMR
 * disagreements or bus recoveries; 'command' pulses; 'weights' in u_weight_memory; 'absent': part of the production
 * map without a function in this chip, writes are acknowledged and dropped, reads give 0.
 */
export type Storage = 'stored' | 'status' | 'counter' | 'command' | 'weights' | 'absent';

/** A register, or an array of `count` equal registers `stride` bytes apart. Multi-byte ones are little-endian. */
export interface Register {
  /** Block of the settings file or of the production map. */
  readonly block: string;
  readonly name: string;
  readonly address: number;
  readonly bytes: number;
  readonly count: number;
  readonly stride: number;
  readonly fields: readonly Field[];
  readonly storage: Storage;
  /** Verilog base name: NAME_o for stored, NAME_i for status, err_NAME_i for counters. */
  readonly signal?: string;
  /** Group of the TMR error counter that watches a stored register. */
  readonly watch?: 'mux_fix_calib' | 'formatter_buffer' | 'misc';
  readonly doc: string;
}

/** Bits of one element that exist. */
export function registerBits(register: Register): number {
  return register.fields.reduce((n, f) => n + f.width, 0);
}

/** Address of element `index`. */
export function elementAddress(register: Register, index: number): number {
  return register.address + register.stride * index;
}
