import {
  type EncoderLayer,
  type EncoderShape,
  encoderLayers,
  imageCells,
  imageOf,
  WEIGHT_FRACTION_BITS,
} from '../encoder/index.js';
import type { Model } from '../model/index.js';
import { transposed } from './lower/index.js';

/** A layer of a model with the real numbers that its integers stand for. */
export interface RealLayer {
  readonly layer: EncoderLayer;
  /** Of the kernel: [rows][columns][channels][filters] or [inputs][units], as Keras keeps them. */
  readonly shape: readonly number[];
  readonly kernel: Float64Array;
  readonly bias: Float64Array;
}

/** Sides of the input of a shape: an image with its channels where there is a convolution, else the cells. */
export function inputSides(shape: EncoderShape): number[] {
  const { rows, columns, channels } = imageOf(shape);
  return shape.conv ? [rows, columns, channels] : [imageCells(shape)];
}

/** Layers of a model's encoder; one whose latents see a few cells each becomes a dense layer with zeros elsewhere. */
export function realLayers({ encoder }: Model): RealLayer[] {
  const { shape, layers: tensors } = encoder;
  return encoderLayers(shape).map((layer, i): RealLayer => {
    const { kind, kernelRows, channels, weights, inputs, outputs } = layer;
    const values = Float64Array.from(tensors[i].kernel, (code) => code * 2 ** -weights.fraction);
    const bias = Float64Array.from(tensors[i].bias, (code) => code * 2 ** -WEIGHT_FRACTION_BITS);
    if (kind === 'conv') {
      const { kernel, filters } = shape.conv as NonNullable<typeof shape.conv>;
      return { layer, shape: [kernel, kernel, imageOf(shape).channels, filters], kernel: values, bias };
    }
    if (kind === 'dense')
      return { layer, shape: [kernelRows, channels], kernel: transposed(values, channels, kernelRows), bias };
    const dense = new Float64Array(inputs * outputs);
    layer.taps.forEach((list, o) => {
      for (const { input, kernel } of list) dense[input * outputs + o] = values[kernel];
    });
    return { layer, shape: [inputs, outputs], kernel: dense, bias };
  });
}
