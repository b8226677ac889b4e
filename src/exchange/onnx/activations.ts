import { type ActivationFormula, formulas } from '../graph/index.js';
import type { NodeReader, PlainRule } from './node.js';

/** A rule of the formula that the attributes of a node choose. */
function written(choose: (node: NodeReader) => ActivationFormula): PlainRule {
  return (node, graph) => graph.formula(node, node.input(0, 'value'), choose(node));
}

const f = Math.fround;

export const elu = written((node) => formulas.elu(node.float('alpha', 1)));
export const selu = written((node) =>
  formulas.elu(node.float('alpha', f(1.6732632423543772)), node.float('gamma', f(1.0507009873554805))),
);
export const celu = written((node) => formulas.celu(node.float('alpha', 1)));
export const gelu = written((node) => {
  const way = node.string('approximate', 'none');
  if (way !== 'none' && way !== 'tanh') throw node.error(`is approximated by ${way}`);
  return formulas.gelu(way === 'none' ? 'erf' : 'tanh');
});
export const swish = written((node) => formulas.silu(node.float('alpha', 1)));
export const hardSigmoid = written((node) =>
  formulas.hardSigmoid(node.float('alpha', f(0.2)), node.float('beta', 0.5)),
);
export const hardSwish = written(() => formulas.hardSwish);
export const softsign = written(() => formulas.softsign);
export const mish = written(() => formulas.mish);
export const thresholdedRelu = written((node) => formulas.thresholded(node.float('alpha', 1)));
