import { formulas, type Operation, sizeOf } from '../graph/index.js';
import { activated, axisOf, input, type Layer, type LayerRule, layoutOf } from './layer.js';

const nothing: LayerRule = (layer) => {
  for (const key of ['rate', 'noise_shape', 'stddev', 'l1', 'l2', 'data_format', 'stateful'])
    layer.config.get(key);
  return layer.builder.add(layer.name, { kind: 'function', name: 'identity' }, [input(layer)]);
};

const activation: LayerRule = (layer) => activated(layer, layer.name, input(layer));

const relu: LayerRule = (layer) => {
  const { builder, name, config } = layer;
  const max = config.get('max_value');
  const op: Operation = {
    kind: 'relu',
    negativeSlope: config.number('negative_slope', 0),
    threshold: config.number('threshold', 0),
    max: max === undefined ? Number.POSITIVE_INFINITY : config.number('max_value'),
  };
  return builder.add(name, op, [input(layer)]);
};

const leakyRelu: LayerRule = (layer) => {
  const { builder, name, config } = layer;
  const slope = config.has('negative_slope')
    ? config.number('negative_slope', 0.3)
    : config.number('alpha', 0.3);
  return builder.add(
    name,
    { kind: 'relu', negativeSlope: Math.fround(slope), threshold: 0, max: Number.POSITIVE_INFINITY },
    [input(layer)],
  );
};

const parametricRelu: LayerRule = (layer) => {
  const { builder, name, config, weights } = layer;
  config.get('shared_axes');
  return builder.add(name, { kind: 'parametric-relu' }, [
    input(layer),
    builder.constant(`${name}/alpha`, { ...weights.take('alpha', 0) }),
  ]);
};

const elu: LayerRule = (layer) =>
  formulas.elu(Math.fround(layer.config.number('alpha', 1)))(layer.builder, layer.name, input(layer));

const thresholdedRelu: LayerRule = (layer) =>
  formulas.thresholded(Math.fround(layer.config.number('theta', 1)))(layer.builder, layer.name, input(layer));

const softmax: LayerRule = (layer) => {
  const value = input(layer);
  const axis = axisOf(layer, value, layer.config.number('axis', -1));
  return layer.builder.add(layer.name, { kind: 'softmax', axis }, [value]);
};

function reshaped({ builder, name }: Layer, value: string, shape: readonly number[]): string {
  return builder.add(name, { kind: 'reshape', shape }, [value]);
}

const flatten: LayerRule = (layer) => {
  const { builder, name } = layer;
  const value = input(layer);
  const shape = builder.shapeOf(value);
  // channels_first moves the first axis behind, whatever it holds.
  const first = layoutOf(layer) === 'channels-first' && shape.length > 1;
  const order = first ? [...shape.keys()].slice(1).concat(0) : undefined;
  const ordered = order ? builder.add(name, { kind: 'transpose', order }, [value]) : value;
  return reshaped(layer, ordered, [sizeOf(shape)]);
};

const reshape: LayerRule = (layer) => {
  const value = input(layer);
  const target = layer.config.numbers('target_shape');
  const known = target.filter((side) => side !== -1).reduce((n, side) => n * side, 1);
  const whole = sizeOf(layer.builder.shapeOf(value));
  return reshaped(
    layer,
    value,
    target.map((side) => (side === -1 ? whole / known : side)),
  );
};

const permute: LayerRule = (layer) => {
  const order = layer.config.numbers('dims').map((axis) => axis - 1);
  return layer.builder.add(layer.name, { kind: 'transpose', order }, [input(layer)]);
};

/** [[top, bottom], [left, right]], or one number, or one per axis. */
function edges({ config }: Layer, key: string): readonly [number, number, number, number] {
  const given = config.get(key);
  const both = typeof given === 'number' ? [given, given] : given;
  if (!Array.isArray(both) || both.length !== 2) throw config.odd(key, given, 'pads of rows and columns');
  const [rows, columns] = both.map((side): number[] => (typeof side === 'number' ? [side, side] : side));
  return [rows[0], columns[0], rows[1], columns[1]];
}

function onImage(layer: Layer, rows: number, columns: number): number[] {
  return layoutOf(layer) === 'channels-last' ? [rows, columns, 0] : [0, rows, columns];
}

const zeroPadding: LayerRule = (layer) => {
  const [top, left, bottom, right] = edges(layer, 'padding');
  return layer.builder.add(
    layer.name,
    { kind: 'pad', before: onImage(layer, top, left), after: onImage(layer, bottom, right), value: 0 },
    [input(layer)],
  );
};

const cropping: LayerRule = (layer) => {
  const [top, left, bottom, right] = edges(layer, 'cropping');
  const value = input(layer);
  const before = onImage(layer, top, left);
  const after = onImage(layer, bottom, right);
  const ranges = layer.builder
    .shapeOf(value)
    .map((side, axis) => ({ from: before[axis], to: side - after[axis], step: 1 }));
  return layer.builder.add(layer.name, { kind: 'slice', ranges }, [value]);
};

const concatenate: LayerRule = (layer) => {
  const axis = axisOf(layer, layer.inputs[0], layer.config.number('axis', -1));
  return layer.builder.add(layer.name, { kind: 'concatenate', axis }, layer.inputs);
};

/** Values put together two by two, from the first on. */
function folded(kind: 'add' | 'multiply' | 'maximum' | 'minimum'): LayerRule {
  return ({ builder, name, inputs }) =>
    inputs.slice(1).reduce((sum, value) => builder.add(name, { kind }, [sum, value]), inputs[0]);
}

const subtract: LayerRule = ({ builder, name, inputs }) => builder.add(name, { kind: 'subtract' }, inputs);

const average: LayerRule = (layer) => {
  const { builder, name, inputs } = layer;
  const count = builder.constant(`${name}/count`, { shape: [], data: Float64Array.of(inputs.length) });
  return builder.add(name, { kind: 'divide' }, [folded('add')(layer), count]);
};

const upsampling: LayerRule = (layer) => {
  layer.config.only('interpolation', 'nearest');
  const factors = layer.config.pair('size', 2);
  return layer.builder.add(layer.name, { kind: 'upsample', factors, layout: layoutOf(layer) }, [
    input(layer),
  ]);
};

const rescaling: LayerRule = (layer) => {
  const { builder, name, config } = layer;
  const number = (key: string, otherwise: number): string =>
    builder.constant(`${name}/${key}`, {
      shape: [],
      data: Float64Array.of(Math.fround(config.number(key, otherwise))),
    });
  const scaled = builder.add(name, { kind: 'multiply' }, [input(layer), number('scale', 1)]);
  return builder.add(name, { kind: 'add' }, [scaled, number('offset', 0)]);
};

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
  ReLU: relu,
  LeakyReLU: leakyRelu,
  PReLU: parametricRelu,
  ELU: elu,
  ThresholdedReLU: thresholdedRelu,
  Softmax: softmax,
  Flatten: flatten,
  Reshape: reshape,
  Permute: permute,
  ZeroPadding2D: zeroPadding,
  Cropping2D: cropping,
  Concatenate: concatenate,
  Add: folded('add'),
  Multiply: folded('multiply'),
  Maximum: folded('maximum'),
  Minimum: folded('minimum'),
  Subtract: subtract,
  Average: average,
  UpSampling2D: upsampling,
  Rescaling: rescaling,
};
