import { z } from 'zod';
import { WEIGHT_FRACTION_BITS } from '../../encoder/index.js';
import { GraphBuilder, type NetworkGraph, relu, samePads, sizeOf, type Tensor } from '../graph/index.js';
import { badNetwork } from '../graph/network-error.js';
import { readArchive } from '../reading/archive.js';
import { parseNpy } from './npy.js';

const tensorsSchema = z.looseObject({
  tensors: z.record(
    z.string(),
    z.looseObject({ shape: z.array(z.int().min(1)), data: z.array(z.number().or(z.string())) }),
  ),
});

/** Tensors by the names of layers: `conv/kernel`, `conv.bias`, `latents_kernel`. */
type Named = ReadonlyMap<string, NamedTensor>;
type NamedTensor = Tensor & { readonly type?: string };

const PART = /[./_](kernel|bias|fraction|stride)$/;

/**
 * An encoder as named tensors, `{"tensors": {"NAME/kernel": {"shape": [...], "data": [...]}, "NAME/bias": ...}}` in the
 * order of Keras: layers as they follow each other, a ReLU behind each. Strides are not told: they follow from the number of
 * inputs of the layer behind the convolution. Names with `decoder` are left to the decoder.
 * @throws EconError exchange/network naming the tensor
 */
export function tensorGraph(data: unknown, path: string): NetworkGraph {
  const parsed = tensorsSchema.safeParse(data);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw badNetwork(path, `${issue.path.join('.') || 'the file'}: ${issue.message}`);
  }
  const named = Object.entries(parsed.data.tensors)
    .filter(([name]) => !/decoder/i.test(name))
    .map(
      ([name, { shape, data: list }]) => [name, { shape, data: numbers(path, name, shape, list) }] as const,
    );
  return chainGraph('Keras tensors', new Map(named), path);
}

/**
 * The same as arrays of an NPZ archive. int8 kernels are the chip's integers as `econ export` writes them: with NAME_fraction
 * bits behind the point, dense ones [output][input].
 * @throws EconError exchange/network naming the array
 */
export function npzGraph(path: string): NetworkGraph {
  const entries = readArchive(
    path,
    'NPZ',
    'Write it again with numpy.savez.',
    ({ originalSize }) => originalSize < LARGEST_ARRAY,
  );
  const named = Object.entries(entries).map(([file, bytes]) => {
    const name = file.replace(/\.npy$/, '');
    const tensor = parseNpy(bytes);
    if (!tensor)
      throw badNetwork(
        path,
        `array ${name} is no array of numbers`,
        'Save arrays of floating-point or whole numbers.',
      );
    return [name, tensor] as const;
  });
  return chainGraph('NPZ arrays', new Map(named), path);
}

const LARGEST_ARRAY = 2 ** 26;

function chainGraph(kind: string, all: Named, path: string): NetworkGraph {
  const own = new Map([...all].filter(([name]) => !/decoder/i.test(name)));
  const unknown = [...own.keys()].find((name) => !PART.test(name) && !/^(kernel|bias)$/.test(name));
  if (unknown !== undefined)
    throw badNetwork(
      path,
      `tensor ${unknown} is no kernel and no bias`,
      'Call tensors NAME/kernel and NAME/bias; those of the decoder have decoder in their names.',
    );
  const layers = [...own.keys()]
    .filter((name) => /kernel$/.test(name))
    .map((name) => layerOf(own, name, path));
  if (layers.length === 0) {
    const have = [...own].map(([name, t]) => `${name} ${t.shape.join('x')}`).join(', ') || 'none';
    throw badNetwork(path, `no tensor is called NAME/kernel; tensors of the encoder: ${have}`);
  }
  const lonely = [...own.keys()].find(
    (name) => !layers.some((layer) => layer.name === name.replace(PART, '')) && !/^(kernel|bias)$/.test(name),
  );
  if (lonely !== undefined) throw badNetwork(path, `there is no kernel beside ${lonely}`);
  const builder = new GraphBuilder(kind, path);
  const convs = layers.filter(({ kernel }) => kernel.shape.length === 4);
  const ordered = [...convs, ...layers.filter(({ kernel }) => kernel.shape.length !== 4)];
  let value = firstInput(builder, ordered[0]);
  ordered.forEach((layer, i) => {
    const { name, kernel, bias } = layer;
    if (kernel.shape.length === 2 && builder.shapeOf(value).length > 1)
      value = builder.add('flatten', { kind: 'reshape', shape: [sizeOf(builder.shapeOf(value))] }, [value]);
    const inputs = [value, builder.constant(`${name}/kernel`, kernel)];
    if (bias) inputs.push(builder.constant(`${name}/bias`, bias));
    value = builder.add(name, operation(builder, value, layer, ordered[i + 1]), inputs);
    value = builder.add(`${name}/relu`, relu(), [value]);
  });
  return builder.finish([value]);
}

