import { zipSync } from 'fflate';
import { npyFile, writeFileAtomic } from '../base/index.js';
import { encoderLayers } from '../encoder/index.js';
import type { Model } from '../model/index.js';

/**
 * All tensors of a model as NumPy arrays: of the encoder the chip's integers as int8 (`conv_kernel`, [row, column, channel,
 * filter]; `latents_kernel`, [output, input]; biases in units of 1/32), with `NAME_fraction` how many bits of a weight are
 * behind the point and `conv_stride`; of the decoder float32 (`decoder0_kernel`, [input, output]; ...).
 */
export function writeNpz(path: string, { encoder, decoder }: Model): void {
  const files: Record<string, Uint8Array> = {};
  const add = (name: string, values: Int8Array | Float32Array, shape: readonly number[]): void => {
    const descr = values instanceof Int8Array ? '|i1' : '<f4';
    files[`${name}.npy`] = npyFile(descr, `(${shape.join(', ')},)`, values);
  };
  const { conv, image } = encoder.shape;
  encoderLayers(encoder.shape).forEach(({ name, kind, kernelRows, channels, weights }, i) => {
    const { kernel, bias } = encoder.layers[i];
    const shape =
      kind === 'conv' && conv
        ? [conv.kernel, conv.kernel, image === '8x8' ? 1 : 3, conv.filters]
        : kind === 'dense'
          ? [channels, kernelRows]
          : [kernel.length];
    add(`${name}_kernel`, kernel, shape);
    add(`${name}_bias`, bias, [bias.length]);
    add(`${name}_fraction`, Int8Array.of(weights.fraction), [1]);
    if (kind === 'conv' && conv) add('conv_stride', Int8Array.of(conv.stride), [1]);
  });
  decoder.layers.forEach(({ kernel, bias, inputs, outputs }, i) => {
    add(`decoder${i}_kernel`, kernel, [inputs, outputs]);
    add(`decoder${i}_bias`, bias, [outputs]);
  });
  // The oldest time that a ZIP archive can tell: same model, same bytes.
  writeFileAtomic(path, zipSync(files, { mtime: new Date(1980, 0, 1) }));
}
