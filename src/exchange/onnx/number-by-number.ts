import { type ActivationFormula, formulas } from '../graph/index.js';
import { part } from '../reading/file-graph.js';
import * as shared from '../reading/shared-rules.js';
import type { OnnxReader, OnnxRule, OnnxRules } from './node.js';
import { onnxNumberType } from './tensor.js';

const f = Math.fround;

/** The formula that the attributes of a node choose. */
function chosen(choose: (node: OnnxReader) => ActivationFormula): OnnxRule {
  return (node, graph) => shared.written(choose(node))(node, graph);
}

export const numberByNumber: OnnxRules = {
  Div: shared.arithmetic('divide', 'truncate'),
  Min: shared.chained('minimum'),
  Max: shared.chained('maximum'),
  Sum: shared.chained('add'),
  Less: shared.compare('less'),
  LessOrEqual: shared.compare('less-equal'),
  Greater: shared.compare('greater'),
  GreaterOrEqual: shared.compare('greater-equal'),
  Equal: shared.compare('equal'),
  And: shared.logic('minimum'),
  Or: shared.logic('maximum'),
  Not: shared.not,
  Where: shared.select,
  ...shared.alike,
  LeakyRelu: shared.leaky(0.01),
  ThresholdedRelu: chosen((node) => formulas.thresholded(node.float('alpha', 1))),
  Elu: chosen((node) => formulas.elu(node.float('alpha', 1))),
  Selu: chosen((node) =>
    formulas.elu(node.float('alpha', f(1.6732632423543772)), node.float('gamma', f(1.0507009873554805))),
  ),
  Celu: chosen((node) => formulas.celu(node.float('alpha', 1))),
  Gelu: chosen((node) => {
    const way = node.string('approximate', 'none');
    if (way !== 'none' && way !== 'tanh') throw node.error(`is approximated by ${way}`);
    return formulas.gelu(way === 'none' ? 'erf' : 'tanh');
  }),
  Swish: chosen((node) => formulas.silu(node.float('alpha', 1))),
  HardSigmoid: chosen((node) => formulas.hardSigmoid(node.float('alpha', f(0.2)), node.float('beta', 0.5))),
  HardSwish: shared.written(formulas.hardSwish),
  Mish: shared.written(formulas.mish),

  /** The rest of a division: with the sign of the divisor, or with that of the number when `fmod`. */
  Mod: (node, graph) => {
    const inputs = [node.input(0, 'value'), node.input(1, 'value')];
    const name = node.flag('fmod', false) ? 'truncate' : 'floor';
    const quotient = graph.broadcast(part(node, 'quotient'), { kind: 'divide' }, inputs);
    const whole = graph.add(part(node, 'whole'), { kind: 'function', name }, [quotient]);
    const taken = graph.broadcast(part(node, 'taken'), { kind: 'multiply' }, [whole, inputs[1]]);
    return graph.broadcast(node, { kind: 'subtract' }, [inputs[0], taken]);
  },

  Mean: (node, graph) => {
    const sum = shared.chained('add')(node, graph);
    const count = graph.number(`${node.name}/number`, node.count, sum.type);
    return graph.broadcast(node, { kind: 'divide' }, [sum, count]);
  },

  PRelu: (node, graph) => {
    const [x, slope] = [node.input(0, 'value'), node.input(1, 'slope')];
    return graph.broadcast(node, { kind: 'parametric-relu' }, [x, slope]);
  },

  /** Limits are attributes before opset 11, inputs from then on; left out: none. */
  Clip: (node, graph) => {
    const x = node.input(0, 'value');
    const limit = (name: string, index: number, none: number): number => {
      if (node.opset < 11) return node.has(name) ? node.float(name) : none;
      const given = node.optional(index);
      return given ? graph.knownNumber(node, given, name) : none;
    };
    const low = limit('min', 1, Number.NEGATIVE_INFINITY);
    const high = limit('max', 2, Number.POSITIVE_INFINITY);
    return graph.add(node, { kind: 'clip', low, high }, [x]);
  },

  /** From opset 13 along one axis; before over all axes from `axis` on, which is the same for the last one only. */
  Softmax: (node, graph) => {
    const x = node.input(0, 'value');
    const axis = graph.axis(node, x, node.int('axis', node.opset < 13 ? 1 : -1));
    const last = graph.builder.shapeOf(x.value).length - 1;
    if (node.opset < 13 && axis !== last)
      throw node.error('is a softmax over several axes', 'Export the network with opset 13 or later.');
    return graph.add(node, { kind: 'softmax', axis }, [x]);
  },

  /** Nothing at inference. */
  Dropout: (node, graph) => {
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
  },

  Cast: (node, graph) => {
    const x = node.input(0, 'value');
    node.ignore('saturate', 'round_mode'); // of 8-bit floats only, which are not read
    return graph.cast(node, x, onnxNumberType(node.int('to'), node.text, graph.builder.path));
  },

  CastLike: (node, graph) => {
    node.ignore('saturate', 'round_mode');
    return graph.cast(node, node.input(0, 'value'), node.input(1, 'type').type);
  },
};
