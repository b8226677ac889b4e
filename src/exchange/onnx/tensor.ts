import { bytesOf, fromBfloat16, fromHalf, type NumberType, readNumbers } from '../../base/index.js';
import { badNetwork } from '../graph/network-error.js';
import { mustBeSmall } from '../graph/tensor-size.js';
import { externalBytes } from './external-data.js';
import type { OnnxTensor } from './schema.js';

/** TensorProto.DataType. */
const TYPES: Readonly<Record<number, NumberType>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
  16: 'bfloat16',
  21: 'uint4',
  22: 'int4',
};

/** Names of those that are not read. */
const OTHERS: Readonly<Record<number, string>> = {
  8: 'STRING',
  14: 'COMPLEX64',
  15: 'COMPLEX128',
  17: 'FLOAT8E4M3FN',
  18: 'FLOAT8E4M3FNUZ',
  19: 'FLOAT8E5M2',
  20: 'FLOAT8E5M2FNUZ',
  23: 'FLOAT4E2M1',
  24: 'FLOAT8E8M0',
  25: 'UINT2',
  26: 'INT2',
  27: 'FLOAT6E2M3',
  28: 'FLOAT6E3M2',
};

export interface TypedTensor {
  readonly type: NumberType;
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** @param where tensor or value, for the message @throws EconError when numbers of this type are not read */
export function onnxNumberType(code: number, where: string, path: string): NumberType {
  const type = TYPES[code];
  if (type) return type;
  throw badNetwork(
    path,
    `${where} holds numbers of type ${OTHERS[code] ?? code}`,
    'Export the network with float, double, half, bfloat16 or integer tensors.',
  );
}

/**
 * The numbers of a tensor: raw, in the list of its type, or in a file beside the model.
 * @param path of the model
 * @throws EconError exchange/network naming the tensor
 */
export function onnxTensor(tensor: OnnxTensor, path: string): TypedTensor {
  const name = `tensor ${tensor.name || '(without name)'}`;
  const type = onnxNumberType(tensor.data_type ?? 0, name, path);
  const shape = tensor.dims;
  const count = mustBeSmall(shape, name, path);
  if (tensor.segment?.length) throw badNetwork(path, `${name} is one segment of a larger one`);
  if (tensor.data_location === 1)
    return { type, shape, data: readNumbers(type, externalBytes(tensor, bytesOf(type, count), path), count) };
  if (tensor.external_data?.length)
    throw badNetwork(path, `${name} tells of external data, and that it has none`);
  const lists = [
    tensor.float_data,
    tensor.int32_data,
    tensor.int64_data,
    tensor.double_data,
    tensor.uint64_data,
  ].filter((list) => list?.length);
  const raw = tensor.raw_data?.length ? tensor.raw_data : undefined;
  if (lists.length + (raw ? 1 : 0) > 1) throw badNetwork(path, `${name} has its numbers twice`);
  if (raw) {
    if (raw.length !== bytesOf(type, count))
      throw badNetwork(path, `${name} has ${raw.length} bytes instead of ${bytesOf(type, count)}`);
    return { type, shape, data: readNumbers(type, raw, count) };
  }
  return { type, shape, data: listed(tensor, type, count, name, path) };
}

function listed(
  tensor: OnnxTensor,
  type: NumberType,
  count: number,
  name: string,
  path: string,
): Float64Array {
  const lists: Partial<Record<NumberType, readonly number[]>> = {
    float32: tensor.float_data,
    float64: tensor.double_data,
    int64: tensor.int64_data,
    uint32: tensor.uint64_data,
    uint64: tensor.uint64_data,
  };
  const list = (type in lists ? lists[type] : tensor.int32_data) ?? [];
  const four = type === 'int4' || type === 'uint4';
  const expected = four ? bytesOf(type, count) : count;
  if (list.length !== expected)
    throw badNetwork(path, `${name} has ${list.length} numbers of type ${type} instead of ${expected}`);
  if (four) return readNumbers(type, Uint8Array.from(list), count);
  const convert = type === 'float16' ? fromHalf : type === 'bfloat16' ? fromBfloat16 : Number;
  return Float64Array.from(list, (v) => convert(v));
}
