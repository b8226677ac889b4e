import type { ActivationFormula, ArithmeticOp, CompareOp, FunctionOp } from '../graph/index.js';
import { type FileValue, part } from '../reading/file-graph.js';
import { isFloat, type NumberType } from '../reading/number-types.js';
import type { NodeReader, NodeRule } from './node.js';

function scalar(node: NodeReader, value: number, type: NumberType): FileValue {
  return node.graph.constant(`${node.name}/number`, { shape: [], data: Float64Array.of(value) }, type);
}

/** Two inputs. `rounding` of a division of whole numbers. */
export function arithmetic(kind: ArithmeticOp['kind'], rounding?: 'floor' | 'truncate'): NodeRule {
  return (node, graph) => {
    const [a, b] = [node.input(0, 'value'), node.input(1, 'value')];
    const round = rounding && (rounding === 'floor' || !isFloat(a.type)) ? rounding : undefined;
    const made = graph.broadcast(round ? part(node, 'quotient') : node, { kind }, [a, b]);
    return round ? graph.add(node, { kind: 'function', name: round }, [made]) : made;
  };
}

/** Any number of inputs. */
export const addAll: NodeRule = (node, graph) => {
  const [first, ...rest] = node.inputs();
  if (!first) throw node.error('has no input');
  return rest.reduce((sum, value) => graph.broadcast(node, { kind: 'add' }, [sum, value]), first);
};

export const squaredDifference: NodeRule = (node, graph) => {
  const inputs = [node.input(0, 'value'), node.input(1, 'value')];
  const difference = graph.broadcast(part(node, 'difference'), { kind: 'subtract' }, inputs);
  return graph.broadcast(node, { kind: 'multiply' }, [difference, difference]);
};

export const square: NodeRule = (node, graph) => {
  const x = node.input(0, 'value');
  return graph.broadcast(node, { kind: 'multiply' }, [x, x]);
};

export function compare(name: CompareOp['name']): NodeRule {
  return (node, graph) => {
    node.ignore('incompatible_shape_error');
    const inputs = [node.input(0, 'value'), node.input(1, 'value')];
    return graph.broadcast(node, { kind: 'compare', name }, inputs, 'bool');
  };
}

/** Logic on values that are 0 or 1. */
export function logic(kind: 'minimum' | 'maximum'): NodeRule {
  return (node, graph) =>
    graph.broadcast(node, { kind }, [node.input(0, 'value'), node.input(1, 'value')], 'bool');
}

export const not: NodeRule = (node, graph) => {
  const x = node.input(0, 'value');
  return graph.broadcast(node, { kind: 'compare', name: 'equal' }, [x, scalar(node, 0, 'bool')], 'bool');
};

export const select: NodeRule = (node, graph) => {
  const [condition, a, b] = ['condition', 'value', 'value'].map((what, i) => node.input(i, what));
  return graph.broadcast(node, { kind: 'select' }, [condition, a, b], a.type);
};

/** One input, number by number. */
export function named(name: FunctionOp['name']): NodeRule {
  return (node, graph) => graph.add(node, { kind: 'function', name }, [node.input(0, 'value')]);
}

/** An activation that is a formula of several operations. */
export function written(formula: ActivationFormula): NodeRule {
  return (node, graph) => graph.formula(node, node.input(0, 'value'), formula);
}

export const identities: NodeRule = (node, graph) =>
  node.inputs().map((x) => graph.add(node, { kind: 'function', name: 'identity' }, [x]));

/** 1 / x, or 1 / sqrt(x). */
export function reciprocal(root: boolean): NodeRule {
  return (node, graph) => {
    const x = node.input(0, 'value');
    const below = root ? graph.add(part(node, 'root'), { kind: 'function', name: 'sqrt' }, [x]) : x;
    return graph.broadcast(node, { kind: 'divide' }, [scalar(node, 1, x.type), below], x.type);
  };
}

export function relu(max: number): NodeRule {
  return (node, graph) =>
    graph.add(node, { kind: 'relu', negativeSlope: 0, threshold: 0, max }, [node.input(0, 'value')]);
}

export const leakyRelu: NodeRule = (node, graph) =>
  graph.add(
    node,
    {
      kind: 'relu',
      negativeSlope: node.float('alpha', Math.fround(0.2)),
      threshold: 0,
      max: Number.POSITIVE_INFINITY,
    },
    [node.input(0, 'value')],
  );

export const clip: NodeRule = (node, graph) => {
  const [x, low, high] = ['value', 'lower limit', 'upper limit'].map((what, i) => node.input(i, what));
  const below = graph.broadcast(part(node, 'minimum'), { kind: 'minimum' }, [x, high]);
  return graph.broadcast(node, { kind: 'maximum' }, [below, low]);
};

export const softmax: NodeRule = (node, graph) => {
  const x = node.input(0, 'value');
  return graph.add(node, { kind: 'softmax', axis: graph.axis(node, x, -1) }, [x]);
};

export const cast: NodeRule = (node, graph) => {
  if (node.flag('Truncate', false)) throw node.error('truncates floating-point numbers');
  return graph.cast(node, node.input(0, 'value'), node.type('DstT', 'float32'));
};

/** Steps between two limits, as training with fake quantisation leaves them in the graph; limits are attributes or inputs. */
export function fakeQuantise(limits: 'attributes' | 'inputs'): NodeRule {
  return (node, graph) => {
    const x = node.input(0, 'value');
    const [least, most] =
      limits === 'attributes'
        ? [Float64Array.of(node.float('min', -6)), Float64Array.of(node.float('max', 6))]
        : [1, 2].map((i) => graph.known(node, node.input(i, 'limit'), 'limit').data);
    const bits = node.int('num_bits', 8);
    const qmin = node.flag('narrow_range', false) ? 1 : 0;
    const qmax = 2 ** bits - 1;
    const f = Math.fround;
    const table = (of: (i: number) => number, name: string): FileValue =>
      graph.constant(
        `${node.name}/${name}`,
        { shape: least.length === 1 ? [] : [least.length], data: least.map((_, i) => of(i)) },
        x.type,
      );
    // The limits move so that 0 is one of the steps (TensorFlow: nudged).
    const scale = (i: number): number => f(f(most[i] - least[i]) / (qmax - qmin));
    const zero = (i: number): number => {
      const at = f(qmin - f(least[i] / scale(i)));
      return at < qmin ? qmin : at > qmax ? qmax : Math.floor(f(at + 0.5));
    };
    const low = (i: number): number => f(f(qmin - zero(i)) * scale(i));
    const high = (i: number): number => f(f(qmax - zero(i)) * scale(i));
    const inverse = (i: number): number => f(1 / scale(i));
    const step = (name: string, kind: ArithmeticOp['kind'], a: FileValue, b: FileValue): FileValue =>
      graph.broadcast(part(node, name), { kind }, [a, b]);
    const below = step('minimum', 'minimum', x, table(high, 'high'));
    const clipped = step('maximum', 'maximum', below, table(low, 'low'));
    const moved = step('moved', 'subtract', clipped, table(low, 'low'));
    const steps = step('steps', 'multiply', moved, table(inverse, 'inverse'));
    const half = step('half', 'add', steps, scalar(node, 0.5, x.type));
    const whole = graph.add(part(node, 'whole'), { kind: 'function', name: 'floor' }, [half]);
    const back = step('scaled', 'multiply', whole, table(scale, 'scale'));
    return graph.broadcast(node, { kind: 'add' }, [back, table(low, 'low')]);
  };
}
