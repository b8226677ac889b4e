import type { ArithmeticOp, FunctionOp } from '../graph/index.js';
import { type FileValue, part } from '../reading/file-graph.js';
import type { NodeReader, PlainRule } from './node.js';

/** Arithmetic on the value of a node, as its definition is written; numbers stand for themselves. */
class Formula {
  constructor(private readonly node: NodeReader) {}

  get x(): FileValue {
    return this.node.input(0, 'value');
  }

  of(name: FunctionOp['name'], a: FileValue): FileValue {
    return this.node.graph.add(part(this.node, name), { kind: 'function', name }, [a]);
  }

  by(kind: ArithmeticOp['kind'], a: FileValue | number, b: FileValue | number): FileValue {
    return this.node.graph.broadcast(part(this.node, kind), { kind }, [this.value(a), this.value(b)]);
  }

  /** Below zero one thing, else another. */
  below(negative: FileValue, above: FileValue): FileValue {
    const { graph } = this.node;
    const compare = { kind: 'compare', name: 'less' } as const;
    const condition = graph.broadcast(part(this.node, 'less'), compare, [this.x, this.value(0)], 'bool');
    return graph.broadcast(this.node, { kind: 'select' }, [condition, negative, above], above.type);
  }

  private value(a: FileValue | number): FileValue {
    if (typeof a !== 'number') return a;
    const name = `${this.node.name}/number`;
    return this.node.graph.constant(name, { shape: [], data: Float64Array.of(a) }, this.x.type);
  }
}

/** alpha * (exp(x) - 1) below zero. */
export const elu: PlainRule = (node) => {
  const f = new Formula(node);
  const alpha = node.float('alpha', 1);
  return f.below(f.by('multiply', alpha, f.by('subtract', f.of('exp', f.x), 1)), f.x);
};

/** gamma times x, or times alpha * (exp(x) - 1) below zero. */
export const selu: PlainRule = (node) => {
  const f = new Formula(node);
  const alpha = node.float('alpha', 1.6732632423543772);
  const gamma = node.float('gamma', 1.0507009873554805);
  const negative = f.by('multiply', alpha, f.by('subtract', f.of('exp', f.x), 1));
  return f.below(f.by('multiply', gamma, negative), f.by('multiply', gamma, f.x));
};

/** alpha * (exp(x / alpha) - 1) below zero. */
export const celu: PlainRule = (node) => {
  const f = new Formula(node);
  const alpha = node.float('alpha', 1);
  const negative = f.by('subtract', f.of('exp', f.by('divide', f.x, alpha)), 1);
  return f.below(f.by('multiply', alpha, negative), f.x);
};

/** x times the normal distribution up to x, by erf or by tanh. */
export const gelu: PlainRule = (node) => {
  const f = new Formula(node);
  const way = node.string('approximate', 'none');
  if (way !== 'none' && way !== 'tanh') throw node.error(`is approximated by ${way}`);
  const cube = (): FileValue => f.by('multiply', f.x, f.by('multiply', f.x, f.x));
  const bent = (): FileValue => f.by('add', f.x, f.by('multiply', 0.044715, cube()));
  const share =
    way === 'none'
      ? f.of('erf', f.by('divide', f.x, Math.SQRT2))
      : f.of('tanh', f.by('multiply', Math.sqrt(2 / Math.PI), bent()));
  return f.by('multiply', f.by('multiply', 0.5, f.x), f.by('add', 1, share));
};

/** x * max(0, min(1, x / 6 + 1 / 2)). */
export const hardSwish: PlainRule = (node) => {
  const f = new Formula(node);
  const line = f.by('add', f.by('multiply', f.x, 1 / 6), 0.5);
  return f.by('multiply', f.x, f.by('maximum', 0, f.by('minimum', 1, line)));
};

/** x / (1 + |x|). */
export const softsign: PlainRule = (node) => {
  const f = new Formula(node);
  return f.by('divide', f.x, f.by('add', 1, f.of('abs', f.x)));
};

/** x * tanh(softplus(x)). */
export const mish: PlainRule = (node) => {
  const f = new Formula(node);
  return f.by('multiply', f.x, f.of('tanh', f.of('softplus', f.x)));
};
