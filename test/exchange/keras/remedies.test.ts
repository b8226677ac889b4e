import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readKeras } from '../../../src/exchange/keras/index.js';
import { writeHdf5 } from '../../../src/exchange/write-hdf5.js';
import { scratch } from '../../cli/run-cli.js';

const folder = scratch();

/** A model of one layer. @returns how it is refused */
async function refusal(kind: string, config: object = {}): Promise<string> {
  const path = join(folder, `${kind}.json`);
  const layer = (class_name: string, name: string, more: object) => ({
    class_name,
    config: { name, ...more },
  });
  const layers = [
    layer('InputLayer', 'in', { batch_input_shape: [null, 8, 8, 1] }),
    layer(kind, 'odd', config),
  ];
  writeFileSync(path, JSON.stringify({ class_name: 'Sequential', config: { name: 'encoder', layers } }));
  await writeHdf5(path.replace('.json', '.h5'), (file) => void file.create_group('odd'));
  const error = await readKeras(path, 'encoder').catch((e: unknown) => e);
  return (error as Error).message;
}

it.each([
  ['SeparableConv2D', 'DepthwiseConv2D and a Conv2D of 1x1'],
  ['QSeparableConv2D', 'DepthwiseConv2D and a Conv2D of 1x1'],
  ['Conv1D', 'layer of two dimensions'],
  ['Conv1DTranspose', 'layer of two dimensions'],
  ['QConv1D', 'layer of two dimensions'],
  ['GlobalMaxPooling1D', 'layer of two dimensions'],
  ['Conv3D', 'third side as channels'],
  ['LocallyConnected2D', 'Write it as Dense'],
  ['QDenseBatchnorm', 'get_folded_weights()'],
  ['QDepthwiseConv2DBatchnorm', 'get_folded_weights()'],
  ['TimeDistributed', 'no steps'],
  ['LSTM', 'no steps'],
  ['QGRU', 'no steps'],
  ['LayerNormalization', 'train it with BatchNormalization'],
  ['Normalization', 'with this mean and variance'],
  ['MultiHeadAttention', 'multiplies'],
  ['Embedding', 'an input of its own'],
  ['EinsumDense', 'Reshape, Dense and Reshape'],
  ['RepeatVector', 'Concatenate(axis=1)'],
  ['RandomFlip', 'in training only'],
  ['QAdaptiveActivation', 'quantized_relu'],
  ['OfMyOwn', 'say what it computes'],
])('layer %s is refused with what helps it', async (kind, remedy) => {
  const message = await refusal(kind);
  expect(message).toContain(`layer odd (${kind}) is a layer that is not read`);
  expect(message).toContain(remedy);
});

it.each([
  ['Flatten', { data_format: 'sideways' }, 'Build it with channels_last or channels_first'],
  ['ReLU', { threshold: 1, colour: 'red' }, 'Build it without colour'],
])('an argument of %s is refused with what helps it', async (kind, config, remedy) => {
  expect(await refusal(kind, config)).toContain(remedy);
});
