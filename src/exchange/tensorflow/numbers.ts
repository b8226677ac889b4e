import { type Arithmetic, formulas, type Op } from '../graph/index.js';
import { type FileValue, part } from '../reading/file-graph.js';
import * as shared from '../reading/shared-rules.js';
import type { TensorflowRule, TensorflowRules } from './node.js';

function compared(name: Op<'compare'>['name']): TensorflowRule {
  return (node, graph) => {
    node.ignore('incompatible_shape_error');
    return shared.compare(name)(node, graph);
  };
}

/** Steps between two limits, as training with fake quantisation leaves them in the graph; limits are attributes or inputs. */
function fakeQuantise(limits: 'attributes' | 'inputs'): TensorflowRule {
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
    const step = (name: string, kind: Arithmetic, a: FileValue, b: FileValue): FileValue =>
      graph.broadcast(part(node, name), { kind }, [a, b]);
    const below = step('minimum', 'minimum', x, table(high, 'high'));
    const clipped = step('maximum', 'maximum', below, table(low, 'low'));
    const moved = step('moved', 'subtract', clipped, table(low, 'low'));
    const steps = step('steps', 'multiply', moved, table(inverse, 'inverse'));
    const half = step('half', 'add', steps, graph.number(`${node.name}/number`, 0.5, x.type));
    const whole = graph.add(part(node, 'whole'), { kind: 'function', name: 'floor' }, [half]);
    const back = step('scaled', 'multiply', whole, table(scale, 'scale'));
    return graph.broadcast(node, { kind: 'add' }, [back, table(low, 'low')]);
  };
}

export const numbers: TensorflowRules = {
  AddV2: shared.arithmetic('add'),
  AddN: shared.chained('add'),
  RealDiv: shared.arithmetic('divide'),
  Div: shared.arithmetic('divide', 'truncate'),
  FloorDiv: shared.arithmetic('divide', 'floor'),
  Maximum: shared.arithmetic('maximum'),
  Minimum: shared.arithmetic('minimum'),
  Less: compared('less'),
  LessEqual: compared('less-equal'),
  Greater: compared('greater'),
  GreaterEqual: compared('greater-equal'),
  Equal: compared('equal'),
  NotEqual: compared('not-equal'),
  LogicalAnd: shared.logic('minimum'),
  LogicalOr: shared.logic('maximum'),
  LogicalNot: shared.not,
  Select: shared.select,
  SelectV2: shared.select,
  ...shared.alike,
  Snapshot: shared.named('identity'),
  StopGradient: shared.named('identity'),
  PreventGradient: shared.named('identity'),
  CheckNumerics: shared.named('identity'),
  Rint: shared.named('round'),
  Inv: shared.reciprocal('number'),
  Rsqrt: shared.reciprocal('root'),
  Relu6: shared.limited(6),
  LeakyRelu: shared.leaky(0.2),
  Elu: shared.written(formulas.elu()),
  Selu: shared.written(formulas.selu),
  FakeQuantWithMinMaxArgs: fakeQuantise('attributes'),
  FakeQuantWithMinMaxVars: fakeQuantise('inputs'),
  FakeQuantWithMinMaxVarsPerChannel: fakeQuantise('inputs'),

  /** One that is no input: its default. */
  PlaceholderWithDefault: (node, graph) => {
    node.ignore('shape');
    return graph.add(node, { kind: 'function', name: 'identity' }, [node.input(0, 'default')]);
  },

  IdentityN: (node, graph) =>
    node.inputs().map((x) => graph.add(node, { kind: 'function', name: 'identity' }, [x])),

  SquaredDifference: (node, graph) => {
    const inputs = [node.input(0, 'value'), node.input(1, 'value')];
    const difference = graph.broadcast(part(node, 'difference'), { kind: 'subtract' }, inputs);
    return graph.broadcast(node, { kind: 'multiply' }, [difference, difference]);
  },

  Square: (node, graph) => {
    const x = node.input(0, 'value');
    return graph.broadcast(node, { kind: 'multiply' }, [x, x]);
  },

  ClipByValue: (node, graph) => {
    const [x, low, high] = ['value', 'lower limit', 'upper limit'].map((what, i) => node.input(i, what));
    const below = graph.broadcast(part(node, 'minimum'), { kind: 'minimum' }, [x, high]);
    return graph.broadcast(node, { kind: 'maximum' }, [below, low]);
  },

  Softmax: (node, graph) => {
    const x = node.input(0, 'value');
    return graph.add(node, { kind: 'softmax', axis: graph.axis(node, x, -1) }, [x]);
  },

  Cast: (node, graph) => {
    if (node.flag('Truncate', false)) throw node.error('truncates floating-point numbers');
    return graph.cast(node, node.input(0, 'value'), node.type('DstT', 'float32'));
  },
};
