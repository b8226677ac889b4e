import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { executeGraph, type NetworkGraph } from '../../../src/exchange/graph/index.js';
import { readOnnx } from '../../../src/exchange/onnx/read.js';
import { ATTRIBUTE, type OnnxTensor, onnxSchema } from '../../../src/exchange/onnx/schema.js';
import { encodeMessage } from '../../../src/exchange/reading/protobuf.js';

export type Attributes = Readonly<
  Record<string, number | string | readonly number[] | OnnxTensor | { float: number }>
>;

export interface NodeText {
  readonly op: string;
  readonly inputs: readonly string[];
  /** Names of its outputs; the first is that of the node. */
  readonly outputs: readonly string[];
  readonly attributes?: Attributes;
  readonly domain?: string;
}

export interface ModelText {
  readonly nodes: readonly NodeText[];
  readonly tensors?: Readonly<Record<string, OnnxTensor>>;
  /** Of `x`, with the batch (0: open). @default [0, 2, 3] */
  readonly input?: readonly number[];
  readonly inputType?: number;
  readonly output?: string;
  readonly outputs?: readonly string[];
  readonly opset?: number;
  readonly domains?: Readonly<Record<string, number>>;
  readonly more?: object;
}

export const floats = (values: readonly number[], dims: readonly number[] = [values.length]): OnnxTensor => ({
  dims,
  data_type: 1,
  float_data: values,
});
export const integers = (
  values: readonly number[],
  dims: readonly number[] = [values.length],
): OnnxTensor => ({
  dims,
  data_type: 7,
  int64_data: values,
});

/** `y = Op(x, w)` in the short form of these tests. */
export function node(
  op: string,
  inputs: string,
  outputs: string,
  attributes?: Attributes,
  domain?: string,
): NodeText {
  return {
    op,
    inputs: inputs.split(' '),
    outputs: outputs.split(' '),
    ...(attributes ? { attributes } : {}),
    ...(domain ? { domain } : {}),
  };
}

export function onnxBytes(model: ModelText): Uint8Array {
  const {
    nodes,
    tensors = {},
    input = [0, 2, 3],
    inputType = 1,
    opset = 17,
    domains = {},
    more = {},
  } = model;
  const outputs = model.outputs ?? [model.output ?? nodes[nodes.length - 1].outputs[0]];
  return encodeMessage(onnxSchema, 'ModelProto', {
    ir_version: 8,
    opset_import: [
      { domain: '', version: opset },
      ...Object.entries(domains).map(([domain, version]) => ({ domain, version })),
    ],
    graph: {
      name: 'test',
      node: nodes.map(({ op, inputs, outputs: made, attributes = {}, domain = '' }) => ({
        op_type: op,
        name: made[0],
        domain,
        input: inputs,
        output: made,
        attribute: Object.entries(attributes).map(([name, value]) => ({ name, ...encoded(value) })),
      })),
      initializer: Object.entries(tensors).map(([name, tensor]) => ({ ...tensor, name })),
      input: [{ name: 'x', type: typeOf(input, inputType) }],
      output: outputs.map((name) => ({ name })),
    },
    ...more,
  });
}

function typeOf(sides: readonly number[], type: number): object {
  const dim = sides.map((side) => (side === 0 ? { dim_param: 'n' } : { dim_value: side }));
  return { tensor_type: { elem_type: type, shape: { dim } } };
}

function encoded(value: Attributes[string]): object {
  if (typeof value === 'number') return { type: ATTRIBUTE.int, i: value };
  if (typeof value === 'string') return { type: ATTRIBUTE.string, s: Buffer.from(value) };
  if (Array.isArray(value)) return { type: ATTRIBUTE.ints, ints: value };
  if ('float' in value) return { type: ATTRIBUTE.float, f: value.float };
  return { type: ATTRIBUTE.tensor, t: value };
}

export function graphOf(folder: string, model: ModelText): NetworkGraph {
  const path = join(folder, 'model.onnx');
  writeFileSync(path, onnxBytes(model));
  return readOnnx(path);
}

/** What the network makes of one sample. */
export function outputOf(graph: NetworkGraph, x: readonly number[]): number[] {
  const values = executeGraph(graph, new Map([['x', Float64Array.from(x)]]), 1);
  return [...(values.get(graph.outputs[0])?.data ?? [])];
}

export function computed(folder: string, model: ModelText, x: readonly number[]): number[] {
  return outputOf(graphOf(folder, model), x);
}
