import { isFloat, readBytes } from '../../base/index.js';
import { GraphBuilder, type NetworkGraph, type Precision } from '../graph/index.js';
import { badNetwork } from '../graph/network-error.js';
import { FileGraph, type FileValue } from '../reading/file-graph.js';
import { onlyReached } from '../reading/only-reached.js';
import { inOrder, type Links } from '../reading/order.js';
import { decodeMessage } from '../reading/protobuf.js';
import { TensorflowReader } from './node.js';
import { remedies, rules } from './rules.js';
import { type GraphDef, graphDefSchema, type NodeDef } from './schema.js';
import { sidesOf, tensorflowType } from './tensor.js';

/** Of the graph in the folder of a SavedModel. */
export const SAVED_MODEL = 'saved_model.pb';

const HOW_TO_FREEZE =
  'Freeze it: f = tf.function(model).get_concrete_function(tf.TensorSpec(model.inputs[0].shape)); graph = ' +
  'convert_variables_to_constants_v2(f).graph.as_graph_def(); tf.io.write_graph(graph, folder, "frozen.pb", as_text=False). ' +
  'Or save the model as .keras or .h5.';

/**
 * The graph of a frozen TensorFlow model (1 or 2). Every node, attribute and input is read or refused by name.
 * @throws EconError exchange/network naming the node, exchange/protobuf, base/cannot-read
 */
export function readFrozenGraph(path: string): NetworkGraph {
  const bytes = readBytes(path);
  const kind = otherKind(bytes);
  if (kind) throw badNetwork(path, `this is ${kind.name}, not a frozen graph`, kind.remedy);
  const { node: nodes } = decodeMessage<GraphDef>(graphDefSchema, 'GraphDef', bytes, path);
  if (nodes.length === 0) throw badNetwork(path, 'the TensorFlow graph has no nodes', HOW_TO_FREEZE);
  return new Reader(path, nodes).read();
}

