import { isFloat, type NumberType, readBytes } from '../../base/index.js';
import { GraphBuilder, type NetworkGraph, type Precision } from '../graph/index.js';
import { badNetwork } from '../graph/network-error.js';
import { FileGraph, type FileValue } from '../reading/file-graph.js';
import { onlyReached } from '../reading/only-reached.js';
import { inOrder, type Links } from '../reading/order.js';
import { decodeMessage } from '../reading/protobuf.js';
import { OnnxReader } from './node.js';
import { isKnownDomain, REMEDIES, ruleOfNode } from './rules.js';
import { type OnnxGraph, type OnnxModel, type OnnxNode, type OnnxValue, onnxSchema } from './schema.js';
import { onnxNumberType, onnxTensor } from './tensor.js';

const OLDEST_OPSET = 7;
const NEWEST_OPSET = 25;

/**
 * The graph of an ONNX model, with QONNX and QCDQ quantisers. Every node, attribute and input is read or refused by name.
 * @throws EconError exchange/network naming the node, exchange/protobuf, base/cannot-read
 */
export function readOnnx(path: string): NetworkGraph {
  const model = decodeMessage<OnnxModel>(onnxSchema, 'ModelProto', readBytes(path), path);
  const { graph } = model;
  if (!graph || graph.node.length === 0)
    throw badNetwork(path, 'the ONNX model has no graph', 'Check that the file is an ONNX model.');
  if (model.training_info?.length)
    throw badNetwork(path, 'the ONNX model holds training information', 'Export it for inference.');
  if (graph.sparse_initializer?.length)
    throw badNetwork(path, 'the ONNX model has sparse weights', 'Export it with dense ones.');
  return new Reader(path, graph, opsetsOf(model, path)).read();
}

function opsetsOf({ opset_import: imports }: OnnxModel, path: string): ReadonlyMap<string, number> {
  const opsets = new Map(
    imports.map(({ domain = '', version = 0 }) => [domain === 'ai.onnx' ? '' : domain, version]),
  );
  const standard = opsets.get('');
  if (standard !== undefined && (standard < OLDEST_OPSET || standard > NEWEST_OPSET))
    throw badNetwork(
      path,
      `the ONNX model is of opset ${standard}; ${OLDEST_OPSET} to ${NEWEST_OPSET} are read`,
      'Export it with opset_version=17, or convert it with onnx.version_converter.',
    );
  return opsets;
}

class Reader {
  private readonly graph: FileGraph;
  private readonly values = new Map<string, FileValue>();

  constructor(
    private readonly path: string,
    private readonly file: OnnxGraph,
    private readonly opsets: ReadonlyMap<string, number>,
  ) {
    const weights = new Set(file.initializer.map(({ name = '' }) => name));
    const inputs = file.input
      .filter(({ name }) => !weights.has(name))
      .map((input) => ({ name: input.name, ...this.inputOf(input) }));
    if (inputs.length === 0) throw badNetwork(path, 'the ONNX model has no input');
    const batches = [...new Set(inputs.map(({ sides }) => sides[0]).filter((side) => side > 0))];
    if (batches.length > 1)
      throw badNetwork(path, `the inputs of the ONNX model have batches of ${batches.join(' and ')}`);
    const quantised = file.node.some(({ op_type: op }) => /Quant/.test(op));
    const qcdq = file.node.some(({ op_type: op }) => op === 'DequantizeLinear');
    const kind = !quantised ? 'ONNX model' : qcdq ? 'QCDQ model' : 'QONNX model';
    this.graph = new FileGraph(new GraphBuilder(kind, path, this.precisionOf(inputs)), batches[0] ?? 1);
    for (const { name, sides, type } of inputs) this.values.set(name, this.graph.input(name, sides, type));
  }

