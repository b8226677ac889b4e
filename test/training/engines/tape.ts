/**
 * Reverse-mode differentiation of scalars in float64, one node per operation: an oracle that shares no code and no
 * structure with the engines. A straight-through node has a derivative that is not the derivative of its value.
 */
export class Tape {
  readonly value: number[] = [];
  private readonly parents: number[][] = [];
  private readonly slopes: number[][] = [];

  leaf(value: number): number {
    return this.node(value, [], []);
  }

  node(value: number, parents: number[], slopes: number[]): number {
    this.parents.push(parents);
    this.slopes.push(slopes);
    return this.value.push(value) - 1;
  }

  sum(terms: number[]): number {
    return this.node(
      terms.reduce((s, t) => s + this.value[t], 0),
      terms,
      terms.map(() => 1),
    );
  }

  product(a: number, b: number): number {
    return this.node(this.value[a] * this.value[b], [a, b], [this.value[b], this.value[a]]);
  }

  scale(a: number, k: number): number {
    return this.node(this.value[a] * k, [a], [k]);
  }

  /** Value of f, derivative 1. */
  straightThrough(a: number, f: (value: number) => number): number {
    return this.node(f(this.value[a]), [a], [1]);
  }

  rectify(a: number): number {
    return this.node(Math.max(0, this.value[a]), [a], [this.value[a] > 0 ? 1 : 0]);
  }

  exp(a: number): number {
    const e = Math.exp(this.value[a]);
    return this.node(e, [a], [e]);
  }

  quotient(a: number, b: number): number {
    const [p, q] = [this.value[a], this.value[b]];
    return this.node(p / q, [a, b], [1 / q, -p / (q * q)]);
  }

  /** Derivative of node `of` by every node. `gate` may change the derivative that arrives at a node. */
  gradient(of: number, gate: Map<number, (g: number) => number> = new Map()): Float64Array {
    const g = new Float64Array(this.value.length);
    g[of] = 1;
    for (let i = of; i >= 0; i--) {
      const f = gate.get(i);
      if (f) g[i] = f(g[i]);
      if (g[i] === 0) continue;
      for (let p = 0; p < this.parents[i].length; p++) g[this.parents[i][p]] += g[i] * this.slopes[i][p];
    }
    return g;
  }
}
