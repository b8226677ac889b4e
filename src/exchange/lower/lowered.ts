import type { EncoderShape, WeightFormat } from '../../encoder/index.js';
import type { NetworkGraph } from '../graph/index.js';
import type { Place } from './stages.js';

/** A layer with real weights in the chip's orders, as the network has it or as near as the chip comes. */
export interface LoweredLayer {
  /** Of the last convolution or dense layer in it, as the file names it. */
  readonly name: string;
  readonly kind: 'conv' | 'dense';
  /** Of the kernel: [rows][columns][channels][filters] or [inputs][units], as Keras keeps them. */
  readonly shape: readonly number[];
  readonly kernel: Float64Array;
  readonly bias: Float64Array;
  /** Of a convolution; its padding is TensorFlow's 'same'. */
  readonly stride?: number;
  /** A format that holds all its weights exactly. */
  readonly format?: WeightFormat;
  /** Bits (7 of them fraction bits) behind which its outputs saturate as the network's do; undefined: they do not. */
  readonly activationBits?: number;
  /**
   * Where the network has each of the chip's outputs: value = gain * output + shift. Undefined where it has none (a convolution
   * without padding makes fewer): the weights behind that output are 0.
   */
  readonly outputs: readonly (NetworkNumber | undefined)[];
}

export interface NetworkNumber extends Place {
  readonly gain: number;
  readonly shift: number;
}

/** A foreign encoder and the layers that stand for it. */
export interface LoweredNetwork {
  readonly graph: NetworkGraph;
  /** Input of the graph that is the wafer. */
  readonly input: string;
  /** Number of that input which each of the 48 cells (in image order) is. */
  readonly cells: Int32Array;
  /** What its first layer sees of each cell. */
  readonly seen: readonly NetworkNumber[];
  readonly layers: readonly LoweredLayer[];
  /** Where each latent stands among the outputs of the graph. */
  readonly latents: readonly NetworkNumber[];
  /** undefined: ECON-T's. */
  readonly shape: EncoderShape;
  /** What the chip does otherwise than the network, in words: one sentence each. */
  readonly notes: readonly string[];
}
