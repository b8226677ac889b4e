import { isFloat } from '../../base/index.js';
import { type ActivationFormula, type Arithmetic, formulas, type Op, relu } from '../graph/index.js';
import { type FileGraph, type FileValue, part } from './file-graph.js';
import type { NodeReader, NodeRules } from './node-reader.js';
import { filled } from './sides.js';

/** A rule of one output. */
type Rule = (node: NodeReader, graph: FileGraph) => FileValue;

function two(node: NodeReader): FileValue[] {
  return [node.input(0, 'value'), node.input(1, 'value')];
}

/** Two inputs. @param rounding of a division of whole numbers; of any numbers when it is `floor` */
export function arithmetic(kind: Arithmetic, rounding?: 'floor' | 'truncate'): Rule {
  return (node, graph) => {
    const inputs = two(node);
    const round = rounding === 'floor' || !isFloat(inputs[0].type) ? rounding : undefined;
    const made = graph.broadcast(round ? part(node, 'quotient') : node, { kind }, inputs);
    return round ? graph.add(node, { kind: 'function', name: round }, [made]) : made;
  };
}

/** Any number of inputs, one after the other. */
export function chained(kind: Arithmetic): Rule {
  return (node, graph) => {
    const [first, ...rest] = node.inputs();
    if (!first) throw node.error('has no input');
    return rest.reduce((sum, value) => graph.broadcast(node, { kind }, [sum, value]), first);
  };
}

export function compare(name: Op<'compare'>['name']): Rule {
  return (node, graph) => graph.broadcast(node, { kind: 'compare', name }, two(node), 'bool');
}

/** Logic on values that are 0 or 1. */
export function logic(kind: 'minimum' | 'maximum'): Rule {
  return (node, graph) => graph.broadcast(node, { kind }, two(node), 'bool');
}

export const not: Rule = (node, graph) => {
  const inputs = [node.input(0, 'value'), graph.number(`${node.name}/number`, 0, 'bool')];
  return graph.broadcast(node, { kind: 'compare', name: 'equal' }, inputs, 'bool');
};

export const select: Rule = (node, graph) => {
  const [condition, a, b] = ['condition', 'value', 'value'].map((what, i) => node.input(i, what));
  return graph.broadcast(node, { kind: 'select' }, [condition, a, b], a.type);
};

/** One input, number by number. */
export function named(name: Op<'function'>['name']): Rule {
  return (node, graph) => graph.add(node, { kind: 'function', name }, [node.input(0, 'value')]);
}

/** An activation that is a formula of several operations. */
export function written(formula: ActivationFormula): Rule {
  return (node, graph) => graph.formula(node, node.input(0, 'value'), formula);
}

/** 1 / x, or 1 / sqrt(x). */
export function reciprocal(of: 'number' | 'root'): Rule {
  return (node, graph) => {
    const x = node.input(0, 'value');
    const below = of === 'root' ? graph.add(part(node, 'root'), { kind: 'function', name: 'sqrt' }, [x]) : x;
    return graph.broadcast(node, { kind: 'divide' }, [graph.number(`${node.name}/number`, 1, x.type), below]);
  };
}

export function limited(max?: number): Rule {
  return (node, graph) => graph.add(node, relu(0, max), [node.input(0, 'value')]);
}

/** @param slope below zero when the attribute alpha does not tell it */
export function leaky(slope: number): Rule {
  return (node, graph) =>
    graph.add(node, relu(node.float('alpha', Math.fround(slope))), [node.input(0, 'value')]);
}

/** Repeats a value by broadcasting. */
export const expand: Rule = (node, graph) => {
  const x = node.input(0, 'value');
  return graph.expand(node, x, graph.knownIntegers(node, node.input(1, 'shape'), 'shape'));
};

/** start, start + step, .. below (for a negative step: above) the limit, which are the three inputs. */
export const range: Rule = (node, graph) => {
  const inputs = ['start', 'limit', 'step'].map((what, i) => node.input(i, what));
  const [start, limit, step] = inputs.map((input) => graph.knownNumber(node, input, 'range'));
  const length = Math.max(0, Math.ceil((limit - start) / step));
  return filled(node, [length], inputs[0].type, (i) => start + i * step);
};

/** Operations that ONNX and TensorFlow call alike. */
export const alike: NodeRules = {
  Add: arithmetic('add'),
  Sub: arithmetic('subtract'),
  Mul: arithmetic('multiply'),
  Pow: arithmetic('power'),
  Reciprocal: reciprocal('number'),
  Relu: limited(),
  Softsign: written(formulas.softsign),
  Identity: named('identity'),
  Neg: named('negate'),
  Abs: named('abs'),
  Sign: named('sign'),
  Floor: named('floor'),
  Ceil: named('ceil'),
  Round: named('round'),
  Sqrt: named('sqrt'),
  Exp: named('exp'),
  Log: named('log'),
  Erf: named('erf'),
  Sigmoid: named('sigmoid'),
  Tanh: named('tanh'),
  Softplus: named('softplus'),
};
