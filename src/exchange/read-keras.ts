import { existsSync } from 'node:fs';
import { z } from 'zod';
import { type Hdf5Dataset, readHdf5, readJson } from '../base/index.js';
import type { ForeignLayer, ForeignNetwork, OutputSteps } from './foreign-network.js';
import { badNetwork } from './network-error.js';

/** A model or layer as Keras 2 and 3 write it. */
const layerSchema = z.object({
  class_name: z.string(),
  name: z.string().optional(),
  config: z.looseObject({ name: z.string().optional() }).or(z.array(z.unknown())),
});
type KerasLayer = z.infer<typeof layerSchema>;

/** Endings under which the weights lie beside an architecture. */
const WEIGHT_FILES = ['.hdf5', '.h5', '.weights.h5', '_weights.h5'];

/**
 * A Keras or QKeras model: architecture as JSON with the weights in an HDF5 file of the same name beside it.
 * Of an autoencoder the part called encoder is taken.
 * @throws EconError exchange/network, base/hdf5
 */
export async function kerasFromJson(data: unknown, path: string): Promise<ForeignNetwork> {
  const stem = path.replace(/\.json$/i, '');
  const weights = WEIGHT_FILES.map((end) => stem + end).find((file) => existsSync(file));
  if (!weights)
    throw badNetwork(
      path,
      'this is the architecture of a Keras model without weights',
      `Put them beside it as ${stem.split('/').at(-1)}.h5 (model.save_weights).`,
    );
  return network(data, tensorsOf((await readHdf5(weights)).datasets), path);
}

/** A Keras HDF5 file with the architecture inside (model.save), or in a JSON file of the same name beside it. */
export async function kerasFromHdf5(path: string): Promise<ForeignNetwork> {
  const { groups, datasets } = await readHdf5(path);
  const tensors = tensorsOf(datasets);
  const inside = groups[0].attributes.get('model_config');
  if (typeof inside === 'string') return network(architecture(inside, path), tensors, path);
  const beside = path.replace(/\.(hdf5|weights\.h5|h5)$/i, '.json');
  if (!existsSync(beside))
    throw badNetwork(
      path,
      'these are weights without an architecture',
      `Put model.to_json() beside it as ${beside.split('/').at(-1)}, or save the whole model.`,
    );
  return network(readJson(beside, 'Write it with model.to_json().'), tensors, path);
}

/** A tensor of numbers. */
interface Hdf5Tensor extends Hdf5Dataset {
  readonly data: Float64Array;
}

function tensorsOf(datasets: readonly Hdf5Dataset[]): Hdf5Tensor[] {
  return datasets.flatMap((dataset) => {
    const { data } = dataset;
    if (data === null || Array.isArray(data)) return [];
    return [{ ...dataset, data: Float64Array.from(data as ArrayLike<number | bigint>, Number) }];
  });
}

function architecture(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badNetwork(
      path,
      `the attribute model_config is no JSON (${(error as Error).message}): the file is damaged`,
      'Copy or write it again with model.save().',
    );
  }
}

function network(data: unknown, tensors: readonly Hdf5Tensor[], path: string): ForeignNetwork {
  const model = layerSchema.safeParse(data);
  if (!model.success)
    throw badNetwork(path, 'this is no Keras architecture: class_name and config are missing');
  const drafts: Draft[] = [];
  let quantised = false;
  for (const layer of encoderOf(model.data)) {
    const config = Array.isArray(layer.config) ? {} : layer.config;
    const name = String(config.name ?? layer.name ?? layer.class_name);
    const where = `layer ${name} (${layer.class_name})`;
    switch (layer.class_name) {
      case 'InputLayer':
      case 'Flatten':
      case 'Reshape':
      case 'Dropout':
        break;
      case 'Conv2D':
      case 'QConv2D':
      case 'Dense':
      case 'QDense': {
        quantised ||= layer.class_name.startsWith('Q');
        checkConv(config, layer.class_name, path, where);
        if (config.use_bias === false) throw badNetwork(path, `${where} has no bias`);
        const kernel = tensor(tensors, name, 'kernel', path);
        const stride = Array.isArray(config.strides) ? Number(config.strides[0]) : 1;
        const bits = quantiser(config.kernel_quantizer);
        const own: ForeignLayer = {
          name,
          kind: layer.class_name.endsWith('Conv2D') ? 'conv' : 'dense',
          shape: kernel.shape,
          kernel: bits ? rounded(kernel.data, bits) : kernel.data,
          bias: tensor(tensors, name, 'bias', path).data,
          stride,
          ...(bits ? { format: { kind: 'fixed', bits: bits.bits, fraction: bits.fraction } } : {}),
        };
        drafts.push({ layer: own, rectified: false });
        activation(drafts, config.activation ?? 'linear', path, where, true);
        break;
      }
      case 'ReLU':
        activation(drafts, 'relu', path, where, false);
        break;
      case 'Activation':
      case 'QActivation':
        activation(drafts, config.activation, path, where, false);
        break;
      default:
        throw badNetwork(path, `${where} is not known here`);
    }
  }
  const linear = drafts.find(({ rectified }) => !rectified);
  if (linear) throw badNetwork(path, `layer ${linear.layer.name} has no ReLU`);
  return { kind: quantised ? 'QKeras model' : 'Keras model', layers: drafts.map(({ layer }) => layer) };
}

