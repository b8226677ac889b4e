import { packWeights, unpackWeights, WEIGHT_BLOCK_BYTES, WEIGHT_BYTES } from '../encoder/weights.js';
import { CODES } from '../link-input/parameters.js';
import type { ChipSettings, Generation } from '../settings/settings.js';
import { badValue, fieldSettings, fieldValues } from './fields.js';
import { prototypeRegisters } from './prototype.js';
import { elementReset, registerMap } from './table.js';
import { elementAddress, type Field, type Register } from './types.js';

/** Bytes of the address space that the maps use. */
const SPACE = 0x1000;

/** The bytes of a chip's registers, by address. */
export interface RegisterImage {
  readonly generation: Generation;
  readonly bytes: Uint8Array;
  /** 1 where a byte was set by settings or by a file; the others are at their reset value. */
  readonly set: Uint8Array;
}

/** The register map of a generation; that of production holds our own registers, too. */
export function registersOfGeneration(generation: Generation): readonly Register[] {
  return generation === 'production' ? registerMap : prototypeRegisters;
}

/** All registers at their reset value. */
export function resetImage(generation: Generation): RegisterImage {
  const image = { generation, bytes: new Uint8Array(SPACE), set: new Uint8Array(SPACE) };
  for (const register of registersOfGeneration(generation)) {
    if (register.storage === 'weights') continue;
    for (let index = 0; index < register.count; index++)
      writeElement(image, register, index, elementReset(register, index), 0);
  }
  return image;
}

interface Place {
  readonly register: Register;
  readonly field: Field;
}

/** Field name -> where it is, for the fields that the host writes; of equal names the first. */
const places: Readonly<Record<Generation, ReadonlyMap<string, Place>>> = {
  P1: placesOf('P1'),
  production: placesOf('production'),
};

function placesOf(generation: Generation): Map<string, Place> {
  const found = new Map<string, Place>();
  for (const register of registersOfGeneration(generation)) {
    for (const field of register.fields) {
      if (field.access === 'rw' && !found.has(field.name)) found.set(field.name, { register, field });
    }
  }
  return found;
}

/** The register that holds a field of the data path. */
export function registerOfField(generation: Generation, name: string): Place {
  const place = places[generation].get(name);
  if (!place) throw new Error(`no register has a field ${name}`);
  return place;
}

/**
 * The registers of these settings, all others at reset; weights are set when the algorithm is the autoencoder.
 * @throws EconError chip/bad-setting when a value does not fit the register of the generation (stc_type 4 in P1)
 */
export function settingsImage(settings: ChipSettings): RegisterImage {
  const { generation } = settings;
  const image = resetImage(generation);
  for (const [name, get] of Object.entries(fieldValues(settings))) {
    const { register, field } = registerOfField(generation, name);
    for (let index = 0; index < register.count; index++) {
      const value = BigInt(get(index));
      const largest = (1n << BigInt(field.width)) - 1n;
      if (value > largest) throw badValue(name, value, `0..${largest}`);
      const old = readElement(image, register, index);
      const kept = old & ~(largest << BigInt(field.lsb));
      writeElement(image, register, index, kept | (value << BigInt(field.lsb)), 1);
    }
  }
  if (settings.algorithm === 'autoencoder') {
    const { register } = registerOfField(generation, 'weights_byte0');
    const bytes = packWeights(settings.weights);
    for (let n = 0; n < register.count; n++) {
      const at = elementAddress(register, n);
      image.bytes.set(bytes.subarray(n * WEIGHT_BLOCK_BYTES, (n + 1) * WEIGHT_BLOCK_BYTES), at);
      image.set.fill(1, at, at + WEIGHT_BLOCK_BYTES);
    }
  }
  return image;
}

/**
 * The settings that registers mean; arithmetic and the tie of super trigger cells are no registers and are ECON-T's.
 * @throws EconError chip/bad-setting for an algorithm or a number of links that does not exist
 */
export function imageSettings(image: RegisterImage): ChipSettings {
  const { generation } = image;
  const { register } = registerOfField(generation, 'weights_byte0');
  const bytes = new Uint8Array(WEIGHT_BYTES);
  for (let n = 0; n < register.count; n++) {
    const at = elementAddress(register, n);
    bytes.set(image.bytes.subarray(at, at + WEIGHT_BLOCK_BYTES), n * WEIGHT_BLOCK_BYTES);
  }
  const read = (name: string, index = 0): bigint => {
    const { register, field } = registerOfField(generation, name);
    return (readElement(image, register, index) >> BigInt(field.lsb)) & ((1n << BigInt(field.width)) - 1n);
  };
  return { ...fieldSettings(generation, read), weights: unpackWeights(bytes) };
}

/** Value of element `index` of a register. */
export function readElement(image: RegisterImage, register: Register, index: number): bigint {
  const at = elementAddress(register, index);
  let value = 0n;
  for (let b = register.bytes - 1; b >= 0; b--) value = (value << 8n) | BigInt(image.bytes[at + b]);
  return value;
}

/** Sets element `index` of a register. @param set 1 when it is more than its reset value */
export function writeElement(
  image: RegisterImage,
  register: Register,
  index: number,
  value: bigint,
  set: 0 | 1,
): void {
  const at = elementAddress(register, index);
  for (let b = 0; b < register.bytes; b++) {
    image.bytes[at + b] = Number((value >> BigInt(8 * b)) & 255n);
    image.set[at + b] = set;
  }
}

/**
 * The same data path on the other generation: mux inputs of a link are numbered the other way round. P1 has one
 * pattern register, which takes the idle pattern. The order of address maps is the chip's and cannot be set.
 */
export function toGeneration(settings: ChipSettings, generation: Generation): ChipSettings {
  if (settings.generation === generation) return settings;
  const mux = settings.mux.map((m) => {
    const input = m < CODES ? m : 0;
    return (input & ~3) + 3 - (input & 3);
  });
  const linkResetPattern = generation === 'P1' ? settings.idlePattern : settings.linkResetPattern;
  return { ...settings, generation, mux, linkResetPattern };
}
