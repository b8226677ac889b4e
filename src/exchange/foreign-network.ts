import type { WeightFormat } from '../chip/index.js';

/** Steps to which a network rounds the outputs of a layer itself, as the chip does. */
export interface OutputSteps {
  readonly size: number;
  /** Largest output, in steps. */
  readonly largest: number;
  readonly rounding: 'floor' | 'nearest';
}

/** A layer with real weights, as a network that was trained elsewhere has them. ReLU follows each. */
export interface ForeignLayer {
  readonly name: string;
  readonly kind: 'conv' | 'dense';
  /** Of the kernel: [rows][columns][channels][filters] or [inputs][units], as Keras keeps them. */
  readonly shape: readonly number[];
  readonly kernel: Float64Array;
  readonly bias: Float64Array;
  /** Of a convolution; its padding is TensorFlow's 'same'. @default 1 */
  readonly stride?: number;
  /** The format in which the network itself keeps its weights; it fits all of them. */
  readonly format?: WeightFormat & { kind: 'fixed' };
  readonly steps?: OutputSteps;
}

/** An encoder from elsewhere: at most one convolution, then dense layers, the last of which gives the latents. */
export interface ForeignNetwork {
  /** What was read, for provenance and messages. */
  readonly kind: string;
  readonly layers: readonly ForeignLayer[];
}
