import { type Arithmetic, formulas, type Op, relu, scalar, sizeOf } from '../graph/index.js';
import { activated, axisOf, input, type Layer, type LayerRule, layoutOf } from './layer.js';

const nothing: LayerRule = (layer) => {
  for (const key of ['rate', 'noise_shape', 'stddev', 'l1', 'l2', 'data_format', 'stateful'])
    layer.config.get(key);
  return layer.builder.add(layer.name, { kind: 'function', name: 'identity' }, [input(layer)]);
};

const activation: LayerRule = (layer) => activated(layer, layer.name, input(layer));

function reshaped({ builder, name }: Layer, value: string, shape: readonly number[]): string {
  return builder.add(name, { kind: 'reshape', shape }, [value]);
}

/** [[top, bottom], [left, right]], or one number, or one per axis: what is before and behind each axis of the image. */
function edges(layer: Layer, key: string): Pick<Op<'pad'>, 'before' | 'after'> {
  const given = layer.config.get(key);
  const both = typeof given === 'number' ? [given, given] : given;
  if (!Array.isArray(both) || both.length !== 2)
    throw layer.config.odd(key, given, 'pads of rows and columns');
  const [rows, columns] = both.map((side): number[] => (typeof side === 'number' ? [side, side] : side));
  const last = layoutOf(layer) === 'channels-last';
  const [before, after] = [0, 1].map((end) =>
    last ? [rows[end], columns[end], 0] : [0, rows[end], columns[end]],
  );
  return { before, after };
}

/** Values put together two by two, from the first on. */
function folded(kind: Arithmetic): LayerRule {
  return ({ builder, name, inputs }) =>
    inputs.slice(1).reduce((sum, value) => builder.add(name, { kind }, [sum, value]), inputs[0]);
}

export const otherLayers: Readonly<Record<string, LayerRule>> = {
  Dropout: nothing,
  SpatialDropout2D: nothing,
  GaussianNoise: nothing,
  GaussianDropout: nothing,
  AlphaDropout: nothing,
  ActivityRegularization: nothing,
  Identity: nothing,
  Activation: activation,
  QActivation: activation,
  Add: folded('add'),
  Multiply: folded('multiply'),
  Maximum: folded('maximum'),
  Minimum: folded('minimum'),
  Subtract: ({ builder, name, inputs }) => builder.add(name, { kind: 'subtract' }, inputs),

  ReLU: (layer) => {
    const { builder, name, config } = layer;
    const plain = relu(config.number('negative_slope', 0), config.number('max_value', Infinity));
    return builder.add(name, { ...plain, threshold: config.number('threshold', 0) }, [input(layer)]);
  },

  LeakyReLU: (layer) => {
    const { builder, name, config } = layer;
    const slope = config.number(config.has('negative_slope') ? 'negative_slope' : 'alpha', 0.3);
    return builder.add(name, relu(Math.fround(slope)), [input(layer)]);
  },

  PReLU: (layer) => {
    const { builder, name, config, weights } = layer;
    config.get('shared_axes');
    const slope = builder.constant(`${name}/alpha`, { ...weights.take('alpha', 0) });
    return builder.add(name, { kind: 'parametric-relu' }, [input(layer), slope]);
  },

  ELU: (layer) =>
    formulas.elu(Math.fround(layer.config.number('alpha', 1)))(layer.builder, layer.name, input(layer)),

  ThresholdedReLU: (layer) =>
    formulas.thresholded(Math.fround(layer.config.number('theta', 1)))(
      layer.builder,
      layer.name,
      input(layer),
    ),

  Softmax: (layer) => {
    const value = input(layer);
    const axis = axisOf(layer, value, layer.config.number('axis', -1));
    return layer.builder.add(layer.name, { kind: 'softmax', axis }, [value]);
  },

  Flatten: (layer) => {
    const { builder, name } = layer;
    const value = input(layer);
    const shape = builder.shapeOf(value);
    // channels_first moves the first axis behind, whatever it holds.
    const first = layoutOf(layer) === 'channels-first' && shape.length > 1;
    const order = first ? [...shape.keys()].slice(1).concat(0) : undefined;
    const ordered = order ? builder.add(name, { kind: 'transpose', order }, [value]) : value;
    return reshaped(layer, ordered, [sizeOf(shape)]);
  },

  Reshape: (layer) => {
    const value = input(layer);
    const target = layer.config.numbers('target_shape');
    const rest = sizeOf(layer.builder.shapeOf(value)) / sizeOf(target.filter((side) => side !== -1));
    const shape = target.map((side) => (side === -1 ? rest : side));
    return reshaped(layer, value, shape);
  },

  Permute: (layer) => {
    const order = layer.config.numbers('dims').map((axis) => axis - 1);
    return layer.builder.add(layer.name, { kind: 'transpose', order }, [input(layer)]);
  },

  ZeroPadding2D: (layer) =>
    layer.builder.add(layer.name, { kind: 'pad', ...edges(layer, 'padding'), value: 0 }, [input(layer)]),

  Cropping2D: (layer) => {
    const { before, after } = edges(layer, 'cropping');
    const value = input(layer);
    const ranges = layer.builder
      .shapeOf(value)
      .map((side, axis) => ({ from: before[axis], to: side - after[axis], step: 1 }));
    return layer.builder.add(layer.name, { kind: 'slice', ranges }, [value]);
  },

  Concatenate: (layer) => {
    const axis = axisOf(layer, layer.inputs[0], layer.config.number('axis', -1));
    return layer.builder.add(layer.name, { kind: 'concatenate', axis }, layer.inputs);
  },

  Average: (layer) => {
    const { builder, name, inputs } = layer;
    const count = builder.constant(`${name}/count`, scalar(inputs.length));
    return builder.add(name, { kind: 'divide' }, [folded('add')(layer), count]);
  },

  UpSampling2D: (layer) => {
    layer.config.only('interpolation', 'nearest');
    const factors = layer.config.pair('size', 2);
    const op = { kind: 'upsample', factors, layout: layoutOf(layer) } as const;
    return layer.builder.add(layer.name, op, [input(layer)]);
  },

  Rescaling: (layer) => {
    const { builder, name, config } = layer;
    const number = (key: string, otherwise: number): string =>
      builder.constant(`${name}/${key}`, scalar(Math.fround(config.number(key, otherwise))));
    const scaled = builder.add(name, { kind: 'multiply' }, [input(layer), number('scale', 1)]);
    return builder.add(name, { kind: 'add' }, [scaled, number('offset', 0)]);
  },
};
