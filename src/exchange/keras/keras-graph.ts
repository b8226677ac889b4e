import { GraphBuilder, type NetworkGraph } from '../graph/index.js';
import { badNetwork } from '../graph/network-error.js';
import type { Edge, KerasLayer, KerasModel, Use } from './architecture.js';
import { Config } from './config.js';
import { functionLayer, lambdaLayers } from './lambda-layers.js';
import type { Layer, LayerRule } from './layer.js';
import { normalisationLayers } from './normalisation-layers.js';
import { otherLayers } from './other-layers.js';
import { poolingLayers } from './pooling-layers.js';
import { layerRemedy } from './remedies.js';
import { sumLayers } from './sum-layers.js';
import type { Weights } from './weights.js';

const rules: Readonly<Record<string, LayerRule>> = {
  ...sumLayers,
  ...normalisationLayers,
  ...poolingLayers,
  ...otherLayers,
  ...lambdaLayers,
};

/** Of HGQ2 those whose quantizers are read. */
const HGQ = new Set(['QDense', 'QConv2D']);

/** The graph of a model. @param weights of that model, whatever models it lies in */
export function kerasGraph(model: KerasModel, weights: Weights, path: string): NetworkGraph {
  const builder = new GraphBuilder(kindOf(model), path);
  const inputs = model.inputs.map(({ layer }) => {
    const found = model.layers.find(({ name }) => name === layer);
    return builder.input(layer, inputShape(found, layer, path));
  });
  const version = isKeras3(model) ? 'keras3' : 'keras2';
  return builder.finish(new ModelWalk(builder, model, weights, version, path).run(inputs));
}

/** Layers of a model and of the models in it. */
function allLayers({ layers }: KerasModel): readonly KerasLayer[] {
  return layers.flatMap((layer) => (layer.model ? allLayers(layer.model) : [layer]));
}

/** Keras 3 writes batch_shape where Keras 2 has batch_input_shape, and policies in place of types. */
function isKeras3(model: KerasModel): boolean {
  return allLayers(model).some(({ config }) => 'batch_shape' in config || typeof config.dtype === 'object');
}

function kindOf(model: KerasModel): string {
  const layers = allLayers(model);
  if (layers.some(({ isHgq }) => isHgq)) return 'HGQ2 model';
  return layers.some(({ kind }) => isQkeras(kind)) ? 'QKeras model' : 'Keras model';
}

function isQkeras(kind: string): boolean {
  return /^Q[A-Z]/.test(kind);
}

function inputShape(layer: KerasLayer | undefined, name: string, path: string): number[] {
  const { batch_input_shape: old, batch_shape: now, sparse, ragged } = layer?.config ?? {};
  const shape = now ?? old;
  if (sparse || ragged) throw badNetwork(path, `input ${name} is sparse or ragged`);
  if (!Array.isArray(shape) || shape.slice(1).some((side) => !Number.isInteger(side) || side < 1))
    throw badNetwork(
      path,
      `input ${name} has the shape ${JSON.stringify(shape) ?? 'of nothing'}`,
      'Build the model with an Input of a definite shape, and save it again.',
    );
  return shape.slice(1) as number[];
}

/** Follows the edges of one model; models inside it are walked where they are used. */
class ModelWalk {
  readonly #values = new Map<string, readonly string[]>();
  readonly #weights: ReadonlyMap<string, Weights>;

  constructor(
    readonly builder: GraphBuilder,
    readonly model: KerasModel,
    weights: Weights,
    readonly version: 'keras2' | 'keras3',
    readonly path: string,
  ) {
    this.#weights = weights.of(model.layers);
  }

  /** @returns values of the outputs */
  run(inputs: readonly string[]): string[] {
    const { model, path } = this;
    if (inputs.length !== model.inputs.length)
      throw badNetwork(
        path,
        `model ${model.name} takes ${model.inputs.length} values and gets ${inputs.length}`,
      );
    model.inputs.forEach(({ layer }, i) => {
      this.#values.set(`${layer} 0`, [inputs[i]]);
    });
    let waiting = model.layers
      .filter(({ kind }) => kind !== 'InputLayer')
      .flatMap((layer) => layer.uses.map((use, i) => ({ layer, use, i })));
    while (waiting.length > 0) {
      const rest = waiting.filter(({ layer, use, i }) => {
        const given = use.from.map((edge) => this.#find(edge));
        if (given.some((value) => value === undefined)) return true;
        this.#values.set(`${layer.name} ${i}`, this.#build(layer, use, given as string[]));
        return false;
      });
      if (rest.length === waiting.length)
        throw badNetwork(
          path,
          `layer ${rest[0].layer.name} takes ${rest[0].use.from.map((edge) => edge.layer).join(', ')}, which nothing makes`,
        );
      waiting = rest;
    }
    return model.outputs.map((edge) => {
      const value = this.#find(edge);
      if (value === undefined)
        throw badNetwork(path, `output ${edge.layer} of model ${model.name} is made by no layer`);
      return value;
    });
  }

  #find({ layer: name, use, output }: Edge): string | undefined {
    const layer = this.model.layers.find((one) => one.name === name);
    if (!layer) throw badNetwork(this.path, `model ${this.model.name} has no layer ${name}`);
    // Numbers of uses count those in other models too: with one use it is that.
    const made = this.#values.get(`${name} ${layer.uses.length > 1 ? use : 0}`);
    return made?.[output];
  }

  #build(layer: KerasLayer, use: Use, inputs: readonly string[]): readonly string[] {
    const { builder, version, path } = this;
    const { name, kind, config, isHgq, model } = layer;
    const weights = this.#weights.get(name) as Weights;
    if (model) return new ModelWalk(builder, model, weights, version, path).run(inputs);
    const own = new Config(config, `layer ${name} (${kind})`, path);
    const dialect = !isHgq && isQkeras(kind) ? 'qkeras' : version;
    const given: Layer = { builder, name, config: own, weights, inputs, isHgq, dialect };
    if (kind === 'TFOpLambda' || kind === 'SlicingOpLambda') {
      const made = functionLayer(given, use.call);
      own.finish();
      return [made];
    }
    for (const [key, value] of Object.entries(use.call))
      if (key !== 'training' && key !== 'mask')
        throw own.error(
          `is called with ${key} = ${JSON.stringify(value)}, which is not read`,
          `Call it without ${key}.`,
        );
    const rule = isHgq && isQkeras(kind) && !HGQ.has(kind) ? undefined : rules[kind];
    if (!rule) throw own.error('is a layer that is not read', layerRemedy(kind, isHgq));
    const made = rule(given);
    own.finish();
    return [made];
  }
}
