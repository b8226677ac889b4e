import { scalar } from '../graph/index.js';
import { activated, input, type Layer, type LayerRule, layoutOf } from './layer.js';
import { padsOf } from './padding.js';
import { quantised } from './quantizer.js';

/** What becomes of pooled numbers. @param area numbers in a window */
type AfterPool = (layer: Layer, made: string, area: number) => string;

/** Windows; an average leaves the padding out of its divisor. */
function pooling(name: 'max' | 'average', after: AfterPool = (_, made) => made): LayerRule {
  return (layer) => {
    const { config, builder } = layer;
    const size = config.pair('pool_size', 2);
    const strides = config.get('strides') === undefined ? size : config.pair('strides', 1);
    const layout = layoutOf(layer);
    const value = input(layer);
    const pads = padsOf(layer, value, layout, size, strides);
    const op = { kind: 'pool', name, size, strides, pads, countPads: false, layout } as const;
    return after(layer, builder.add(layer.name, op, [value]), size[0] * size[1]);
  };
}

function globalPooling(name: 'max' | 'mean', after: AfterPool = (_, made) => made): LayerRule {
  return (layer) => {
    const { builder, config } = layer;
    const axes = layoutOf(layer) === 'channels-last' ? [0, 1] : [1, 2];
    const keep = config.flag('keepdims', false);
    const value = input(layer);
    const shape = builder.shapeOf(value);
    const area = shape[axes[0]] * shape[axes[1]];
    return after(layer, builder.add(layer.name, { kind: 'reduce', name, axes, keep }, [value]), area);
  };
}

/** QKeras makes a sum of the average again, and multiplies it with the quantised 1 / area. */
const quantisedAverage: AfterPool = (layer, made, area) => {
  const { builder, name, config } = layer;
  const given = config.get('average_quantizer');
  const times = (value: string, factor: string): string =>
    builder.add(name, { kind: 'multiply' }, [value, factor]);
  if (given === undefined) return activated(layer, name, made);
  const share = builder.constant(`${name}/share`, scalar(Math.fround(1 / area)));
  const factor = quantised({ builder, name: `${name}/share quantizer`, value: share, config }, given, false);
  const sum = times(made, builder.constant(`${name}/area`, scalar(area)));
  return activated(layer, name, times(sum, factor));
};

export const poolingLayers: Readonly<Record<string, LayerRule>> = {
  MaxPooling2D: pooling('max'),
  AveragePooling2D: pooling('average'),
  QAveragePooling2D: pooling('average', quantisedAverage),
  GlobalAveragePooling2D: globalPooling('mean'),
  QGlobalAveragePooling2D: globalPooling('mean', quantisedAverage),
  GlobalMaxPooling2D: globalPooling('max'),
};
