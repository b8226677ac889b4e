/** Numbers in row-major order (the last axis runs fastest). A scalar has the shape []. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** Numbers that a shape holds. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((n, side) => n * side, 1);
}

export function scalar(value: number): Tensor {
  return { shape: [], data: Float64Array.of(value) };
}
