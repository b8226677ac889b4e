import type { Op, Operation } from './operation.js';
import { sizeOf } from './tensor.js';

/** Sides of a value without its batch, and whether it has one. */
export interface ValueShape {
  readonly shape: readonly number[];
  readonly batched: boolean;
}

/** n samples of a batched value one after the other, or the one that is the same for all. */
export interface Value extends ValueShape {
  readonly data: Float64Array;
}

/** Numbers that make one step of axis `axis`. */
export function strideOf(shape: readonly number[], axis: number): number {
  return sizeOf(shape.slice(axis + 1));
}

/** Where the numbers of sample i begin. */
export function startOf({ shape, batched }: ValueShape, sample: number): number {
  return batched ? sample * sizeOf(shape) : 0;
}

/** What an operation says when its inputs do not fit, and what would; whoever knows node and file adds them. */
export class Misfit extends Error {
  constructor(
    what: string,
    readonly remedy: string,
  ) {
    super(what);
  }
}

/** How one kind of operation is checked and computed. */
export interface OperationRule<Op> {
  /** Least and most inputs. @default one */
  readonly inputs?: readonly [number, number];
  /** @returns sides of the result without the batch @throws Misfit */
  shape(op: Op, inputs: readonly ValueShape[]): readonly number[];
  /**
   * @param samples 1 when no input is batched
   * @param shape of the result
   * @param nearest rounds to the precision of the graph, where that matters inside an operation; the result is rounded anyway
   * @returns samples * the numbers of the shape
   */
  compute(
    op: Op,
    inputs: readonly Value[],
    samples: number,
    shape: readonly number[],
    nearest: (x: number) => number,
  ): Float64Array;
}

/** Those of some kinds. */
export type OperationRules<Kind extends Operation['kind']> = {
  readonly [K in Kind]: OperationRule<Op<K>>;
};

/** @throws Misfit when there are others */
export function needSides(x: ValueShape, sides: number, what: string): void {
  if (x.shape.length !== sides)
    throw new Misfit(
      `${what} has the shape ${text(x.shape)}, not ${sides} sides`,
      `Reshape it to ${sides} sides (the batch not counted) before this node.`,
    );
}

/** @returns side of an axis @throws Misfit when there is none */
export function needAxis(shape: readonly number[], axis: number): number {
  const side = shape[axis];
  if (side !== undefined) return side;
  throw new Misfit(
    `there is no axis ${axis} in ${text(shape)}`,
    `Name an axis from 0 to ${shape.length - 1}, the batch not counted.`,
  );
}

export function text(shape: readonly number[]): string {
  return shape.length === 0 ? 'of a scalar' : shape.join('x');
}
