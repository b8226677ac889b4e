import { readBytes } from '../base/index.js';
import type { ForeignLayer, ForeignNetwork } from './foreign-network.js';
import { badNetwork } from './network-error.js';
import { ONNX_FLOAT, type OnnxModel, type OnnxNode, type OnnxTensor, onnxSchema } from './onnx/schema.js';
import { decodeMessage, floats } from './protobuf.js';

/** A tensor of constants on its way through the graph, with the format that a Quant node gave it. */
interface Constant {
  readonly dims: readonly number[];
  readonly data: Float64Array;
  readonly format?: ForeignLayer['format'];
}
type Draft = { -readonly [K in keyof ForeignLayer]: ForeignLayer[K] };

/**
 * The encoder in an ONNX or QONNX model: one chain of Conv, MatMul or Gemm, Add, Relu, Transpose, Flatten or Reshape, and
 * Quant nodes (scale, zero point 0, bit width) on weights and values.
 * @throws EconError exchange/network naming the node, exchange/protobuf
 */
export function onnxNetwork(path: string): ForeignNetwork {
  const { graph } = decodeMessage<OnnxModel>(onnxSchema, 'ModelProto', readBytes(path), path);
  if (!graph || graph.node.length === 0) throw badNetwork(path, 'the ONNX model has no graph');
  return new Chain(path, graph.initializer).of(graph.node);
}

class Chain {
  private readonly constants = new Map<string, Constant>();
  private readonly layers: Draft[] = [];
  private readonly rectified = new Set<Draft>();
  private quantised = false;
  /** Order of the values of a convolution in memory; Transpose changes it. */
  private channelsLast = false;

  constructor(
    private readonly path: string,
    initializers: readonly OnnxTensor[],
  ) {
    for (const tensor of initializers) this.constants.set(tensor.name ?? '', this.read(tensor));
  }

  of(nodes: readonly OnnxNode[]): ForeignNetwork {
    for (const node of nodes) this.step(node);
    const linear = this.layers.find((layer) => !this.rectified.has(layer));
    if (linear) throw badNetwork(this.path, `layer ${linear.name} has no Relu behind it`);
    return { kind: this.quantised ? 'QONNX model' : 'ONNX model', layers: this.layers };
  }

  private step(node: OnnxNode): void {
    const text = `node ${node.name || node.output[0]} (${node.op_type})`;
    const last = this.layers[this.layers.length - 1];
    switch (node.op_type) {
      case 'Constant': {
        const tensor = node.attribute.find((a) => a.name === 'value')?.t;
        if (!tensor) throw this.bad(`${text} has no tensor`);
        this.constants.set(node.output[0], this.read(tensor));
        return;
      }
      case 'Quant':
        this.quantised = true;
        this.quant(node, text);
        return;
      case 'Identity':
      case 'Flatten':
      case 'Reshape':
        return;
      case 'Transpose':
        if (ints(node, 'perm')?.join() === '0,2,3,1') this.channelsLast = true;
        else if (ints(node, 'perm')?.join() !== '0,3,1,2')
          throw this.bad(`${text} is neither NCHW to NHWC nor back`);
        return;
      case 'Conv':
        this.conv(node, text);
        return;
      case 'MatMul':
      case 'Gemm':
        this.dense(node, text);
        return;
      case 'Add': {
        const bias = this.constants.get(node.input[1]) ?? this.constants.get(node.input[0]);
        if (!last || !bias) throw this.bad(`${text} adds no constant to a layer`);
        last.bias = bias.data;
        return;
      }
      case 'Relu':
        if (!last) throw this.bad(`${text} comes before any weights`);
        this.rectified.add(last);
        return;
      default:
        throw this.bad(`${text} is nothing that the chip computes`);
    }
  }

  /** On constants: their format, and the rounding; on values: the steps of the layer before. */
  private quant(node: OnnxNode, text: string): void {
    const [value, scaleName, zeroName, bitsName] = node.input;
    const parameter = (name: string): number => {
      const found = this.constants.get(name);
      if (found?.data.length !== 1) throw this.bad(`${text}: ${name} is no single number`);
      return found.data[0];
    };
    const [scale, zero, bits] = [scaleName, zeroName, bitsName].map(parameter);
    if (zero !== 0) throw this.bad(`${text} has zero point ${zero}; the chip has none`);
    const signed = int(node, 'signed', 1) === 1;
    const floor = string(node, 'rounding_mode', 'ROUND') === 'FLOOR';
    const narrow = int(node, 'narrow', 0) === 1;
    const constant = this.constants.get(value);
    if (!constant) {
      const last = this.layers[this.layers.length - 1];
      if (last)
        last.steps = {
          size: scale,
          largest: 2 ** (signed ? bits - 1 : bits) - 1,
          rounding: floor ? 'floor' : 'nearest',
        };
      return;
    }
    const high = 2 ** (signed ? bits - 1 : bits) - 1;
    const low = signed ? -high - (narrow ? 0 : 1) : 0;
    const data = constant.data.map((v) => {
      const step = floor ? Math.floor(v / scale) : Math.round(v / scale);
      return Math.max(low, Math.min(high, step)) * scale;
    });
    const fraction = -Math.log2(scale);
    const held =
      signed && bits >= 2 && bits <= 8 && Number.isInteger(fraction) && fraction >= 0 && fraction <= 9;
    this.constants.set(node.output[0], {
      dims: constant.dims,
      data,
      ...(held ? { format: { kind: 'fixed', bits, fraction } } : {}),
    });
  }

