import type { ArithmeticOp, CompareOp, FunctionOp } from '../graph/index.js';
import { type FileGraph, type FileValue, part } from '../reading/file-graph.js';
import { isFloat, type NumberType } from '../reading/number-types.js';
import type { NodeReader, PlainRule } from './node.js';
import { onnxNumberType } from './tensor.js';

function scalar(node: NodeReader, value: number, type: NumberType): FileValue {
  return node.graph.constant(`${node.name}/number`, { shape: [], data: Float64Array.of(value) }, type);
}

/** Two inputs; whole numbers are divided towards zero. */
export function arithmetic(kind: ArithmeticOp['kind']): PlainRule {
  return (node, graph) => {
    const [a, b] = [node.input(0, 'value'), node.input(1, 'value')];
    if (kind !== 'divide' || isFloat(a.type)) return graph.broadcast(node, { kind }, [a, b]);
    const quotient = graph.broadcast(part(node, 'quotient'), { kind }, [a, b]);
    return graph.add(node, { kind: 'function', name: 'truncate' }, [quotient]);
  };
}

/** The rest of a division: with the sign of the divisor, or with that of the number when `fmod`. */
export const modulo: PlainRule = (node, graph) => {
  const inputs = [node.input(0, 'value'), node.input(1, 'value')];
  const name = node.flag('fmod', false) ? 'truncate' : 'floor';
  const quotient = graph.broadcast(part(node, 'quotient'), { kind: 'divide' }, inputs);
  const whole = graph.add(part(node, 'whole'), { kind: 'function', name }, [quotient]);
  const taken = graph.broadcast(part(node, 'taken'), { kind: 'multiply' }, [whole, inputs[1]]);
  return graph.broadcast(node, { kind: 'subtract' }, [inputs[0], taken]);
};

/** Any number of inputs, one after the other. */
export function chained(kind: ArithmeticOp['kind']): PlainRule {
  return (node, graph) => {
    const [first, ...rest] = node.inputs();
    if (!first) throw node.error('has no input');
    return rest.reduce((sum, value) => graph.broadcast(node, { kind }, [sum, value]), first);
  };
}

export const mean: PlainRule = (node, graph) => {
  const sum = chained('add')(node, graph);
  const count = scalar(node, node.node.input.length, sum.type);
  return graph.broadcast(node, { kind: 'divide' }, [sum, count]);
};

export function compare(name: CompareOp['name']): PlainRule {
  return (node, graph) => {
    const inputs = [node.input(0, 'value'), node.input(1, 'value')];
    return graph.broadcast(node, { kind: 'compare', name }, inputs, 'bool');
  };
}

/** Logic on values that are 0 or 1. */
export function logic(kind: 'minimum' | 'maximum'): PlainRule {
  return (node, graph) =>
    graph.broadcast(node, { kind }, [node.input(0, 'value'), node.input(1, 'value')], 'bool');
}

export const not: PlainRule = (node, graph) => {
  const x = node.input(0, 'value');
  return graph.broadcast(node, { kind: 'compare', name: 'equal' }, [x, scalar(node, 0, 'bool')], 'bool');
};

export const where: PlainRule = (node, graph) => {
  const [condition, a, b] = ['condition', 'value', 'value'].map((what, i) => node.input(i, what));
  return graph.broadcast(node, { kind: 'select' }, [condition, a, b], a.type);
};

/** One input, number by number. */
export function named(name: FunctionOp['name']): PlainRule {
  return (node, graph) => graph.add(node, { kind: 'function', name }, [node.input(0, 'value')]);
}

export const reciprocal: PlainRule = (node, graph) => {
  const x = node.input(0, 'value');
  return graph.broadcast(node, { kind: 'divide' }, [scalar(node, 1, x.type), x]);
};

/** Plain, or with the slope `alpha` below zero. */
export function relu(slope: 'none' | 'alpha'): PlainRule {
  return (node, graph) => {
    const negativeSlope = slope === 'none' ? 0 : node.float('alpha', Math.fround(0.01));
    return graph.add(node, { kind: 'relu', negativeSlope, threshold: 0, max: Number.POSITIVE_INFINITY }, [
      node.input(0, 'value'),
    ]);
  };
}

export const parametricRelu: PlainRule = (node, graph) => {
  const [x, slope] = [node.input(0, 'value'), node.input(1, 'slope')];
  return graph.broadcast(node, { kind: 'parametric-relu' }, [x, slope]);
};

/** Limits are attributes before opset 11, inputs from then on; left out: none. */
export const clip: PlainRule = (node, graph) => {
  const x = node.input(0, 'value');
  const limit = (name: string, index: number, none: number): number => {
    if (node.opset < 11) return node.has(name) ? node.float(name) : none;
    const given = node.optional(index);
    return given ? graph.knownNumber(node, given, name) : none;
  };
  const low = limit('min', 1, Number.NEGATIVE_INFINITY);
  const high = limit('max', 2, Number.POSITIVE_INFINITY);
  return graph.add(node, { kind: 'clip', low, high }, [x]);
};

/** From opset 13 along one axis; before over all axes from `axis` on, which is the same for the last one only. */
export const softmax: PlainRule = (node, graph) => {
  const x = node.input(0, 'value');
  const axis = graph.axis(node, x, node.int('axis', node.opset < 13 ? 1 : -1));
  const last = graph.builder.shapeOf(x.value).length - 1;
  if (node.opset < 13 && axis !== last)
    throw node.error('is a softmax over several axes', 'Export the network with opset 13 or later.');
  return graph.add(node, { kind: 'softmax', axis }, [x]);
};

/** Nothing at inference. */
export const dropout: PlainRule = (node, graph) => {
  const x = node.input(0, 'value');
  node.ignore('ratio', 'seed', 1);
  const training = node.optional(2);
  if (training && graph.knownNumber(node, training, 'training mode') !== 0)
    throw node.error(
      'is in training mode',
      'Export the network for inference: model.eval() before torch.onnx.export.',
    );
  node.only('is_test', 1);
  return graph.add(node, { kind: 'function', name: 'identity' }, [x]);
};

export const cast: PlainRule = (node, graph: FileGraph) => {
  const x = node.input(0, 'value');
  node.ignore('saturate', 'round_mode'); // of 8-bit floats only, which are not read
  return graph.cast(node, x, onnxNumberType(node.int('to'), node.text, graph.builder.path));
};

export const castLike: PlainRule = (node, graph) => {
  node.ignore('saturate', 'round_mode');
  return graph.cast(node, node.input(0, 'value'), node.input(1, 'type').type);
};
