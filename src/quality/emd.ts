import { EconError } from '../base/index.js';
import { TransportSimplex } from './transport-simplex.js';

/** Rows of numbers, one wafer after another. */
export type Rows = Float32Array | Float64Array | Uint32Array | Int32Array | Uint16Array | Uint8Array;

/** Share of the charge below which a difference is rounding and not transport. */
const NOTHING = 1e-15;

/**
 * Exact earth mover's distance between two charge patterns on the same cells, each scaled to the sum 1, and
 * its exact gradient. Because the ground distance is a metric, charge that both patterns have in a cell stays
 * there, so at most cells/2 sources by cells/2 sinks remain. No memory is taken per pair.
 */
export class Emd {
  /** Pivots since construction: what the work was, for benchmarks. */
  pivots = 0;

  private readonly simplex: TransportSimplex;
  /** Cell of each source and of each sink of the pair at hand. */
  private readonly sourceCell: Int32Array;
  private readonly sinkCell: Int32Array;
  /** Position of a cell among the sources (n), among the sinks (-1 - n), or 0x7fff when it is neither. */
  private readonly place: Int16Array;
  /** All ordered pairs of cells by ascending distance. */
  private readonly pairFrom: Uint8Array;
  private readonly pairTo: Uint8Array;
  /** The pairs of a source and a sink among them, as nodes of the simplex. */
  private readonly arcFrom: Uint8Array;
  private readonly arcTo: Uint8Array;
  private readonly price: Float64Array;
  private sources = 0;
  private sinks = 0;

  /**
   * @param ground cells*cells ground distances, row-major
   * @throws EconError when `ground` is not a metric (the cancellation of common charge would be wrong)
   */
  constructor(
    private readonly ground: Float64Array,
    private readonly cells: number,
  ) {
    checkMetric(ground, cells);
    this.simplex = new TransportSimplex(cells);
    this.sourceCell = new Int32Array(cells);
    this.sinkCell = new Int32Array(cells);
    this.place = new Int16Array(cells);
    this.price = new Float64Array(cells);
    const pairs = Array.from(ground.keys()).filter((pair) => pair % (cells + 1) !== 0);
    pairs.sort((a, b) => ground[a] - ground[b] || a - b);
    this.pairFrom = Uint8Array.from(pairs, (pair) => Math.floor(pair / cells));
    this.pairTo = Uint8Array.from(pairs, (pair) => pair % cells);
    this.arcFrom = new Uint8Array(pairs.length);
    this.arcTo = new Uint8Array(pairs.length);
  }

  /**
   * @param p charges, >= 0; the pattern starts at p[pAt]
   * @param q charges, >= 0; the pattern starts at q[qAt]
   * @returns the distance in the units of the ground distance; NaN when either pattern is empty
   * @throws EconError on a negative charge, NaN or infinity
   */
  distance(p: Rows, q: Rows, pAt = 0, qAt = 0): number {
    const pSum = this.sum(p, pAt);
    const qSum = this.sum(q, qAt);
    if (pSum === 0 || qSum === 0) return Number.NaN;
    this.cancel(p, q, pAt, qAt, pSum, qSum);
    if (this.sources === 0 || this.sinks === 0) return 0;
    const distance = this.simplex.solve(this.sources, this.sinks, this.arcFrom, this.arcTo, this.sortArcs());
    this.pivots += this.simplex.pivots;
    return distance;
  }

  /**
   * The distance, and its derivative by each unscaled charge of `q` (the scaling to the sum 1 included), from the
   * dual solution: with the Kantorovich potential f, dW/dq[x] = (f[x] - sum(f q)/Q) / Q. Where the distance has
   * a kink this is one of its subgradients; for an empty cell it is the derivative towards more charge.
   *
   * @param gradient receives `cells` values from gradient[gradientAt] on; zeros when the distance is 0 or NaN
   */
  gradient(
    p: Rows,
    q: Rows,
    gradient: Float32Array | Float64Array,
    pAt = 0,
    qAt = 0,
    gradientAt = 0,
  ): number {
    const { cells, ground, price, simplex, sourceCell } = this;
    const distance = this.distance(p, q, pAt, qAt);
    if (!(distance > 0)) {
      gradient.fill(0, gradientAt, gradientAt + cells);
      return distance;
    }
    let qSum = 0;
    let mean = 0;
    for (let cell = 0; cell < cells; cell++) {
      let least = Number.POSITIVE_INFINITY;
      for (let i = 0; i < this.sources; i++) {
        const reach = simplex.potential[i] + ground[sourceCell[i] * cells + cell];
        if (reach < least) least = reach;
      }
      price[cell] = least;
      qSum += q[qAt + cell];
      mean += least * q[qAt + cell];
    }
    mean /= qSum;
    for (let cell = 0; cell < cells; cell++) gradient[gradientAt + cell] = (price[cell] - mean) / qSum;
    return distance;
  }

