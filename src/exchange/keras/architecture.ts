import { z } from 'zod';
import { badNetwork } from '../graph/network-error.js';

/** A model or layer as Keras 2 and 3 write it. */
const entrySchema = z.looseObject({
  class_name: z.string(),
  name: z.string().optional(),
  config: z.looseObject({ name: z.string().optional() }).or(z.array(z.unknown())),
  inbound_nodes: z.array(z.unknown()).optional(),
});
export type KerasEntry = z.infer<typeof entrySchema>;

/** One value of a layer: which of its uses, which of its outputs. */
export interface Edge {
  readonly layer: string;
  readonly use: number;
  readonly output: number;
}

/** One use of a layer. */
export interface Use {
  readonly from: readonly Edge[];
  /** Other arguments of the call. */
  readonly call: Readonly<Record<string, unknown>>;
}

/** A layer, or a model inside a model. */
export interface KerasLayer {
  readonly name: string;
  /** Class without its package. */
  readonly kind: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly uses: readonly Use[];
  /** HGQ2's have the same class names as QKeras'. */
  readonly isHgq: boolean;
  /** When it is a model. */
  readonly model?: KerasModel;
}

export interface KerasModel {
  readonly name: string;
  readonly kind: string;
  readonly layers: readonly KerasLayer[];
  readonly inputs: readonly Edge[];
  readonly outputs: readonly Edge[];
}

const MODELS = /^(Functional|Model|Sequential)$/;

/** @throws EconError exchange/network when it is no architecture of Keras */
export function kerasModel(data: unknown, path: string): KerasModel {
  const parsed = entrySchema.safeParse(data);
  if (!parsed.success)
    throw badNetwork(
      path,
      'this is no Keras architecture: class_name and config are missing',
      'Write it with model.to_json() or model.save().',
    );
  const kind = plainKind(parsed.data.class_name);
  if (!MODELS.test(kind))
    throw badNetwork(
      path,
      `the model is of class ${parsed.data.class_name}, whose layers are in its Python code`,
      'Build it with keras.Sequential or the functional API and save it again, or give it as a frozen graph (.pb) or ONNX.',
    );
  return modelOf(parsed.data, path);
}

function modelOf(entry: KerasEntry, path: string): KerasModel {
  const { config } = entry;
  const kind = plainKind(entry.class_name);
  const list = Array.isArray(config) ? config : config.layers;
  const name = (Array.isArray(config) ? undefined : config.name) ?? entry.name ?? 'model';
  const layers = z.array(entrySchema).safeParse(list);
  if (!layers.success || layers.data.length === 0)
    throw badNetwork(path, `model ${name} has no list of layers`);
  if (kind === 'Sequential') return sequential(name, layers.data, config, path);
  const entries = layers.data.map((layer) => layerOf(layer, usesOf(layer, path), path));
  const ends = (key: string): Edge[] =>
    endsOf((config as Record<string, unknown>)[key], `${name}/${key}`, path);
  return { name, kind, layers: entries, inputs: ends('input_layers'), outputs: ends('output_layers') };
}

/** Each layer takes what the one before makes. */
function sequential(
  name: string,
  entries: readonly KerasEntry[],
  config: KerasEntry['config'],
  path: string,
): KerasModel {
  const layers: KerasLayer[] = [];
  const edge = (layer: string): Edge => ({ layer, use: 0, output: 0 });
  entries.forEach((entry, i) => {
    const made = layerOf(entry, [], path);
    if (i === 0 && made.kind !== 'InputLayer') {
      const shape =
        made.config.batch_input_shape ?? (Array.isArray(config) ? undefined : config.build_input_shape);
      layers.push({
        name: `${name}_input`,
        kind: 'InputLayer',
        config: { batch_input_shape: shape },
        uses: [{ from: [], call: {} }],
        isHgq: false,
      });
    }
    const before = layers.at(-1)?.name;
    const { batch_input_shape: _, ...rest } = made.config;
    layers.push({
      ...made,
      config: made.kind === 'InputLayer' ? made.config : rest,
      uses: [{ from: before === undefined ? [] : [edge(before)], call: {} }],
    });
  });
  return {
    name,
    kind: 'Sequential',
    layers,
    inputs: [edge(layers[0].name)],
    outputs: [edge(layers[layers.length - 1].name)],
  };
}

