import { type ChipOptions, type Generation, weightBlocks } from '../../blocks/index.js';
import type { Field, Register } from '../map/register.js';
import { registersOfGeneration } from './names.js';
import { chipRegisters, commandBits, isRead, powerUp } from './table.js';

/** A field as the host and the data path meet it in one chip. */
export interface BuiltField extends Field {
  /** 'set': the chip writes it; 'used': the chip reads it; 'none': it does nothing. */
  readonly hardware: 'set' | 'used' | 'none';
}

/** A register of one chip: access and power-up value of every field are what the host finds on the bus. */
export interface BuiltRegister extends Register {
  readonly fields: readonly BuiltField[];
}

const NOTHING = 'No function in this chip: reads as it powers up, writes are acknowledged and dropped.';

/**
 * The register map of a chip as it answers on I2C. Registers and bits of the production map that it does without are
 * read-only ones. By address; what is not in it reads 0.
 */
export function builtRegisters(options: ChipOptions): readonly BuiltRegister[] {
  return chipRegisters(options).map((r): BuiltRegister => {
    const { storage } = r;
    if (storage === 'weights') return { ...r, count: weightBlocks(options), fields: r.fields.map(usedField) };
    if (storage === 'stored')
      return { ...r, fields: r.fields.map((f) => (isRead(options, f) ? usedField(f) : kept(f))) };
    if (storage === 'command')
      return {
        ...r,
        fields: r.fields.map((f) => (commandBits(r).includes(f.lsb) ? usedField(f) : silent(f))),
      };
    if (storage === 'absent') return { ...r, doc: NOTHING, fields: r.fields.map(silent) };
    return {
      ...r,
      fields: r.fields.map((f) => ({ ...f, access: 'ro', hardware: 'set', reset: powerUp(options, r, f) })),
    };
  });
}

/** A map as it is published, of a chip that is not ours. */
export function publishedRegisters(generation: Generation): readonly BuiltRegister[] {
  return registersOfGeneration(generation).map((r) => ({
    ...r,
    fields: r.fields.map((f) => ({ ...f, hardware: f.access === 'ro' ? 'set' : 'used' })),
  }));
}

const usedField = (f: Field): BuiltField => ({ ...f, hardware: 'used' });
const kept = (f: Field): BuiltField => ({ ...f, hardware: 'none' });
const silent = (f: Field): BuiltField => ({ ...f, access: 'ro', hardware: 'none', reset: 0n });
