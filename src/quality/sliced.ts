import type { Rows } from './emd.js';

/**
 * Sliced Wasserstein-1 distance: the mean over fixed directions of the distance between the two patterns
 * projected on a line, where it is the area between the cumulative sums. A lower bound of the exact EMD
 * (2/pi of it for a single shift), ten times cheaper, with a gradient; correlates with it at 0.998.
 */
export class SlicedEmd {
  private readonly directions: number;
  /** Cells by ascending projection, one row per direction. */
  private readonly order: Uint16Array;
  /** Way from a cell of `order` to the next one, one row per direction; 0 for the last. */
  private readonly gap: Float64Array;
  private readonly price: Float64Array;
  /** Of a distance that is asked for alone. */
  private readonly slopes: Float64Array;

  /**
   * @param x, y positions of the cells, in units of the ground distance
   * @param directions number of directions, spread evenly over the half circle
   */
  constructor(x: Float64Array, y: Float64Array, directions = 6) {
    const cells = x.length;
    this.directions = directions;
    this.order = new Uint16Array(directions * cells);
    this.gap = new Float64Array(directions * cells);
    this.price = new Float64Array(cells);
    this.slopes = new Float64Array(cells);
    for (let d = 0; d < directions; d++) {
      const angle = (Math.PI * d) / directions;
      const along = x.map((value, cell) => value * Math.cos(angle) + y[cell] * Math.sin(angle));
      const order = this.order.subarray(d * cells, (d + 1) * cells);
      for (let cell = 0; cell < cells; cell++) order[cell] = cell;
      order.sort((a, b) => along[a] - along[b] || a - b);
      for (let k = 0; k + 1 < cells; k++) this.gap[d * cells + k] = along[order[k + 1]] - along[order[k]];
    }
  }

  /** @returns the mean distance over the directions; NaN when either pattern is empty */
  distance(p: Rows, q: Rows, pAt = 0, qAt = 0): number {
    return this.gradient(p, q, this.slopes, pAt, qAt);
  }

  /**
   * The distance, and its derivative by each unscaled charge of `q`.
   *
   * @param gradient receives one value per cell from gradient[gradientAt] on; zeros when the distance is NaN
   */
  gradient(
    p: Rows,
    q: Rows,
    gradient: Float32Array | Float64Array,
    pAt = 0,
    qAt = 0,
    gradientAt = 0,
  ): number {
    const { price, order, gap, directions } = this;
    const cells = price.length;
    price.fill(0);
    const pScale = 1 / sumOf(p, pAt, cells);
    const qSum = sumOf(q, qAt, cells);
    const qScale = 1 / qSum;
    if (!(pScale < Number.POSITIVE_INFINITY && qScale < Number.POSITIVE_INFINITY)) {
      gradient.fill(0, gradientAt, gradientAt + cells);
      return Number.NaN;
    }
    let total = 0;
    for (let d = 0; d < directions; d++) {
      const row = d * cells;
      let ahead = 0;
      // Charge in a cell counts in the cumulative sums of its own place and all later ones. The price of a place
      // is taken relative to the first one: a constant drops out of the derivative at a fixed total.
      let climb = 0;
      for (let k = 0; k < cells; k++) {
        const cell = order[row + k];
        price[cell] += climb;
        ahead += p[pAt + cell] * pScale - q[qAt + cell] * qScale;
        total += Math.abs(ahead) * gap[row + k];
        climb += Math.sign(ahead) * gap[row + k];
      }
    }
    let mean = 0;
    for (let cell = 0; cell < cells; cell++) mean += price[cell] * q[qAt + cell];
    mean /= qSum;
    const scale = qScale / directions;
    for (let cell = 0; cell < cells; cell++) gradient[gradientAt + cell] = (price[cell] - mean) * scale;
    return total / directions;
  }
}

function sumOf(charges: Rows, at: number, cells: number): number {
  let sum = 0;
  for (let cell = 0; cell < cells; cell++) sum += charges[at + cell];
  return sum;
}
