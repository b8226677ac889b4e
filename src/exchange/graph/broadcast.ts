import { sizeOf } from './tensor.js';
import { Misfit, startOf, text, type Value, type ValueShape } from './value.js';

/** Shape to which both can be repeated, as NumPy does. @throws Misfit */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const sides = Math.max(a.length, b.length);
  return Array.from({ length: sides }, (_, i) => {
    const left = a[i - sides + a.length] ?? 1;
    const right = b[i - sides + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1)
      throw new Misfit(
        `shapes ${text(a)} and ${text(b)} do not go together`,
        'Give one of them the sides of the other, or sides of 1 where it is to be repeated.',
      );
    return left === 1 ? right : left;
  });
}

/** @throws Misfit when `shape` cannot be repeated to `to` */
export function mustBroadcastTo(shape: readonly number[], to: readonly number[], what: string): void {
  const both = broadcastShape(shape, to);
  if (both.join() !== to.join())
    throw new Misfit(
      `${what} of shape ${text(shape)} does not fit ${text(to)}`,
      `Give ${what} one number, or sides that are 1 or those of ${text(to)}.`,
    );
}

/** For each number of `to`, where it comes from in a value of `shape`. Undefined when it is the same place. */
export function sourceIndex(shape: readonly number[], to: readonly number[]): Int32Array | undefined {
  if (sizeOf(shape) === sizeOf(to)) return undefined;
  const size = sizeOf(to);
  const index = new Int32Array(size);
  let inner = 1; // of `shape`
  let outer = 1; // of `to`
  for (let axis = to.length - 1; axis >= 0; axis--) {
    const side = shape[axis - to.length + shape.length] ?? 1;
    if (side !== 1) for (let i = 0; i < size; i++) index[i] += (Math.floor(i / outer) % to[axis]) * inner;
    inner *= side;
    outer *= to[axis];
  }
  return index;
}

/** Applies a function of several broadcast values, number by number. */
export function combine(
  values: readonly Value[],
  samples: number,
  shape: readonly number[],
  apply: (...numbers: number[]) => number,
): Float64Array {
  const size = sizeOf(shape);
  const out = new Float64Array(samples * size);
  const sources = values.map((value) => sourceIndex(value.shape, shape));
  const numbers = new Array<number>(values.length);
  for (let sample = 0; sample < samples; sample++) {
    const starts = values.map((value) => startOf(value, sample));
    for (let i = 0; i < size; i++) {
      for (let v = 0; v < values.length; v++) numbers[v] = values[v].data[starts[v] + (sources[v]?.[i] ?? i)];
      out[sample * size + i] = apply(...numbers);
    }
  }
  return out;
}

/** A tensor of an operation as a value that is the same for all samples. */
export function held(tensor: { shape: readonly number[]; data: Float64Array }): Value {
  return { ...tensor, batched: false };
}

export function shapeOfAll(inputs: readonly ValueShape[]): number[] {
  return inputs.reduce<number[]>((shape, input) => broadcastShape(shape, input.shape), []);
}