  private conv(node: OnnxNode, text: string): void {
    const { dims, data, format } = this.weights(node, text);
    const [filters, channels, side] = dims;
    const stride = ints(node, 'strides')?.[0] ?? 1;
    const image = channels === 1 ? 8 : 4;
    const total = Math.max(0, (Math.ceil(image / stride) - 1) * stride + side - image);
    const before = Math.floor(total / 2);
    const same = [before, before, total - before, total - before].join();
    const auto = string(node, 'auto_pad', 'NOTSET');
    if (auto === 'NOTSET' ? (ints(node, 'pads') ?? [0, 0, 0, 0]).join() !== same : auto !== 'SAME_UPPER')
      throw this.bad(
        `${text} has pads ${(ints(node, 'pads') ?? []).join() || auto}; TensorFlow's 'same' is ${same}`,
      );
    if (int(node, 'group', 1) !== 1 || (ints(node, 'dilations') ?? [1]).some((d) => d !== 1))
      throw this.bad(`${text} is grouped or dilated`);
    // [filter][channel][row][column] to [row][column][channel][filter].
    const kernel = new Float64Array(data.length);
    const area = side * dims[3];
    for (let f = 0; f < filters; f++)
      for (let c = 0; c < channels; c++)
        for (let k = 0; k < area; k++)
          kernel[(k * channels + c) * filters + f] = data[(f * channels + c) * area + k];
    const bias = node.input[2] === undefined ? undefined : this.constants.get(node.input[2]);
    this.channelsLast = false;
    this.layers.push({
      name: node.name || node.output[0],
      kind: 'conv',
      shape: [side, dims[3], channels, filters],
      kernel,
      bias: bias?.data ?? new Float64Array(filters),
      stride,
      ...(format ? { format } : {}),
    });
  }

  private dense(node: OnnxNode, text: string): void {
    const { dims, data, format } = this.weights(node, text);
    const turned = node.op_type === 'Gemm' && int(node, 'transB', 0) === 1;
    const [inputs, units] = turned ? [dims[1], dims[0]] : dims;
    const conv = this.layers.at(-1)?.kind === 'conv' ? this.layers.at(-1) : undefined;
    const filters = conv?.shape[3] ?? 1;
    const positions = inputs / filters;
    const kernel = new Float64Array(data.length);
    for (let row = 0; row < inputs; row++) {
      // Flattened channels first: row is filter * positions + position.
      const place =
        conv && !this.channelsLast ? (row % positions) * filters + Math.floor(row / positions) : row;
      for (let o = 0; o < units; o++)
        kernel[place * units + o] = data[turned ? o * inputs + row : row * units + o];
    }
    const bias = node.input[2] === undefined ? undefined : this.constants.get(node.input[2]);
    this.layers.push({
      name: node.name || node.output[0],
      kind: 'dense',
      shape: [inputs, units],
      kernel,
      bias: bias?.data ?? new Float64Array(units),
      ...(format ? { format } : {}),
    });
  }

  private weights(node: OnnxNode, text: string): Constant {
    const found = this.constants.get(node.input[1]);
    if (!found) throw this.bad(`${text} has no constant weights`);
    return found;
  }

  private read({ name, dims, data_type: type, raw_data: raw, ...fields }: OnnxTensor): Constant {
    const size = dims.reduce((n, v) => n * v, 1);
    const listed = [fields.float_data, fields.int64_data, fields.int32_data, fields.double_data].find(
      (list) => list && list.length > 0,
    );
    const data =
      raw && raw.length > 0 && type === ONNX_FLOAT
        ? floats(raw)
        : listed
          ? Float64Array.from(listed, Number)
          : undefined;
    // Shapes for Reshape come as raw integers: nothing that is computed with.
    if (!data) return { dims, data: new Float64Array(0) };
    if (data.length !== size) throw this.bad(`tensor ${name} has ${data.length} numbers instead of ${size}`);
    return { dims, data };
  }

  private bad(what: string): Error {
    return badNetwork(this.path, what);
  }
}

function ints(node: OnnxNode, name: string): readonly number[] | undefined {
  return node.attribute.find((a) => a.name === name)?.ints;
}

function int(node: OnnxNode, name: string, otherwise: number): number {
  const found = node.attribute.find((a) => a.name === name);
  // A number that is 0 takes no bytes in a message.
  return found ? (found.i ?? 0) : otherwise;
}

function string(node: OnnxNode, name: string, otherwise: string): string {
  const found = node.attribute.find((a) => a.name === name)?.s;
  return found ? Buffer.from(found).toString() : otherwise;
}