/** Other files that end in .pb or .pbtxt. */
function otherKind(bytes: Uint8Array): { name: string; remedy: string } | undefined {
  const start = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  if (/^\s*(node|versions|library)\s*\{|^\s*#/.test(start))
    return {
      name: 'a graph as text',
      remedy: 'Write it in binary: tf.io.write_graph(graph, folder, "frozen.pb", as_text=False).',
    };
  // Field 1 as a number is the schema version of a SavedModel (1), or the version of an ONNX model.
  if (bytes[0] !== 0x08) return undefined;
  if (bytes[1] === 1) return { name: 'a SavedModel', remedy: HOW_TO_FREEZE };
  return { name: 'no TensorFlow graph', remedy: 'If it is an ONNX model give it the name .onnx.' };
}

class Reader {
  private readonly graph: FileGraph;
  private readonly values = new Map<string, FileValue>();
  private readonly placeholders: ReadonlySet<NodeDef>;

  constructor(
    private readonly path: string,
    private readonly nodes: readonly NodeDef[],
  ) {
    const nameless = nodes.find(({ name, op }) => !name || !op);
    if (nameless)
      throw badNetwork(
        path,
        `a node has no ${nameless.name ? 'operation' : 'name'}`,
        'Write the file again.',
      );
    const inputs = nodes.filter(isInput);
    this.placeholders = new Set(inputs);
    if (inputs.length === 0)
      throw badNetwork(path, 'the TensorFlow graph has no Placeholder', 'Freeze it with its input.');
    const shapes = inputs.map((node) => this.sidesOfInput(node));
    const batches = [...new Set(shapes.map(([batch]) => batch).filter((batch) => batch > 0))];
    if (batches.length > 1)
      throw badNetwork(path, `the inputs of the graph have batches of ${batches.join(' and ')}`);
    const types = inputs.map(({ name, attr }) =>
      tensorflowType(attr.dtype?.type ?? 0, `input ${name}`, path),
    );
    const precision = precisions[types.find(isFloat) ?? 'float32'];
    if (!precision)
      throw badNetwork(path, 'the graph computes in bfloat16', 'Freeze it in float, double or half.');
    this.graph = new FileGraph(new GraphBuilder('frozen TensorFlow graph', path, precision), batches[0] ?? 1);
    inputs.forEach(({ name = '' }, i) => {
      this.values.set(name, this.graph.input(name, shapes[i], types[i]));
    });
  }

  read(): NetworkGraph {
    // Nodes without a value only order others.
    const computing = this.nodes.filter(({ op }) => op !== 'NoOp');
    const rest = computing.filter((node) => !this.placeholders.has(node));
    const given = new Set(this.values.keys());
    const taken = new Set<string>();
    for (const index of inOrder(rest.map(linksOf), given, this.path)) {
      this.step(rest[index]);
      for (const input of linksOf(rest[index]).inputs) taken.add(input);
    }
    const ends = computing.filter(({ name = '' }) => {
      const value = this.values.get(name);
      return value && !taken.has(name) && this.graph.isBatched(value);
    });
    if (ends.length !== 1)
      throw badNetwork(
        this.path,
        ends.length === 0
          ? 'no node of the TensorFlow graph computes from its input'
          : `the TensorFlow graph has ${ends.length} ends: ${ends.map(({ name }) => name).join(', ')}`,
        'Freeze it with the one output that gives the latents: tf.compat.v1.graph_util.extract_sub_graph(graph, [output]).',
      );
    const end = this.values.get(ends[0].name ?? '') as FileValue;
    return onlyReached(this.graph.builder.finish([end.value]), this.path);
  }

  private step(node: NodeDef): void {
    const { name = '', op = '' } = node;
    const rule = Object.hasOwn(rules, op) ? rules[op] : undefined;
    if (!rule)
      throw badNetwork(
        this.path,
        `node ${name} (${op}) is nothing that is read here`,
        remedies[op] ??
          'Build the network of convolutions, dense layers, normalisations, activations and quantisers, and freeze it again.',
      );
    // `name:0` is `name`.
    const find = (input: string): FileValue | undefined => this.values.get(input.replace(/:0$/, ''));
    const reader = new TensorflowReader(this.graph, node, find);
    const made = rule(reader, this.graph);
    reader.done();
    const outputs: readonly FileValue[] = 'value' in made ? [made] : made;
    outputs.forEach((value, i) => {
      this.values.set(i === 0 ? name : `${name}:${i}`, value);
    });
  }

  private sidesOfInput({ name, attr }: NodeDef): number[] {
    const sides = sidesOf(attr.shape?.shape);
    const open = sides?.findIndex((side, axis) => axis > 0 && side < 1) ?? 0;
    if (!sides || sides.length < 2 || open > 0)
      throw badNetwork(
        this.path,
        sides && sides.length < 2
          ? `input ${name} has ${sides.length} axes; the first is the batch, then come those of the wafer`
          : `input ${name} leaves ${sides ? `side ${open} of its shape` : 'its shape'} open`,
        'Freeze the network with a fixed input shape (only the batch may be open), e.g. [None, 8, 8, 1] or [None, 48].',
      );
    return sides;
  }
}

const precisions: Readonly<Record<string, Precision>> = {
  float16: 'half',
  float32: 'single',
  float64: 'double',
};

/** Placeholders with a default and no axes (a learning phase) are their default. */
function isInput({ op, attr }: NodeDef): boolean {
  return (
    op === 'Placeholder' || (op === 'PlaceholderWithDefault' && (sidesOf(attr.shape?.shape)?.length ?? 0) > 1)
  );
}

function linksOf({ name = '', op = '', input }: NodeDef): Links {
  // An order without a value (^name), and which of the outputs is taken, are nothing to the order of reading.
  const inputs = input.filter((from) => !from.startsWith('^')).map((from) => from.replace(/:\d+$/, ''));
  return { name: `${name} (${op})`, inputs, outputs: [name] };
}