  private sum(charges: Rows, at: number): number {
    let sum = 0;
    let least = 0;
    for (let cell = 0; cell < this.cells; cell++) {
      const charge = charges[at + cell];
      sum += charge;
      if (charge < least) least = charge;
    }
    // A NaN, an infinity and a row that is too short (undefined) all end in a sum that is not finite.
    if (least < 0 || !Number.isFinite(sum)) throw badCharge(charges, at, this.cells);
    return sum;
  }

  private cancel(p: Rows, q: Rows, pAt: number, qAt: number, pSum: number, qSum: number): void {
    const { sourceCell, sinkCell, place, simplex, cells } = this;
    const pScale = 1 / pSum;
    const qScale = 1 / qSum;
    let sources = 0;
    let sinks = 0;
    for (let cell = 0; cell < cells; cell++) {
      const surplus = p[pAt + cell] * pScale - q[qAt + cell] * qScale;
      if (surplus > NOTHING) {
        place[cell] = sources;
        simplex.amount[sources] = surplus;
        sourceCell[sources++] = cell;
      } else if (surplus < -NOTHING) {
        place[cell] = -1 - sinks;
        this.price[sinks] = -surplus;
        sinkCell[sinks++] = cell;
      } else place[cell] = NEITHER;
    }
    for (let j = 0; j < sinks; j++) simplex.amount[sources + j] = this.price[j];
    this.sources = sources;
    this.sinks = sinks;
  }

  /** Fills the costs and the arcs by ascending cost; returns their number. */
  private sortArcs(): number {
    const { cells, ground, pairFrom, pairTo, arcFrom, arcTo, place, sourceCell, sinkCell, sources, sinks } =
      this;
    const { cost } = this.simplex;
    for (let i = 0, arc = 0; i < sources; i++) {
      const row = sourceCell[i] * cells;
      for (let j = 0; j < sinks; j++) cost[arc++] = ground[row + sinkCell[j]];
    }
    let arcs = 0;
    for (let n = 0; n < pairFrom.length; n++) {
      const source = place[pairFrom[n]];
      const sink = place[pairTo[n]];
      if (source >= 0 && sink < 0 && source !== NEITHER) {
        arcFrom[arcs] = source;
        arcTo[arcs++] = sources - 1 - sink;
      }
    }
    return arcs;
  }
}

const NEITHER = 0x7fff;

function checkMetric(ground: Float64Array, cells: number): void {
  const fail = (what: string): never => {
    throw new EconError({
      code: 'quality/ground-distance',
      where: `ground distance of ${cells} cells`,
      what,
      remedy: 'Give a metric: zero on the diagonal, positive elsewhere, symmetric, triangle inequality.',
    });
  };
  if (cells < 1 || cells > 181 || ground.length !== cells * cells)
    fail(`${ground.length} values do not form a square matrix of 1 to 181 cells.`);
  const at = (a: number, b: number): number => ground[a * cells + b];
  for (let a = 0; a < cells; a++) {
    if (at(a, a) !== 0) fail(`cell ${a} is ${at(a, a)} from itself.`);
    for (let b = 0; b < cells; b++) {
      if (a !== b && !(at(a, b) > 0 && at(a, b) < Number.POSITIVE_INFINITY))
        fail(`cells ${a} and ${b} are ${at(a, b)} apart.`);
      if (at(a, b) !== at(b, a)) fail(`cells ${a} and ${b} are ${at(a, b)} and ${at(b, a)} apart.`);
      for (let c = 0; c < cells; c++)
        if (at(a, c) > at(a, b) + at(b, c) + 1e-9) fail(`the way ${a} to ${c} is shorter over ${b}.`);
    }
  }
}

function badCharge(charges: Rows, at: number, cells: number): EconError {
  let cell = 0;
  while (cell < cells - 1 && charges[at + cell] >= 0 && charges[at + cell] < Number.POSITIVE_INFINITY) cell++;
  return new EconError({
    code: 'quality/bad-charge',
    where: `wafer row ${Math.floor(at / cells)}, cell ${cell}`,
    what: `${charges[at + cell]} is not a charge.`,
    remedy: `Give ${cells} finite charges >= 0 for each wafer.`,
  });
}
