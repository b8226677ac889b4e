import { algorithmOf, type ChipSettings, type Generation } from '../../blocks/index.js';
import { packWeights, unpackWeights, WEIGHT_BLOCK_BYTES, WEIGHT_BYTES } from '../../encoder/index.js';
import { elementAddress, littleEndian, type Register } from '../map/register.js';
import { badValue, fieldSettings, fieldValues } from './fields.js';
import { type FieldPlace, fieldPlaces, type Place, registersOfGeneration } from './names.js';
import { elementReset } from './table.js';

/** Bytes of the address space that the maps use. */
export const SPACE = 0x1000;

/** The bytes of a chip's registers, by address. */
export interface RegisterImage {
  readonly generation: Generation;
  readonly bytes: Uint8Array;
  /** Bits that settings or a file say; the others are at their reset value. */
  readonly set: Uint8Array;
  /** What settings say of registers that only the other generation has, by public path: kept for the way back. */
  readonly other: Map<string, bigint>;
}

/** All registers at their reset value. */
export function resetImage(generation: Generation): RegisterImage {
  const image: RegisterImage = {
    generation,
    bytes: new Uint8Array(SPACE),
    set: new Uint8Array(SPACE),
    other: new Map(),
  };
  for (const register of registersOfGeneration(generation)) {
    if (register.storage === 'weights') continue;
    for (let index = 0; index < register.count; index++) {
      const bytes = littleEndian(elementReset(register, index), register.bytes);
      image.bytes.set(bytes, elementAddress(register, index));
    }
  }
  return image;
}

/** Value of element `index` of a register. */
export function readElement(image: RegisterImage, register: Register, index: number): bigint {
  const at = elementAddress(register, index);
  let value = 0n;
  for (let b = register.bytes - 1; b >= 0; b--) value = (value << 8n) | BigInt(image.bytes[at + b]);
  return value;
}

type Bits = Pick<Place, 'register' | 'index' | 'lsb' | 'width'>;

/** Value of a field, or of any bits of a register. */
export function readBits(image: RegisterImage, { register, index, lsb, width }: Bits): bigint {
  return (readElement(image, register, index) >> BigInt(lsb)) & ((1n << BigInt(width)) - 1n);
}

/** Sets bits of a register, and that they are set. */
export function writeBits(image: RegisterImage, { register, index, lsb, width }: Bits, value: bigint): void {
  const at = elementAddress(register, index);
  const mask = ((1n << BigInt(width)) - 1n) << BigInt(lsb);
  const placed = (value << BigInt(lsb)) & mask;
  for (let b = lsb >> 3; 8 * b < lsb + width; b++) {
    const bits = Number((mask >> BigInt(8 * b)) & 255n);
    const byte = Number((placed >> BigInt(8 * b)) & 255n);
    image.bytes[at + b] = (image.bytes[at + b] & ~bits) | byte;
    image.set[at + b] |= bits;
  }
}

/** Are any of these bits set by settings or a file? */
export function isSet(image: RegisterImage, { register, index, lsb, width }: Bits): boolean {
  const at = elementAddress(register, index);
  for (let b = lsb >> 3; 8 * b < lsb + width; b++) {
    const from = Math.max(lsb - 8 * b, 0);
    const to = Math.min(lsb + width - 8 * b, 8);
    if ((image.set[at + b] & ((1 << to) - (1 << from))) !== 0) return true;
  }
  return false;
}

/** Every field that an image says, by address, with its value. */
export function setFields(image: RegisterImage): (FieldPlace & { readonly value: bigint })[] {
  return fieldPlaces(image.generation)
    .filter((place) => isSet(image, place))
    .map((place) => ({ ...place, value: readBits(image, place) }));
}

const written: Partial<Record<Generation, ReadonlyMap<string, FieldPlace>>> = {};

/** Where a field of the data path is, in the first element of its register; of equal names the first that the host writes. */
export function placeOfField(generation: Generation, name: string): FieldPlace {
  written[generation] ??= new Map(
    fieldPlaces(generation)
      .filter(({ field }) => field.access === 'rw')
      .map((place) => [place.field.name, place] as const)
      .reverse(),
  );
  const place = written[generation].get(name);
  if (!place) throw new Error(`no register has a field ${name}`);
  return place;
}

/**
 * The registers of these settings, all others at reset; weights are set when the algorithm has an encoder.
 * @throws EconError chip/bad-setting when a value does not fit the register of the generation (stc_type 4 in P1)
 */
export function settingsImage(settings: ChipSettings): RegisterImage {
  const { generation } = settings;
  const image = resetImage(generation);
  for (const [name, get] of Object.entries(fieldValues(settings))) {
    const place = placeOfField(generation, name);
    const largest = (1n << BigInt(place.width)) - 1n;
    for (let index = 0; index < place.register.count; index++) {
      const value = BigInt(get(index));
      if (value > largest) throw badValue(name, value, `0..${largest}`);
      writeBits(image, { ...place, index }, value);
    }
  }
  if (algorithmOf(settings).encoder) setWeights(image, packWeights(settings.weights));
  return image;
}

function setWeights(image: RegisterImage, bytes: Uint8Array): void {
  const { register } = placeOfField(image.generation, 'weights_byte0');
  for (let n = 0; n < register.count; n++) {
    const at = elementAddress(register, n);
    image.bytes.set(bytes.subarray(n * WEIGHT_BLOCK_BYTES, (n + 1) * WEIGHT_BLOCK_BYTES), at);
    image.set.fill(255, at, at + WEIGHT_BLOCK_BYTES);
  }
}

/**
 * The settings that registers mean; arithmetic and the tie of super trigger cells are no registers and are ECON-T's.
 * @param where file and line of a field of this name, for errors
 * @throws EconError chip/bad-setting for a number of links that does not exist
 */
export function imageSettings(
  image: RegisterImage,
  where?: (field: string) => string | undefined,
): ChipSettings {
  const { generation } = image;
  const { register } = placeOfField(generation, 'weights_byte0');
  const bytes = new Uint8Array(WEIGHT_BYTES);
  for (let n = 0; n < register.count; n++) {
    const at = elementAddress(register, n);
    bytes.set(image.bytes.subarray(at, at + WEIGHT_BLOCK_BYTES), n * WEIGHT_BLOCK_BYTES);
  }
  const read = (name: string, index = 0): bigint =>
    readBits(image, { ...placeOfField(generation, name), index });
  return { ...fieldSettings(generation, read, where), weights: unpackWeights(bytes) };
}

/** Weight registers that are not set, as `Encoder.0.weights_byte64`; all of them when none is. */
export function missingWeights(image: RegisterImage): string[] {
  const { register: weights } = placeOfField(image.generation, 'weights_byte0');
  return fieldPlaces(image.generation)
    .filter((place) => place.register === weights && !isSet(image, place))
    .map(({ path }) => path);
}
