import { image4x4x3, imagePixel, imagePosition } from '../../detector/index.js';

/** How an input of a network is a wafer. */
export interface WaferInput {
  readonly image: '8x8' | '4x4x3';
  /** Number of the input for each cell in image order. */
  readonly cells: Int32Array;
}

/**
 * An input as an image: 8x8 in either order of channels or flat, 48 cells in image order, 4x4x3 in either order; 9x9 is 8x8
 * with a row and a column more, which are zeros.
 */
export function waferInput(shape: readonly number[]): WaferInput | undefined {
  const sides = shape.filter((side) => side !== 1).join('x');
  const of = (image: WaferInput['image'], cell: (k: number) => number): WaferInput => ({
    image,
    cells: imagePixel.map((_, k) => cell(k)),
  });
  switch (sides) {
    case `${imagePixel.length}`:
      return of('8x8', (k) => k);
    case '64':
    case '8x8':
      return of('8x8', (k) => imagePixel[k]);
    case '9x9':
      return of('8x8', (k) => 9 * Math.floor(imagePixel[k] / 8) + (imagePixel[k] % 8));
    case '4x4x3':
      return of('4x4x3', (k) => rhombi[k]);
    case '3x4x4':
      return of('4x4x3', (k) => 16 * (rhombi[k] % 3) + Math.floor(rhombi[k] / 3));
    default:
      return undefined;
  }
}

/** [cell in image order]: its place in 4x4x3. */
const rhombi = new Int32Array(imagePixel.length);
image4x4x3.forEach((cell, place) => {
  rhombi[imagePosition[cell]] = place;
});
