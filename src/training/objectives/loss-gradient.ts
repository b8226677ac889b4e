import { Random } from '../../base/index.js';
import { hgcal } from '../../detector/index.js';
import type { WaferLoss } from './wafer-loss.js';

/** Wafers that are tried, and the step of a cell: small against the cells' differences, where distances have kinks. */
const TRIALS = 2;
const STEP = 1e-5;
/** Of the larger of the two differences, and of the largest slope of all cells. */
const TOLERANCE = 0.02;
const FLOOR = 0.002;

/**
 * Compares the gradient of a loss with the differences of its values, cell by cell; where the loss has a kink, any slope
 * between those of its two sides is right. The places are not the first of their arrays, so that they are tried, too.
 * @returns what is wrong, as a sentence that names the component; undefined when nothing is
 */
export function gradientFault(loss: WaferLoss, width = hgcal().cells): string | undefined {
  const random = new Random(11);
  const targetAt = width;
  const at = 2 * width;
  for (let trial = 0; trial < TRIALS; trial++) {
    const target = fractionsAt(targetAt, width, random);
    const output = fractionsAt(at, width, random);
    const gradient = new Float32Array(4 * width).fill(Number.NaN);
    const given = [...target, ...output];
    const value = (): number => loss(target, targetAt, output, new Float32Array(4 * width), at);
    const middle = loss(target, targetAt, output, gradient, at);
    if (!Number.isFinite(middle)) return `its value for fractions of a wafer is ${middle}, no number.`;
    if ([...target, ...output].some((v, i) => v !== given[i])) return 'it changes the target or the output.';
    if (gradient.some((g, i) => Number.isNaN(g) === (i >= at && i < at + width)))
      return `it does not write the ${width} components of its gradient from the given place on, and no others.`;
    const most = gradient.subarray(at, at + width).reduce((m, g) => Math.max(m, Math.abs(g)), 0);
    for (let c = 0; c < width; c++) {
      const p = output[at + c];
      const side = (by: number): number => {
        output[at + c] = p + by;
        const slope = (value() - middle) / (output[at + c] - p);
        output[at + c] = p;
        return slope;
      };
      const [left, right] = [side(-STEP), side(STEP)];
      const room = TOLERANCE * Math.max(Math.abs(left), Math.abs(right)) + FLOOR * most;
      const g = gradient[at + c];
      if (!(g >= Math.min(left, right) - room && g <= Math.max(left, right) + room))
        return `component ${c} of its gradient is ${g.toPrecision(4)}, but its values change by ${((left + right) / 2).toPrecision(4)} per unit of output ${c}.`;
    }
  }
  return undefined;
}

/** Fractions that add up to 1, from `at` on. */
function fractionsAt(at: number, width: number, random: Random): Float32Array {
  const values = new Float32Array(4 * width);
  for (let c = at; c < at + width; c++) values[c] = 0.1 + random.exponential();
  const sum = values.reduce((a, b) => a + b);
  return values.map((v) => v / sum);
}
