/**
 * Area under the ROC curve: the probability that a wafer of `signal` scores higher than one of `background`, ties half
 * (Mann and Whitney 1947).
 * @returns 0..1, NaN when one of them is empty
 */
export function rocArea(background: Float64Array, signal: Float64Array): number {
  const [b, s] = [background.slice().sort(), signal.slice().sort()];
  let below = 0;
  let upTo = 0;
  let pairs = 0;
  for (const score of s) {
    while (below < b.length && b[below] < score) below++;
    while (upTo < b.length && b[upTo] <= score) upTo++;
    pairs += (below + upTo) / 2;
  }
  return pairs / (b.length * s.length);
}

/** Share of `signal` above the score that `rate` of the background exceeds. */
export function signalAt(background: Float64Array, signal: Float64Array, rate: number): number {
  const b = background.slice().sort();
  const cut = b[Math.min(b.length - 1, Math.ceil((1 - rate) * b.length))];
  return signal.filter((score) => score > cut).length / signal.length;
}
