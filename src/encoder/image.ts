/** Rows and columns of the 8x8 image; the lower right quarter is always zero. */
const IMAGE_SIDE = 8;

/**
 * Input k (0..47) at image row and column, -1 where the image is masked or outside (padding at the bottom and
 * right): rows 0..3 hold 8 cells each, rows 4..7 hold 4 (spec econt-behaviour 9.2).
 */
export function imageInput(row: number, column: number): number {
  if (row < 0 || column < 0 || row >= IMAGE_SIDE || column >= IMAGE_SIDE) return -1;
  if (row < 4) return 8 * row + column;
  return column < 4 ? 32 + 4 * (row - 4) + column : -1;
}