  read(): NetworkGraph {
    const { node: nodes, output: outputs } = this.file;
    if (outputs.length !== 1)
      throw badNetwork(
        this.path,
        `the ONNX model has ${outputs.length} outputs: ${outputs.map(({ name }) => name).join(', ')}`,
        'Keep the one that gives the latents: onnx.utils.extract_model(file, new_file, inputs, [output]).',
      );
    const [{ name: output }] = outputs;
    const initializers = new Map(this.file.initializer.map((tensor) => [tensor.name ?? '', tensor]));
    const find = (name: string): FileValue | undefined => {
      const found = this.values.get(name);
      if (found) return found;
      const tensor = initializers.get(name);
      if (!tensor) return undefined;
      const numbers = onnxTensor(tensor, this.path);
      const made = this.graph.constant(name, numbers, numbers.type);
      this.values.set(name, made);
      return made;
    };
    const given = new Set([...this.values.keys(), ...initializers.keys()]);
    for (const node of inOrder(nodes.map(linksOf), given, this.path)) this.step(nodes[node], find);
    const result = find(output);
    if (!result) throw badNetwork(this.path, `no node makes the output ${output}`, 'Write the file again.');
    return onlyReached(this.graph.builder.finish([result.value]), this.path);
  }

  private step(node: OnnxNode, find: (name: string) => FileValue | undefined): void {
    const domain = node.domain ?? '';
    const key = domain === 'ai.onnx' ? '' : domain;
    const text = `node ${node.name || node.output[0]} (${domain ? `${domain}.` : ''}${node.op_type})`;
    if (!isKnownDomain(domain))
      throw badNetwork(
        this.path,
        `${text} is of the domain ${domain}, which is not known`,
        'Export the network with standard ONNX or QONNX operators; inline local functions with onnx.inliner.',
      );
    const rule = ruleOfNode(domain, node.op_type);
    if (!rule || node.overload)
      throw badNetwork(
        this.path,
        `${text} is nothing that is read here`,
        REMEDIES[node.op_type] ??
          'Build the network of convolutions, dense layers, normalisations, activations and quantisers, and export it again.',
      );
    const opset = this.opsets.get(key);
    if (opset === undefined && key === '')
      throw badNetwork(this.path, 'the ONNX model does not tell its opset', 'Write the file again.');
    const reader = new OnnxReader(this.graph, node, opset ?? 1, find);
    const made = rule(reader, this.graph);
    reader.done();
    // Other outputs (masks, statistics of training) have no value: whoever takes one is told so.
    const outputs: readonly FileValue[] = 'value' in made ? [made] : made;
    outputs.forEach((value, i) => {
      if (node.output[i]) this.values.set(node.output[i], value);
    });
  }

  private inputOf({ name, type }: OnnxValue): { sides: number[]; type: NumberType } {
    const tensor = type?.tensor_type;
    if (!tensor?.shape) throw badNetwork(this.path, `input ${name} has no shape`, this.fixedShape(name));
    const sides = tensor.shape.dim.map(({ dim_value: side }) => side ?? 0);
    const open = sides.findIndex((side, axis) => axis > 0 && side < 1);
    if (open > 0 || sides.length < 2 || sides[0] < 0)
      throw badNetwork(
        this.path,
        sides.length < 2
          ? `input ${name} has ${sides.length} axes; the first is the batch, then come those of the wafer`
          : `input ${name} leaves side ${open} of its shape open`,
        this.fixedShape(name),
      );
    return { sides, type: onnxNumberType(tensor.elem_type ?? 0, `input ${name}`, this.path) };
  }

  private fixedShape(name: string): string {
    return `Export with a fixed shape of ${name} (only the batch may be open), e.g. [n, 1, 8, 8] or [n, 48].`;
  }

  /** That of the inputs, or of the weights when the inputs are integers. */
  private precisionOf(inputs: readonly { name: string; type: NumberType }[]): Precision {
    const found = inputs.find(({ type }) => isFloat(type));
    if (!found || found.type === 'float32') return 'single';
    if (found.type === 'float64') return 'double';
    if (found.type === 'float16') return 'half';
    throw badNetwork(
      this.path,
      `input ${found.name} is of type ${found.type}`,
      'Export the network in float, double or half.',
    );
  }
}

function linksOf({ name, input, output, op_type: op }: OnnxNode): Links {
  return {
    name: `${name || output[0]} (${op})`,
    inputs: input.filter((from) => from !== ''),
    outputs: output.filter((to) => to !== ''),
  };
}
