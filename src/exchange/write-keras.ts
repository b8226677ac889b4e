import type { Model } from '../model/index.js';
import { inputSides, type RealLayer, realLayers } from './real-weights.js';
import { writeHdf5 } from './write-hdf5.js';

/** Version of Keras whose file layout is written. */
const KERAS_VERSION = '2.3.1';

/**
 * The encoder as a whole Keras 2 model in HDF5, as model.save writes it. Weights are those of the chip, multiples of a power
 * of two; the floors and the saturation are not in it.
 */
export async function writeKeras(path: string, model: Model): Promise<void> {
  const layers = realLayers(model);
  const config = architecture(model, layers);
  await writeHdf5(path, (file) => {
    file.create_attribute('keras_version', KERAS_VERSION);
    file.create_attribute('backend', 'tensorflow');
    file.create_attribute('model_config', JSON.stringify(config));
    const weights = file.create_group('model_weights');
    weights.create_attribute('keras_version', KERAS_VERSION);
    weights.create_attribute('backend', 'tensorflow');
    weights.create_attribute(
      'layer_names',
      config.config.layers.map(({ name }) => name),
    );
    // Every layer has a group, also one without weights: Keras 3 looks for it.
    const groups = new Map(config.config.layers.map(({ name }) => [name, weights.create_group(name)]));
    for (const { layer, shape, kernel, bias } of layers) {
      const outer = groups.get(layer.name) as ReturnType<typeof weights.create_group>;
      outer.create_attribute('weight_names', [`${layer.name}/kernel:0`, `${layer.name}/bias:0`]);
      const inner = outer.create_group(layer.name);
      const write = (name: string, data: Float64Array, dims: readonly number[]): void => {
        inner.create_dataset({ name, data: Float32Array.from(data), shape: [...dims], dtype: '<f4' });
      };
      write('kernel:0', kernel, shape);
      write('bias:0', bias, [bias.length]);
    }
  });
}

interface KerasLayer {
  readonly name: string;
  readonly class_name: string;
  readonly config: Record<string, unknown>;
  readonly inbound_nodes: unknown;
}

function architecture(
  { encoder }: Model,
  layers: readonly RealLayer[],
): { class_name: string; config: { name: string; layers: KerasLayer[] } & Record<string, unknown> } {
  const { conv } = encoder.shape;
  const list: KerasLayer[] = [];
  const add = (name: string, kind: string, config: Record<string, unknown>): void => {
    const before = list.at(-1)?.name;
    list.push({
      name,
      class_name: kind,
      // Keras 2.11 takes no `trainable` for an input.
      config: { name, ...(kind === 'InputLayer' ? {} : { trainable: true }), dtype: 'float32', ...config },
      inbound_nodes: before === undefined ? [] : [[[before, 0, 0, {}]]],
    });
  };
  add('wafer', 'InputLayer', { batch_input_shape: [null, ...inputSides(encoder.shape)], sparse: false });
  for (const { layer, shape } of layers) {
    if (layer.kind === 'conv') {
      add(layer.name, 'Conv2D', {
        filters: shape[3],
        kernel_size: [shape[0], shape[1]],
        strides: [conv?.stride, conv?.stride],
        padding: 'same',
        data_format: 'channels_last',
        dilation_rate: [1, 1],
        activation: 'relu',
        use_bias: true,
      });
      add('flatten', 'Flatten', { data_format: 'channels_last' });
    } else add(layer.name, 'Dense', { units: shape[1], activation: 'relu', use_bias: true });
  }
  const last = list[list.length - 1].name;
  return {
    class_name: 'Model',
    config: {
      name: 'encoder',
      layers: list,
      input_layers: [['wafer', 0, 0]],
      output_layers: [[last, 0, 0]],
    },
  };
}
