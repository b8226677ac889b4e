import type { FunctionOp } from '../graph/index.js';

/** Operations on each number by itself that ONNX and TensorFlow call alike. */
const ELEMENTWISE: Readonly<Record<string, FunctionOp['name']>> = {
  Identity: 'identity',
  Neg: 'negate',
  Abs: 'abs',
  Sign: 'sign',
  Floor: 'floor',
  Ceil: 'ceil',
  Round: 'round',
  Sqrt: 'sqrt',
  Exp: 'exp',
  Log: 'log',
  Erf: 'erf',
  Sigmoid: 'sigmoid',
  Tanh: 'tanh',
  Softplus: 'softplus',
};

/** Their rules. @param rule of a tool for the operation of this name */
export function elementwise<Rule>(rule: (name: FunctionOp['name']) => Rule): Record<string, Rule> {
  return Object.fromEntries(Object.entries(ELEMENTWISE).map(([name, op]) => [name, rule(op)]));
}
