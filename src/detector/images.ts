import { CELLS, imageMapsSchema, readMap } from './files.js';

const file = readMap('image-maps.json', imageMapsSchema);

/** Side of the image that the encoder sees. */
export const IMAGE_SIDE = 8;

/** [8 row + col] -> TC_Number, -1 in the masked lower right quarter. */
export const image8x8: Int32Array = Int32Array.from(file.image8x8.flat());

/**
 * [k] -> TC_Number at compact image position k, the 48 unmasked positions row by row. This is the cell that
 * mux output k of the chip must carry (behaviour specification, section 9.2).
 */
export const imageOrder: Int32Array = image8x8.filter((cell) => cell >= 0);

/** [TC_Number] -> compact image position; the inverse of {@link imageOrder}. */
export const imagePosition: Int32Array = invert(imageOrder);

/** [compact image position] -> 8 row + col. */
export const imagePixel: Int32Array = Int32Array.from(imageOrder, (cell) => image8x8.indexOf(cell));

/** [(4 row + col) 3 + channel] -> TC_Number: the three rhombi as channels, the first version of the encoder. */
export const image4x4x3: Int32Array = Int32Array.from(file.image4x4x3);

/** Rows of cells in another order: [row][k] is what [row][order[k]] was. */
export function inOrder<T extends Uint32Array | Float32Array>(values: T, order: ArrayLike<number>): T {
  const out = values.slice() as T;
  for (let row = 0; row < out.length; row += order.length)
    for (let k = 0; k < order.length; k++) out[row + k] = values[row + order[k]];
  return out;
}

const turn = Int32Array.from(file.rotation);

/**
 * Turns the wafer by 120 degrees, counter-clockwise in (x, y), `turns` times.
 * @returns perm of 48: rotated[cell] = original[perm[cell]]
 */
export function rotation(turns: 0 | 1 | 2): Int32Array {
  const perm = Int32Array.from(turn, (_, cell) => cell);
  for (let i = 0; i < turns; i++) for (let cell = 0; cell < CELLS; cell++) perm[cell] = turn[perm[cell]];
  return perm;
}

/** Where each number is in a permutation. */
export function invert(map: ArrayLike<number>): Int32Array {
  const inverse = new Int32Array(map.length);
  for (let i = 0; i < map.length; i++) inverse[map[i]] = i;
  return inverse;
}
