import { readBytes } from '../base/index.js';
import type { ForeignLayer, ForeignNetwork } from './foreign-network.js';
import { badNetwork } from './network-error.js';
import { decodeMessage, floats } from './protobuf.js';
import { graphDefSchema } from './tensorflow/schema.js';

interface Tensor {
  readonly dtype: number;
  readonly tensor_shape?: { readonly dim: readonly { readonly size: number }[] };
  readonly tensor_content: Uint8Array;
  readonly float_val: readonly number[];
}
interface Attribute {
  readonly list?: { readonly i: readonly number[] };
  readonly s?: Uint8Array;
  readonly b?: boolean;
  readonly tensor?: Tensor;
}
interface Node {
  readonly name: string;
  readonly op: string;
  readonly input: readonly string[];
  readonly attr: Readonly<Record<string, Attribute>>;
}

const DT_FLOAT = 1;

/**
 * The encoder in a frozen TensorFlow graph: one chain of Conv2D, BiasAdd, Relu, Reshape and MatMul with constant weights.
 * @throws EconError exchange/network naming the node, exchange/protobuf
 */
export function frozenGraph(path: string): ForeignNetwork {
  const { node: nodes } = decodeMessage<{ node: Node[] }>(graphDefSchema, 'GraphDef', readBytes(path), path);
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const constant = (name: string): Tensor | undefined => {
    const node = byName.get(name.replace(/^\^|:\d+$/g, ''));
    if (node?.op === 'Identity') return constant(node.input[0]);
    return node?.op === 'Const' ? node.attr.value?.tensor : undefined;
  };
  const layers: { -readonly [K in keyof ForeignLayer]: ForeignLayer[K] }[] = [];
  const rectified: boolean[] = [];
  for (const { name, op, input, attr } of nodes) {
    const weights = (): Pick<ForeignLayer, 'shape' | 'kernel'> => {
      const tensor = constant(input[1] ?? '');
      if (!tensor) throw badNetwork(path, `node ${name} (${op}) has no constant weights`);
      const shape = tensor.tensor_shape?.dim.map((d) => d.size) ?? [];
      return { shape, kernel: values(tensor, shape, name, path) };
    };
    const last = layers[layers.length - 1];
    switch (op) {
      case 'Placeholder':
      case 'Const':
      case 'Identity':
      case 'Reshape':
        break;
      case 'Conv2D': {
        const text = (key: string): string => Buffer.from(attr[key]?.s ?? []).toString();
        if (text('padding') !== 'SAME') throw badNetwork(path, `node ${name} has padding ${text('padding')}`);
        if (text('data_format') === 'NCHW') throw badNetwork(path, `node ${name} has data_format NCHW`);
        const stride = attr.strides?.list?.i[1] ?? 1;
        layers.push({ name, kind: 'conv', ...weights(), bias: new Float64Array(0), stride });
        break;
      }
      case 'MatMul':
        if (attr.transpose_a?.b || attr.transpose_b?.b) throw badNetwork(path, `node ${name} transposes`);
        layers.push({ name, kind: 'dense', ...weights(), bias: new Float64Array(0) });
        break;
      case 'Add':
      case 'AddV2':
      case 'BiasAdd':
        if (!last) throw badNetwork(path, `node ${name} (${op}) comes before any weights`);
        last.bias = weights().kernel;
        break;
      case 'Relu':
        rectified[layers.length - 1] = true;
        break;
      default:
        throw badNetwork(path, `node ${name} is ${op}, which the chip does not compute`);
    }
  }
  const linear = layers.findIndex((_, i) => !rectified[i]);
  if (linear >= 0) throw badNetwork(path, `node ${layers[linear].name} has no Relu behind it`);
  return { kind: 'TensorFlow graph', layers };
}

function values(tensor: Tensor, shape: readonly number[], name: string, path: string): Float64Array {
  if (tensor.dtype !== DT_FLOAT) throw badNetwork(path, `the weights of ${name} are no float32`);
  if (tensor.tensor_content.length > 0) return floats(tensor.tensor_content);
  const size = shape.reduce((n, v) => n * v, 1);
  // TensorFlow writes a tensor of equal numbers as one number.
  return Float64Array.from(
    { length: size },
    (_, i) => tensor.float_val[i] ?? tensor.float_val.at(-1) ?? Number.NaN,
  );
}