function layerOf(entry: KerasEntry, uses: readonly Use[], path: string): KerasLayer {
  const kind = plainKind(entry.class_name);
  const config = Array.isArray(entry.config) ? {} : entry.config;
  const name = String(config.name ?? entry.name ?? kind);
  const registered = String(entry.registered_name ?? '');
  const module = String(entry.module ?? '');
  const isHgq = /^hgq/.test(entry.class_name) || /^hgq/.test(registered) || /^hgq/.test(module);
  const layer = { name, kind, config, uses, isHgq };
  return MODELS.test(kind) ? { ...layer, model: modelOf(entry, path) } : layer;
}

/** `hgq>QDense` to QDense. */
function plainKind(kind: string): string {
  return kind.replace(/^.*>/, '');
}

function endsOf(given: unknown, where: string, path: string): Edge[] {
  // One end as ['name', 0, 0], several as a list of them (or an object of them).
  if (Array.isArray(given) && typeof given[0] === 'string') return [edgeOf(given, where, path)];
  const list = Array.isArray(given) ? given : Object.values((given as object | undefined) ?? {});
  return list.map((end) => edgeOf(end, where, path));
}

function edgeOf(given: unknown, where: string, path: string): Edge {
  if (!isEdge(given))
    throw badNetwork(path, `${where} holds ${JSON.stringify(given)}, which names no value of a layer`);
  const [layer, use = 0, output = 0] = given;
  return { layer, use, output };
}

function isEdge(given: unknown): given is [string, number, number] {
  return (
    Array.isArray(given) &&
    typeof given[0] === 'string' &&
    Number.isInteger(given[1]) &&
    Number.isInteger(given[2])
  );
}

function usesOf(entry: KerasEntry, path: string): Use[] {
  const nodes = entry.inbound_nodes ?? [];
  const where = `layer ${entry.name ?? entry.class_name}`;
  if (nodes.length === 0) return [{ from: [], call: {} }];
  return nodes.map((node) => (Array.isArray(node) ? useOf2(node, where, path) : useOf3(node, where, path)));
}

/** Keras 2: [[name, use, output, arguments], ..], or one of those without the outer list. */
function useOf2(node: readonly unknown[], where: string, path: string): Use {
  const list = typeof node[0] === 'string' ? [node] : node;
  const from: Edge[] = [];
  const call: Record<string, unknown> = {};
  for (const given of list) {
    from.push(edgeOf(given, where, path));
    for (const [key, value] of Object.entries(((given as unknown[])[3] as object | undefined) ?? {}))
      if (isEdge(value)) from.push(edgeOf(value, where, path));
      else call[key] = value;
  }
  return { from, call };
}

/** Keras 3: positional arguments with the tensors among them, and arguments by name. */
function useOf3(node: unknown, where: string, path: string): Use {
  const { args, kwargs } = (node ?? {}) as { args?: unknown[]; kwargs?: Record<string, unknown> };
  const from: Edge[] = [];
  const take = (given: unknown): boolean => {
    const history = (given as { config?: { keras_history?: unknown } } | null)?.config?.keras_history;
    if (history !== undefined) {
      from.push(edgeOf(history, where, path));
      return true;
    }
    return Array.isArray(given) && given.length > 0 && given.every(take);
  };
  const call: Record<string, unknown> = {};
  (args ?? []).forEach((given, i) => {
    if (!take(given)) call[`argument ${i}`] = given;
  });
  for (const [key, given] of Object.entries(kwargs ?? {}))
    if (given !== null && !take(given)) call[key] = given;
  return { from, call };
}
