import { type Operation, scalar } from '../graph/index.js';
import { input, type Layer, type LayerRule, quantisedWeight, stored } from './layer.js';
import { convolution } from './sum-layers.js';

/** What a normalisation knows of each channel, as the file holds it. */
interface Tables {
  readonly gamma: string;
  readonly beta: string;
  readonly mean: string;
  readonly variance: string;
}

/** @param first index of gamma among the weights of the layer */
function tablesOf(layer: Layer, channels: number, first: number): Tables {
  const { builder, name, config } = layer;
  let index = first;
  const table = (variable: string, there: boolean, otherwise: number): string =>
    there
      ? stored(layer, variable, index++)
      : builder.constant(`${name}/${variable}`, {
          shape: [channels],
          data: new Float64Array(channels).fill(otherwise),
        });
  const gamma = table('gamma', config.flag('scale', true), 1);
  const beta = table('beta', config.flag('center', true), 0);
  const [mean, variance] = [table('moving_mean', true, 0), table('moving_variance', true, 1)];
  config.only('renorm', false);
  config.only('virtual_batch_size');
  for (const key of ['fused', 'renorm_clipping', 'renorm_momentum']) config.get(key);
  return { gamma, beta, mean, variance };
}

/** Of the channels, batch not counted. */
function channelAxis({ builder, config }: Layer, value: string): number {
  const given = config.get('axis') ?? -1;
  const axis = Array.isArray(given) && given.length === 1 ? given[0] : given;
  if (typeof axis !== 'number') throw config.odd('axis', given, 'one axis');
  return axis < 0 ? axis + builder.shapeOf(value).length : axis - 1;
}

function epsilonOf({ config }: Layer): number {
  return Math.fround(config.number('epsilon', 1e-3));
}

function normalisation(quantise: (layer: Layer, tables: Tables) => Tables): LayerRule {
  return (layer) => {
    const { builder, name } = layer;
    const value = input(layer);
    const axis = channelAxis(layer, value);
    const channels = builder.shapeOf(value)[axis] ?? 0;
    const { gamma, beta, mean, variance } = quantise(layer, tablesOf(layer, channels, 0));
    const op: Operation = { kind: 'batch-normalisation', epsilon: epsilonOf(layer), axis };
    return builder.add(name, op, [value, gamma, beta, mean, variance]);
  };
}

/** QKeras has a quantizer for each table. */
function quantisedTables(layer: Layer, { gamma, beta, mean, variance }: Tables): Tables {
  const { config } = layer;
  const quantised = (value: string, quantizer: string, there = true): string =>
    there ? quantisedWeight(layer, value, quantizer, quantizer) : value;
  return {
    gamma: quantised(gamma, 'gamma', config.flag('scale', true)),
    beta: quantised(beta, 'beta', config.flag('center', true)),
    mean: quantised(mean, 'mean'),
    variance: quantised(variance, 'variance'),
  };
}

/** A convolution whose kernel and bias take in its normalisation, and are quantised then (with the moving tables: at inference). */
const convolutionWithin: LayerRule = (layer) => {
  const { builder, name, config } = layer;
  config.only('folding_mode', 'ema_stats_folding', 'batch_stats_folding');
  config.get('ema_freeze_delay'); // of training
  const value = input(layer);
  const kernel = stored(layer, 'kernel', 0);
  const biased = config.flag('use_bias', true);
  const filters = builder.shapeOf(kernel).at(-1) ?? 0;
  const bias = biased ? stored(layer, 'bias', 1) : builder.constant(`${name}/bias`, scalar(0));
  if (channelAxis(layer, value) !== builder.shapeOf(value).length - 1)
    throw config.error('normalises along another axis than its filters', 'Give it axis=-1.');
  const { gamma, beta, mean, variance } = tablesOf(layer, filters, biased ? 2 : 1);
  const by = (kind: 'add' | 'subtract' | 'multiply' | 'divide', a: string, b: string): string =>
    builder.add(`${name}/folded`, { kind }, [a, b]);
  const moved = by('add', variance, builder.constant(`${name}/epsilon`, scalar(epsilonOf(layer))));
  const deviation = builder.add(`${name}/deviation`, { kind: 'function', name: 'sqrt' }, [moved]);
  const scale = by('multiply', by('divide', builder.constant(`${name}/one`, scalar(1)), deviation), gamma);
  const foldedBias = by('add', by('multiply', scale, by('subtract', bias, mean)), beta);
  return convolution(
    layer,
    value,
    quantisedWeight(layer, by('multiply', scale, kernel), 'kernel', 'kernel'),
    [quantisedWeight(layer, foldedBias, 'bias', 'bias')],
  );
};

export const normalisationLayers: Readonly<Record<string, LayerRule>> = {
  BatchNormalization: normalisation((_, tables) => tables),
  QBatchNormalization: normalisation(quantisedTables),
  QConv2DBatchnorm: convolutionWithin,
};
