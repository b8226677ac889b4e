/**
 * Loss of one wafer: `target` and `output` hold the fractions of its charge from the given place on, `gradient` receives
 * d loss / d output. Targets add up to 1.
 */
export type WaferLoss = (
  target: Float32Array,
  targetAt: number,
  output: Float32Array,
  gradient: Float32Array,
  at: number,
) => number;
