import { version, writeFileAtomic } from '../base/index.js';
import { type EncoderShape, imageOf, largestMultiplier } from '../encoder/index.js';
import type { Model } from '../model/index.js';
import { computeNode, samePads, type Tensor, type Two } from './graph/index.js';
import {
  ATTRIBUTE,
  ONNX_FLOAT,
  type OnnxAttribute,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
  onnxSchema,
  QONNX_DOMAIN,
} from './onnx/schema.js';
import { encodeMessage } from './reading/protobuf.js';
import { inputSides, type RealLayer, realLayers } from './real-weights.js';

/**
 * The encoder as QONNX: real weights in Quant nodes, a floor of every sum onto the chip's steps. That is the arithmetic
 * `exact`, bit by bit; of `econt` (a floor of every product) no graph of standard nodes tells.
 * Input `wafer`: normalised cells in units of 1 (0..255/128), one wafer of 8x8x1 or 4x4x3, channels last, or 48 in a row;
 * output `latents`: 0..511/256. The image is turned to channels first by a node of its own, which qonnx-to-channels-last takes
 * away again, so that hls4ml gets what it wants; a batch of 1, since the executor of qonnx knows no other.
 */
export function writeQonnx(path: string, model: Model): void {
  writeGraph(path, model, new Graph());
}

/**
 * The same in standard ONNX operators, for onnxruntime and others that know no Quant nodes: weights as they are, and every
 * sum times 128 (256), Floor, Clip, and back. Any number of wafers in a batch.
 */
export function writePlainOnnx(path: string, model: Model): void {
  writeGraph(path, model, new PlainGraph());
}

function writeGraph(path: string, model: Model, graph: Graph): void {
  const { shape } = model.encoder;
  graph.sides.set('wafer', [graph.batch, ...inputSides(shape)]);
  let value = graph.quant('wafer', 'wafer', 8, 1 / 128, 'cells');
  if (shape.conv) value = graph.transpose(value, 'wafer.channels_first', [0, 3, 1, 2]);
  realLayers(model).forEach((real, i) => {
    value = graph.layer(value, real, shape, i === 1);
  });
  graph.rename('latents');
  const file: OnnxModel & Record<string, unknown> = {
    ir_version: 8,
    producer_name: 'econ',
    producer_version: version,
    opset_import: [
      { domain: '', version: 16 },
      ...(graph.batch === 1 ? [{ domain: QONNX_DOMAIN, version: 1 }] : []),
    ],
    metadata_props: [
      { key: 'econ.arithmetic', value: model.arithmetic },
      { key: 'econ.latent_bits', value: model.latentBits.join(',') },
    ],
    graph: {
      name: 'encoder',
      node: graph.nodes,
      initializer: graph.tensors,
      input: [valueInfo('wafer', graph.sides)],
      output: [valueInfo('latents', graph.sides)],
      value_info: graph
        .between()
        .map((name) => encodeMessage(onnxSchema, 'ValueInfoProto', valueInfo(name, graph.sides))),
    },
  };
  writeFileAtomic(path, encodeMessage(onnxSchema, 'ModelProto', file));
}

/** A name stands for any number. */
type Sides = readonly (number | string)[];

/** Nodes and tensors, named as they come. */
class Graph {
  /** Wafers in a batch: a number, or a name for any. */
  readonly batch: number | string = 1;
  readonly nodes: OnnxNode[] = [];
  readonly tensors: OnnxTensor[] = [];
  /** Of every value: the executor of qonnx infers none. */
  readonly sides = new Map<string, Sides>();

  layer(
    input: string,
    { layer, shape, kernel, bias }: RealLayer,
    encoder: EncoderShape,
    second: boolean,
  ): string {
    const { name, weights, kind } = layer;
    const { conv } = encoder;
    // Multipliers of every kind are integers: so many bits hold them with their sign.
    const bits =
      weights.kind === 'fixed' ? weights.bits : 2 + Math.ceil(Math.log2(largestMultiplier(weights)));
    const { shape: dims, data } = kind === 'conv' ? filtersFirst(shape, kernel) : { shape, data: kernel };
    this.tensor(`${name}.kernel`, dims, data);
    const scale = 2 ** -weights.fraction;
    const quantised = this.quant(`${name}.kernel`, `${name}.weights`, bits, scale, 'weights');
    this.tensor(`${name}.bias`, [bias.length], bias);
    const held = this.quant(`${name}.bias`, `${name}.biases`, 6, 1 / 32, 'weights');
    let value = input;
    if (conv && kind === 'conv') {
      const { rows, columns } = imageOf(encoder);
      const [kernelSides, strides] = [conv.kernel, conv.stride].map((side): Two => [side, side]);
      value = this.node('Conv', [value, quantised, held], `${name}.sum`, [
        ints('kernel_shape', kernelSides),
        ints('strides', strides),
        ints('pads', samePads([rows, columns], kernelSides, strides)),
        // Defaults, told because qonnx-to-channels-last asks for them.
        ints('dilations', [1, 1]),
        int('group', 1),
      ]);
      const places = [rows, columns].map((side) => Math.ceil(side / conv.stride));
      this.sides.set(value, [this.batch, conv.filters, ...places]);
    } else {
      if (second && conv) {
        value = this.transpose(value, `${name}.channels_last`, [0, 2, 3, 1]);
        value = this.node('Flatten', [value], `${name}.flat`, [int('axis', 1)]);
        this.sides.set(value, [this.batch, shape[0]]);
      }
      const product = this.node('MatMul', [value, quantised], `${name}.product`, []);
      this.sides.set(product, [this.batch, shape[1]]);
      value = this.node('Add', [product, held], `${name}.sum`, []);
    }
    value = this.node('Relu', [value], `${name}.relu`, []);
    const outputBits = Math.round(Math.log2(layer.largest + 1));
    const step = name === 'latents' ? 1 / 256 : 1 / 128;
    return this.quant(value, `${name}.value`, outputBits, step, 'sums');
  }

