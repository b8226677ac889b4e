import type { GraphBuilder, Layout } from '../graph/index.js';
import type { Config } from './config.js';
import { hgqQuantise } from './hgq.js';
import { activate, type Dialect, quantised } from './quantizer.js';
import type { Weights } from './weights.js';

/** A layer on its way into the graph. */
export interface Layer {
  readonly builder: GraphBuilder;
  readonly name: string;
  readonly config: Config;
  readonly weights: Weights;
  /** Values that it takes. */
  readonly inputs: readonly string[];
  /** Of HGQ2, whose quantizers keep their bits among the weights. */
  readonly isHgq: boolean;
  /** Whose names of functions the layer uses. */
  readonly dialect: Dialect;
}

/** Builds the nodes of a layer. @returns name of its value */
export type LayerRule = (layer: Layer) => string;

/** The one value of a layer that takes one. */
export function input({ inputs, config }: Layer): string {
  if (inputs.length !== 1)
    throw config.error(
      `takes ${inputs.length} values, not 1`,
      'Join them before it: Add and Concatenate are read.',
    );
  return inputs[0];
}

export function layoutOf({ config }: Layer): Layout {
  const order = config.text('data_format', 'channels_last');
  if (order === 'channels_last') return 'channels-last';
  if (order === 'channels_first') return 'channels-first';
  throw config.odd('data_format', order, 'channels_last or channels_first');
}

/** A kernel or bias with its quantizer; undefined for no bias. */
export function weight(layer: Layer, variable: string, index: number, quantizer: string): string {
  const { config, isHgq } = layer;
  const value = stored(layer, variable, index);
  if (isHgq) return hgqQuantise(layer, value, quantizer, config.get(`${quantizer}_conf`));
  return quantisedWeight(layer, value, variable, quantizer);
}

/** A tensor of the layer as the file holds it. */
export function stored({ builder, name, weights }: Layer, variable: string, index: number): string {
  const { shape, data } = weights.take(variable, index);
  return builder.constant(`${name}/${variable}`, { shape, data });
}

/** A value behind the argument `NAME_quantizer` of QKeras; of biases alpha None is 1, of others 'auto_po2'. */
export function quantisedWeight(layer: Layer, value: string, variable: string, quantizer: string): string {
  const { builder, name, config } = layer;
  const place = `${name}/${variable} quantizer`;
  const key = `${quantizer}_quantizer`;
  return quantised(
    { builder, name: place, value, config },
    config.get(key),
    !/^(bias|beta|mean)$/.test(quantizer),
  );
}

/** HGQ2 quantises what comes in. */
export function quantisedInput(layer: Layer): string {
  const { config, isHgq } = layer;
  const value = input(layer);
  if (!isHgq) return value;
  // What HGQ2 counts while training.
  for (const key of ['enable_ebops', 'ebops_factor', 'beta0', 'parallelization_factor']) config.get(key);
  const given = config.get('iq_conf');
  if (!config.flag('enable_iq', true)) return value;
  return hgqQuantise(layer, value, 'iq', given);
}

/** The layer's argument `activation`. @param name of the node, for messages */
export function activated({ builder, config, dialect }: Layer, name: string, value: string): string {
  return activate({ builder, name, value, config }, config.get('activation'), dialect);
}

/** The layer's own activation, and the quantizer of its result in HGQ2. */
export function finish(layer: Layer, value: string): string {
  const { name, config, isHgq } = layer;
  const active = activated(layer, `${name} activation`, value);
  if (!isHgq) return active;
  const given = config.get('oq_conf');
  if (!config.flag('enable_oq', false)) return active;
  return hgqQuantise(layer, active, 'oq', given);
}

/** Axis without the batch, of one as Keras counts it. */
export function axisOf({ builder, config }: Layer, value: string, given: number): number {
  const sides = builder.shapeOf(value).length;
  const axis = given < 0 ? given + sides : given - 1;
  if (axis < 0 || axis >= sides)
    throw config.error(
      `works along axis ${given} of a value of ${sides} axes (and the batch)`,
      `Give it an axis from 1 to ${sides}, or from -${sides} to -1.`,
    );
  return axis;
}
