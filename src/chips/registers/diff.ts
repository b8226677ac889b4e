import { elementAddress } from '../map/register.js';
import { isSet, type RegisterImage, readBits } from './image.js';
import { fieldPlaces } from './names.js';

/** A field that has different values in two images. */
export interface FieldDifference {
  /** Public path, e.g. FormatterBuffer.Global.buff_t1 or Mux.3. */
  readonly path: string;
  readonly address: number;
  readonly a: bigint;
  readonly b: bigint;
}

export interface ImageDifference {
  readonly differences: readonly FieldDifference[];
  /** Fields that were compared, and public paths that one side says and the read-back of the other does not hold. */
  readonly compared: number;
  readonly missing: readonly string[];
}

/**
 * Fields of two images of the same generation that differ, by address. Settings mean the power-up value where they say
 * nothing; of a read-back only what it holds is compared. Registers that cannot be written are compared where both
 * sides tell them, those that cannot be read never.
 * @param readBack of a and b: it was read back from a chip
 */
export function diffImages(
  a: RegisterImage,
  b: RegisterImage,
  readBack: readonly [a: boolean, b: boolean] = [false, false],
): ImageDifference {
  const differences: FieldDifference[] = [];
  const missing: string[] = [];
  let compared = 0;
  for (const place of fieldPlaces(a.generation)) {
    const { register, index, field, path } = place;
    // How weights are loaded is no setting.
    if (register.block === 'WeightMemory') continue;
    const [inA, inB] = [isSet(a, place), isSet(b, place)];
    if (field.access === 'wo' && (readBack[0] || readBack[1])) continue;
    if (field.access === 'ro' && !(inA && inB)) continue;
    if ((readBack[0] && !inA) || (readBack[1] && !inB)) {
      if (inA || inB) missing.push(path);
      continue;
    }
    compared++;
    const [u, v] = [readBits(a, place), readBits(b, place)];
    if (u !== v) differences.push({ path, address: elementAddress(register, index), a: u, b: v });
  }
  for (const path of new Set([...a.other.keys(), ...b.other.keys()])) {
    const [u, v] = [a.other.get(path), b.other.get(path)];
    if (u === undefined || v === undefined) missing.push(path);
    else {
      compared++;
      if (u !== v) differences.push({ path, address: -1, a: u, b: v });
    }
  }
  return { differences, compared, missing };
}