  transpose(input: string, output: string, perm: number[]): string {
    const sides = this.sides.get(input) as Sides;
    this.node('Transpose', [input], output, [ints('perm', perm)]);
    this.sides.set(
      output,
      perm.map((axis) => sides[axis]),
    );
    return output;
  }

  /** Cells and sums have no sign; sums are floored. */
  quant(
    input: string,
    name: string,
    bits: number,
    scale: number,
    what: 'cells' | 'weights' | 'sums',
  ): string {
    this.tensor(`${name}.scale`, [], [scale]);
    this.tensor(`${name}.zero`, [], [0]);
    this.tensor(`${name}.bits`, [], [bits]);
    return this.node(
      'Quant',
      [input, `${name}.scale`, `${name}.zero`, `${name}.bits`],
      `${name}.quant`,
      [
        int('signed', what === 'weights' ? 1 : 0),
        int('narrow', 0),
        {
          name: 'rounding_mode',
          type: ATTRIBUTE.string,
          s: Buffer.from(what === 'sums' ? 'FLOOR' : 'ROUND'),
        },
      ],
      QONNX_DOMAIN,
    );
  }

  /** Gives the last node's output its final name. */
  rename(name: string): void {
    const last = this.nodes.length - 1;
    const [before] = this.nodes[last].output;
    this.nodes[last] = { ...this.nodes[last], output: [name] };
    this.sides.set(name, this.sides.get(before) as Sides);
    this.sides.delete(before);
  }

  /** Values that are neither given nor the last. */
  between(): string[] {
    return this.nodes.slice(0, -1).map(({ output }) => output[0]);
  }

  /** A node whose value has the sides of its first input; who makes others sets them. */
  protected node(
    op: string,
    input: string[],
    output: string,
    attribute: OnnxAttribute[],
    domain = '',
  ): string {
    this.nodes.push({ name: output, op_type: op, domain, input, output: [output], attribute });
    this.sides.set(output, this.sides.get(input[0]) as Sides);
    return output;
  }

  protected tensor(name: string, dims: readonly number[], values: ArrayLike<number>): void {
    const bytes = new Uint8Array(values.length * 4);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < values.length; i++) view.setFloat32(4 * i, values[i], true);
    this.sides.set(name, dims);
    this.tensors.push({ name, dims, data_type: ONNX_FLOAT, raw_data: bytes });
  }
}

class PlainGraph extends Graph {
  override readonly batch = 'n';

  override quant(
    input: string,
    name: string,
    bits: number,
    scale: number,
    what: 'cells' | 'weights' | 'sums',
  ): string {
    // Weights, and cells on the chip's steps, are what the node would make of them.
    if (what !== 'sums') return input;
    this.tensor(`${name}.steps`, [], [1 / scale]);
    this.tensor(`${name}.least`, [], [0]);
    this.tensor(`${name}.largest`, [], [2 ** bits - 1]);
    this.tensor(`${name}.scale`, [], [scale]);
    let value = this.node('Mul', [input, `${name}.steps`], `${name}.in_steps`, []);
    value = this.node('Floor', [value], `${name}.floor`, []);
    value = this.node('Clip', [value, `${name}.least`, `${name}.largest`], `${name}.clip`, []);
    return this.node('Mul', [value, `${name}.scale`], name, []);
  }
}

function int(name: string, i: number): OnnxAttribute {
  return { name, type: ATTRIBUTE.int, i };
}

function ints(name: string, values: readonly number[]): OnnxAttribute {
  return { name, type: ATTRIBUTE.ints, ints: values };
}

/** [row][column][channel][filter] to [filter][channel][row][column]. */
function filtersFirst(shape: readonly number[], data: Float64Array): Tensor {
  const order = [3, 2, 0, 1];
  const node = {
    op: { kind: 'transpose', order },
    shape: order.map((axis) => shape[axis]),
    batched: false,
  } as const;
  return computeNode(node, [{ shape, data, batched: false }], 1, 'double');
}

function valueInfo(name: string, sides: ReadonlyMap<string, Sides>): OnnxValue {
  const dim = (sides.get(name) as Sides).map((d) =>
    typeof d === 'string' ? { dim_param: d } : { dim_value: d },
  );
  return { name, type: { tensor_type: { elem_type: ONNX_FLOAT, shape: { dim } } } };
}
