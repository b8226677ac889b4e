import type { GraphBuilder } from './graph-builder.js';
import type { Arithmetic, Op } from './operation.js';
import { scalar } from './tensor.js';

/** Arithmetic on one value of a graph, as the definition of an activation is written; numbers stand for themselves. */
class Formula {
  constructor(
    private readonly builder: GraphBuilder,
    private readonly name: string,
    readonly x: string,
  ) {}

  of(name: Op<'function'>['name'], a: string): string {
    return this.builder.add(`${this.name}/${name}`, { kind: 'function', name }, [a]);
  }

  by(kind: Arithmetic, a: string | number, b: string | number): string {
    return this.builder.add(`${this.name}/${kind}`, { kind }, [this.value(a), this.value(b)]);
  }

  clip(low: number, high: number, a: string): string {
    return this.builder.add(`${this.name}/clip`, { kind: 'clip', low, high }, [a]);
  }

  /** One thing where x is above `least`, else another. */
  above(least: number, above: string, below: string | number): string {
    const compare = { kind: 'compare', name: 'greater' } as const;
    const condition = this.builder.add(`${this.name}/greater`, compare, [this.x, this.value(least)]);
    return this.builder.add(this.name, { kind: 'select' }, [condition, above, this.value(below)]);
  }

  private value(a: string | number): string {
    return typeof a === 'number' ? this.builder.constant(`${this.name}/number`, scalar(a)) : a;
  }
}

/** An activation made of several operations. @returns name of its value */
export type ActivationFormula = (builder: GraphBuilder, name: string, x: string) => string;

function formula(write: (f: Formula) => string): ActivationFormula {
  return (builder, name, x) => write(new Formula(builder, name, x));
}

/** scale times x, or times alpha * (exp(x) - 1) below zero. */
export function elu(alpha = 1, scale = 1): ActivationFormula {
  return formula((f) => {
    const below = f.by('multiply', alpha, f.by('subtract', f.of('exp', f.x), 1));
    const whole = scale === 1 ? [f.x, below] : [f.x, below].map((part) => f.by('multiply', scale, part));
    return f.above(0, whole[0], whole[1]);
  });
}

export const selu = elu(1.6732632423543772, 1.0507009873554805);

/** alpha * (exp(x / alpha) - 1) below zero. */
export function celu(alpha: number): ActivationFormula {
  return formula((f) => {
    const curve = f.by('subtract', f.of('exp', f.by('divide', f.x, alpha)), 1);
    return f.above(0, f.x, f.by('multiply', alpha, curve));
  });
}

/** x times the normal distribution up to x, by erf or by tanh. */
export function gelu(way: 'erf' | 'tanh'): ActivationFormula {
  return formula((f) => {
    const cube = (): string => f.by('multiply', f.x, f.by('multiply', f.x, f.x));
    const bent = (): string => f.by('add', f.x, f.by('multiply', 0.044715, cube()));
    const share =
      way === 'erf'
        ? f.of('erf', f.by('divide', f.x, Math.SQRT2))
        : f.of('tanh', f.by('multiply', Math.sqrt(2 / Math.PI), bent()));
    return f.by('multiply', f.by('multiply', 0.5, f.x), f.by('add', 1, share));
  });
}

/** x * sigmoid(beta * x), which is called swish, too. */
export function silu(beta = 1): ActivationFormula {
  return formula((f) =>
    f.by('multiply', f.x, f.of('sigmoid', beta === 1 ? f.x : f.by('multiply', beta, f.x))),
  );
}

/** slope * x + offset within 0..1. */
export function hardSigmoid(slope: number, offset = 0.5): ActivationFormula {
  return formula((f) => f.clip(0, 1, f.by('add', f.by('multiply', f.x, slope), offset)));
}

/** Twice that of 1/2, less 1: x within -1..1. */
export const hardTanh = formula((f) => f.clip(-1, 1, f.x));

/** x * max(0, min(1, x / 6 + 1 / 2)). */
export const hardSwish = formula((f) =>
  f.by('multiply', f.x, f.clip(0, 1, f.by('add', f.by('multiply', f.x, 1 / 6), 0.5))),
);

/** x / (1 + |x|). */
export const softsign = formula((f) => f.by('divide', f.x, f.by('add', 1, f.of('abs', f.x))));

/** x * tanh(softplus(x)). */
export const mish = formula((f) => f.by('multiply', f.x, f.of('tanh', f.of('softplus', f.x))));

/** x above a threshold, else 0. */
export function thresholded(least: number): ActivationFormula {
  return formula((f) => f.above(least, f.x, 0));
}
