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
 * What our chip does with a register: 'stored' in u_registers; 'status' wires from a block, or tallies; 'counter' of TMR
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
  /**
   * Public path of the fields in settings, where it is not `BLOCK.Global.FIELD`, or `BLOCK.ELEMENT.FIELD` in arrays:
   * `{e}` stands for the element, `{f}` for the field.
   */
  readonly path?: string;
  /** Public names of the elements of an array, where they are not their numbers. */
  readonly elements?: readonly string[];
  /** Where the nested layout of P1 has it: `BLOCK.REGISTER`, with `*` for the element; `{f}` stands for the field. */
  readonly nested?: string;
  /** Value after reset, where bits between the fields are not 0. */
  readonly resetValue?: bigint;
  readonly storage: Storage;
  /** Verilog base name: its cell in u_registers is u_NAME, or u_NAME_count. */
  readonly signal?: string;
  readonly doc: string;
}

/** Bits of one element that exist. */
export function registerBits(register: Register): number {
  return register.fields.reduce((n, f) => n + f.width, 0);
}

/** `0x40f`, with so many digits at least. */
export function hex(value: number | bigint, digits = 0): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}

/** Bytes of a value, the lowest first. */
export function littleEndian(value: bigint, bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, b) => Number((value >> BigInt(8 * b)) & 255n));
}

/** Address of element `index`. */
export function elementAddress(register: Register, index: number): number {
  return register.address + register.stride * index;
}

/** Fields that the public map counts: `user_word_2` is there `user_word.2`. */
const counted = /^(user_word|test_output_\w+|rw_err_clr|ro)_(\d)$/;

/** Public path of a field of element `index` in a settings file, such as `FormatterBuffer.Global.buff_t1` or `Mux.3`. */
export function fieldPath(register: Register, index: number, field: Field): string {
  const pattern = register.path ?? `${register.block}.${register.count > 1 ? '{e}' : 'Global'}.{f}`;
  return pattern
    .replace('{e}', register.elements?.[index] ?? String(index))
    .replace('{f}', field.name.replace(counted, '$1.$2'));
}