/** Layers of the part called encoder, or of the whole model. */
function encoderOf({ config }: KerasLayer): KerasLayer[] {
  const list = Array.isArray(config) ? config : (config as { layers?: unknown }).layers;
  const layers = z.array(layerSchema).safeParse(list).data ?? [];
  const inner = layers.find(
    ({ class_name: kind, name, config: c }) =>
      /^(Model|Functional|Sequential)$/.test(kind) &&
      /encoder/i.test(String(name ?? (Array.isArray(c) ? '' : c.name))),
  );
  return inner ? encoderOf(inner) : layers;
}

function checkConv(config: Record<string, unknown>, kind: string, path: string, where: string): void {
  if (!kind.endsWith('Conv2D')) return;
  const { padding, data_format: order = 'channels_last', strides, dilation_rate: dilation } = config;
  if (padding !== 'same') throw badNetwork(path, `${where} has padding '${String(padding)}'`);
  if (order !== 'channels_last') throw badNetwork(path, `${where} has data_format '${String(order)}'`);
  for (const pair of [strides, dilation])
    if (Array.isArray(pair) && pair[0] !== pair[1]) throw badNetwork(path, `${where} is not square`);
  if (Array.isArray(dilation) && dilation[0] !== 1) throw badNetwork(path, `${where} is dilated`);
}

/** The tensor of a layer, by the names of the groups it lies in. */
function tensor(
  tensors: readonly Hdf5Tensor[],
  layer: string,
  part: 'kernel' | 'bias',
  path: string,
): Hdf5Tensor {
  const found = tensors.filter(
    (t) => t.path.slice(0, -1).includes(layer) && t.path.at(-1)?.replace(/:0$/, '') === part,
  );
  if (found.length === 1) return found[0];
  const have = tensors.map((t) => t.path.join('/')).join(', ') || 'none';
  throw badNetwork(
    path,
    `the weights hold ${found.length === 0 ? 'no' : 'more than one'} ${layer}/${part}; tensors: ${have}`,
  );
}

interface Quantiser {
  readonly bits: number;
  readonly fraction: number;
}

/** QKeras quantized_bits(bits, integer): a sign bit, `integer` bits before the point. */
function quantiser(given: unknown): Quantiser | undefined {
  if (given === null || given === undefined) return undefined;
  const { bits, integer } = quantiserArguments(given, 'quantized_bits') ?? {};
  return bits === undefined || integer === undefined ? undefined : { bits, fraction: bits - 1 - integer };
}

function quantiserArguments(given: unknown, name: string): { bits: number; integer: number } | undefined {
  if (typeof given === 'string') {
    const found = new RegExp(`^${name}\\((.*)\\)$`).exec(given.replaceAll(' ', ''));
    if (!found) return undefined;
    const [bits = '8', integer = '0'] = found[1].split(',').map((text) => text.replace(/^\w+=/, ''));
    return { bits: Number(bits), integer: Number(integer) };
  }
  const { class_name: kind, config } = given as { class_name?: string; config?: Record<string, unknown> };
  if (kind !== name || !config) return undefined;
  return { bits: Number(config.bits ?? 8), integer: Number(config.integer ?? 0) };
}

function rounded(values: Float64Array, { bits, fraction }: Quantiser): Float64Array {
  const half = 2 ** (bits - 1);
  return values.map(
    (v) => Math.max(-half, Math.min(half - 1, Math.round(v * 2 ** fraction))) * 2 ** -fraction,
  );
}

/** A layer on its way, and whether a ReLU was seen behind it. */
interface Draft {
  readonly layer: ForeignLayer;
  readonly rectified: boolean;
}

/** Notes the activation behind the last layer. @param own it is the layer's own, which may be linear */
function activation(drafts: Draft[], given: unknown, path: string, where: string, own: boolean): void {
  const last = drafts.pop();
  if (!last) throw badNetwork(path, `${where} comes before any weights`);
  const relu = quantiserArguments(given ?? '', 'quantized_relu');
  const name = typeof given === 'string' ? given : undefined;
  if (!relu && name !== 'relu' && !(own && name === 'linear'))
    throw badNetwork(path, `${where} has activation ${JSON.stringify(given)}, the chip has ReLU only`);
  const steps: OutputSteps | undefined = relu && {
    size: 2 ** -(relu.bits - relu.integer),
    largest: 2 ** relu.bits - 1,
    rounding: 'nearest',
  };
  drafts.push({
    layer: steps ? { ...last.layer, steps } : last.layer,
    rectified: relu !== undefined || name === 'relu' || last.rectified,
  });
}
