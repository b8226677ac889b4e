import { EconError } from '../../base/index.js';

/** Which bits are connected. */
export class Nets {
  private readonly parent: Int32Array;

  constructor(count: number) {
    this.parent = new Int32Array(count);
    for (let i = 0; i < count; i++) this.parent[i] = i;
  }

  /** The bit that stands for all that are connected with this one. */
  find(bit: number): number {
    const { parent } = this;
    let root = bit;
    while (parent[root] !== root) root = parent[root];
    for (let b = bit; parent[b] !== root; ) {
      const next = parent[b];
      parent[b] = root;
      b = next;
    }
    return root;
  }

  /** The representative of every bit. */
  roots(): Int32Array {
    const { parent } = this;
    // A root has the smallest number of its bits, so what a bit points to has been visited before it.
    for (let bit = 0; bit < parent.length; bit++) parent[bit] = parent[parent[bit]];
    return parent;
  }

  /** Connects two bits. @throws EconError simulation/short-circuit for the two constants */
  join(a: number, b: number, where: () => string): void {
    const x = this.find(a);
    const y = this.find(b);
    if (x === y) return;
    if (x < 2 && y < 2) {
      throw new EconError({
        code: 'simulation/short-circuit',
        where: where(),
        what: 'this net is connected to constant 0 and to constant 1.',
        remedy: 'Remove one of the drivers.',
      });
    }
    // Constants have the smallest numbers and stay representatives.
    this.parent[Math.max(x, y)] = Math.min(x, y);
  }
}
