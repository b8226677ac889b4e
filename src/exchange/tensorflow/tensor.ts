import { bytesOf, fromBfloat16, fromHalf, type NumberType, readNumbers } from '../../base/index.js';
import type { Tensor } from '../graph/index.js';
import { badNetwork } from '../graph/network-error.js';
import { mustBeSmall } from '../graph/tensor-size.js';
import type { TensorProto, TensorShape } from './schema.js';

/** tensorflow.DataType. */
const TYPES: Readonly<Record<number, NumberType>> = {
  1: 'float32',
  2: 'float64',
  3: 'int32',
  4: 'uint8',
  5: 'int16',
  6: 'int8',
  9: 'int64',
  10: 'bool',
  14: 'bfloat16',
  17: 'uint16',
  19: 'float16',
  22: 'uint32',
  23: 'uint64',
};

const OTHERS: Readonly<Record<number, string>> = {
  7: 'string',
  8: 'complex64',
  11: 'qint8',
  12: 'quint8',
  13: 'qint32',
  18: 'complex128',
  20: 'resource',
  21: 'variant',
};

/** @throws EconError when numbers of this type are not read */
export function tensorflowType(code: number, where: string, path: string): NumberType {
  const type = TYPES[code];
  if (type) return type;
  throw badNetwork(
    path,
    `${where} holds numbers of type ${OTHERS[code] ?? code}`,
    code === 20
      ? 'Freeze the graph (convert_variables_to_constants_v2): its weights are still variables.'
      : 'Freeze the network with float, double, half, bfloat16 or integer tensors.',
  );
}

/** Sides of a shape; undefined when even their number is open. A side that is open is -1. */
export function sidesOf(shape: TensorShape | undefined): number[] | undefined {
  if (!shape || shape.unknown_rank) return undefined;
  return (shape.dim ?? []).map(({ size }) => size ?? 0);
}

/** @throws EconError exchange/network naming the node */
export function tensorOf(tensor: TensorProto, where: string, path: string): Tensor & { type: NumberType } {
  const type = tensorflowType(tensor.dtype ?? 0, where, path);
  const shape = sidesOf(tensor.tensor_shape);
  if (!shape) throw badNetwork(path, `${where} has a constant without a shape`);
  const count = mustBeSmall(shape, where, path);
  const content = tensor.tensor_content;
  if (content?.length) {
    if (content.length !== bytesOf(type, count))
      throw badNetwork(path, `${where} has ${content.length} bytes instead of ${bytesOf(type, count)}`);
    return { type, shape, data: readNumbers(type, content, count) };
  }
  const lists: Partial<Record<NumberType, readonly number[]>> = {
    float32: tensor.float_val,
    float64: tensor.double_val,
    int64: tensor.int64_val,
    uint32: tensor.uint32_val,
    uint64: tensor.uint64_val,
    float16: tensor.half_val,
    bfloat16: tensor.half_val,
    bool: tensor.bool_val?.map(Number),
  };
  const list = (type in lists ? lists[type] : tensor.int_val) ?? [];
  if (list.length > count)
    throw badNetwork(
      path,
      `${where} has ${list.length} numbers instead of ${count}`,
      'Write the file again.',
    );
  const convert = type === 'float16' ? fromHalf : type === 'bfloat16' ? fromBfloat16 : Number;
  // TensorFlow leaves out repetitions of the last number, and zeros altogether.
  const last = list.length > 0 ? convert(list[list.length - 1]) : 0;
  const data = new Float64Array(count).fill(last);
  list.forEach((v, i) => {
    data[i] = convert(v);
  });
  return { type, shape, data };
}