interface Layer {
  readonly name: string;
  readonly kernel: Tensor;
  readonly bias?: Tensor;
  readonly stride?: number;
}

function layerOf(tensors: Named, kernelName: string, path: string): Layer {
  const name = kernelName.replace(PART, '');
  const beside = (part: string): NamedTensor | undefined => tensors.get(kernelName.replace(/kernel$/, part));
  const kernel = tensors.get(kernelName) as NamedTensor;
  const bias = beside('bias');
  const stride = beside('stride')?.data[0];
  const text = `${kernelName} (${kernel.shape.join('x')})`;
  if (kernel.shape.length !== 2 && kernel.shape.length !== 4)
    throw badNetwork(
      path,
      `${text} has ${kernel.shape.length} sides`,
      'A kernel is [rows][columns][channels][filters] or [inputs][units]. An encoder whose latents see a few cells each is read from ONNX.',
    );
  if (bias && bias.shape.join() !== `${kernel.shape[kernel.shape.length - 1]}` && kernel.type !== 'i1')
    throw badNetwork(
      path,
      `${name} has a bias of ${bias.shape.join('x')} beside a kernel of ${kernel.shape.join('x')}`,
    );
  if (kernel.type !== 'i1') return { name, kernel, bias, stride };
  const fraction = beside('fraction')?.data[0];
  if (fraction === undefined)
    throw badNetwork(
      path,
      `${text} holds integers, and nothing says what they stand for`,
      `Save floating-point numbers, or ${name}_fraction: how many of their bits are behind the point.`,
    );
  const scaled = (tensor: Tensor, bits: number): Tensor => ({
    ...tensor,
    data: tensor.data.map((v) => v / 2 ** bits),
  });
  return {
    name,
    kernel: scaled(kernel.shape.length === 2 ? turned(kernel) : kernel, fraction),
    bias: bias && scaled(bias, WEIGHT_FRACTION_BITS),
    stride,
  };
}

/** [output][input] to [input][output]. */
function turned({ shape: [outputs, inputs], data }: Tensor): Tensor {
  return {
    shape: [inputs, outputs],
    data: Float64Array.from(data, (_, i) => data[(i % outputs) * inputs + Math.floor(i / outputs)]),
  };
}

function firstInput(builder: GraphBuilder, { kernel: { shape } }: Layer): string {
  if (shape.length === 2) return builder.input('wafer', [shape[0]]);
  const side = shape[2] === 3 ? 4 : 8;
  return builder.input('wafer', [side, side, shape[2]]);
}

function operation(
  builder: GraphBuilder,
  value: string,
  { name, kernel, stride }: Layer,
  next: Layer | undefined,
) {
  if (kernel.shape.length === 2) return { kind: 'dense' } as const;
  const [rows] = builder.shapeOf(value);
  const filters = kernel.shape[3];
  const wanted = next?.kernel.shape[0];
  const s = stride ?? [1, 2, 3, 4].find((one) => Math.ceil(rows / one) ** 2 * filters === wanted);
  if (s === undefined)
    throw badNetwork(
      builder.path,
      `no stride of ${name} (kernel ${kernel.shape.join('x')}) gives the ${wanted ?? 'missing'} inputs of the layer behind it`,
    );
  const strides = [s, s] as const;
  const pads = samePads([rows, rows], [kernel.shape[0], kernel.shape[1]], strides);
  return { kind: 'conv2d', strides, pads, dilations: [1, 1], groups: 1, layout: 'channels-last' } as const;
}

function numbers(
  path: string,
  name: string,
  shape: readonly number[],
  data: readonly (number | string)[],
): Float64Array {
  const size = sizeOf(shape);
  if (data.length !== size)
    throw badNetwork(path, `tensor ${name} has ${data.length} numbers instead of ${size}`);
  return Float64Array.from(data, (text, i) => {
    const value = typeof text === 'string' && text.trim() === '' ? Number.NaN : Number(text);
    if (!Number.isFinite(value))
      throw badNetwork(path, `tensor ${name}, number ${i}: ${JSON.stringify(text)}`);
    return value;
  });
}
