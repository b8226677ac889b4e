import {
  type Arithmetic,
  type Op,
  type Operation,
  pythonRange,
  type Range,
  relu,
  scalar,
} from '../graph/index.js';
import { Config } from './config.js';
import { type Index, lambdaSlice, rangeIndex } from './lambda.js';
import { input, type Layer, type LayerRule } from './layer.js';

const lambda: LayerRule = (layer) => {
  const { config } = layer;
  config.only('function_type', 'lambda');
  config.get('module');
  config.only('output_shape');
  const given = config.get('arguments');
  if (given !== undefined && Object.keys(given as object).length > 0)
    throw config.error('holds a function with arguments', 'Only a pure slice is read.');
  return sliced(layer, lambdaSlice(config.get('function'), config));
};

/** A slice whose first index is that of the batch, taken whole. */
export function sliced(layer: Layer, indices: readonly Index[]): string {
  const { builder, name, config } = layer;
  const value = input(layer);
  const shape = builder.shapeOf(value);
  const [batch, ...rest] = indices;
  const whole =
    typeof batch === 'object' &&
    (batch.start ?? 0) === 0 &&
    batch.stop === undefined &&
    (batch.step ?? 1) === 1;
  if (!whole) throw config.error('slices the batch', 'Take the wafers whole: the first index is a colon.');
  if (rest.length > shape.length)
    throw config.error(
      `slices ${rest.length} axes of ${shape.join('x')}`,
      `Give at most ${shape.length} slices after the colon of the batch.`,
    );
  const ranges = shape.map((side, axis) => range(rest[axis] ?? {}, side));
  const made = builder.add(name, { kind: 'slice', ranges }, [value]);
  if (!rest.some((index) => typeof index === 'number')) return made;
  const kept = builder.shapeOf(made).filter((_, axis) => typeof rest[axis] !== 'number');
  return builder.add(name, { kind: 'reshape', shape: kept }, [made]);
}

function range(index: Index, side: number): Range {
  if (typeof index !== 'number') return pythonRange(side, index.start, index.stop, index.step ?? 1);
  const place = index < 0 ? index + side : index;
  return { from: place, to: place + 1, step: 1 };
}

/** TFOpLambda and SlicingOpLambda: TensorFlow functions that were called on values of the model. @param call its arguments */
export function functionLayer(layer: Layer, call: Readonly<Record<string, unknown>>): string {
  const { builder, name, config } = layer;
  const kind = config.text('function');
  const given = new Config(call, `${config.where}, ${kind}`, config.path);
  given.only('name');
  const [x] = layer.inputs;
  const one = (op: Operation): string => builder.add(name, op, [x]);
  const single = (key: string): number => Math.fround(given.number(key));
  const binary = (kind: Arithmetic): string => {
    const y = layer.inputs[1] ?? builder.constant(`${name}/y`, scalar(single('y')));
    return builder.add(name, { kind }, [x, y]);
  };
  const unary = (of: Op<'function'>['name']): string => one({ kind: 'function', name: of });
  const functions: Readonly<Record<string, () => string>> = {
    'math.add': () => binary('add'),
    '__operators__.add': () => binary('add'),
    'math.subtract': () => binary('subtract'),
    'math.multiply': () => binary('multiply'),
    'math.truediv': () => binary('divide'),
    'math.divide': () => binary('divide'),
    'math.minimum': () => binary('minimum'),
    'math.maximum': () => binary('maximum'),
    'math.floor': () => unary('floor'),
    'math.round': () => unary('round'),
    'math.ceil': () => unary('ceil'),
    'math.negative': () => unary('negate'),
    'math.abs': () => unary('abs'),
    'math.sigmoid': () => unary('sigmoid'),
    'math.tanh': () => unary('tanh'),
    'nn.relu': () => one(relu()),
    clip_by_value: () => one({ kind: 'clip', low: single('clip_value_min'), high: single('clip_value_max') }),
    reshape: () => one({ kind: 'reshape', shape: given.numbers('shape').slice(1) }),
    concat: () => {
      const axis = given.number('axis');
      const inner = axis < 0 ? axis + builder.shapeOf(x).length : axis - 1;
      return builder.add(name, { kind: 'concatenate', axis: inner }, layer.inputs);
    },
    'compat.v1.pad': () => padded(layer, given),
    pad: () => padded(layer, given),
    '__operators__.getitem': () => sliced({ ...layer, inputs: [x] }, sliceSpec(given)),
  };
  const build = functions[kind];
  if (!build)
    throw config.error(
      `calls the TensorFlow function ${kind}, which is not read`,
      'Use a Keras layer for it, or give the model as a frozen graph (.pb).',
    );
  const made = build();
  given.finish();
  return made;
}

function padded({ builder, name, inputs }: Layer, given: Config): string {
  given.only('mode', 'CONSTANT', 'constant');
  const pairs = given.get('paddings');
  if (!Array.isArray(pairs) || !pairs.every((pair) => Array.isArray(pair) && pair.length === 2))
    throw given.odd('paddings', pairs, 'pairs of pads');
  const [batch, ...rest] = pairs as [number, number][];
  if (batch[0] !== 0 || batch[1] !== 0)
    throw given.error('pads the batch', 'Give [0, 0] for the first axis.');
  const [before, after] = [0, 1].map((end) => rest.map((pair) => pair[end]));
  const value = given.number('constant_values', 0);
  return builder.add(name, { kind: 'pad', before, after, value }, [inputs[0]]);
}

function sliceSpec(given: Config): Index[] {
  const spec = given.get('slice_spec');
  const list = Array.isArray(spec) ? spec : [spec];
  return list.map((entry): Index => {
    if (typeof entry === 'number') return entry;
    return rangeIndex(entry ?? {}, () => given.odd('slice_spec', spec, 'indices and ranges of integers'));
  });
}

export const lambdaLayers: Readonly<Record<string, LayerRule>> = { Lambda: lambda };
