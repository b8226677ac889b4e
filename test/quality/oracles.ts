/** Slow, independent ways to the same numbers, and patterns to compare them on. */
import type { Random } from '../../src/base/index.js';

/** 48 cells as three rhombi of 4x4 round a point, nearest neighbours one unit apart. */
export function threeRhombi(): { x: Float64Array; y: Float64Array; ground: Float64Array } {
  const x = new Float64Array(48);
  const y = new Float64Array(48);
  for (let cell = 0; cell < 48; cell++) {
    const row = (cell >> 2) & 3;
    const column = cell & 3;
    const u = row + 1 + column / 2;
    const v = (column * Math.sqrt(3)) / 2;
    const turn = (2 * Math.PI * (cell >> 4)) / 3;
    x[cell] = u * Math.cos(turn) - v * Math.sin(turn);
    y[cell] = u * Math.sin(turn) + v * Math.cos(turn);
  }
  const ground = new Float64Array(48 * 48);
  for (let a = 0; a < 48; a++)
    for (let b = a + 1; b < 48; b++)
      ground[a * 48 + b] = ground[b * 48 + a] = Math.hypot(x[a] - x[b], y[a] - y[b]);
  return { x, y, ground };
}

/** EMD by successive shortest paths (Bellman and Ford on the residual graph): no code shared with the product. */
export function emdByShortestPaths(p: ArrayLike<number>, q: ArrayLike<number>, ground: Float64Array): number {
  const n = p.length;
  const total = (a: ArrayLike<number>): number => Array.from(a).reduce((sum, value) => sum + value, 0);
  const supply = Array.from(p, (value) => value / total(p));
  const need = Array.from(q, (value) => value / total(q));
  const flow = new Float64Array(n * n);
  for (;;) {
    const reach = new Float64Array(2 * n).fill(Number.POSITIVE_INFINITY);
    const from = new Int32Array(2 * n).fill(-1);
    for (let i = 0; i < n; i++) if (supply[i] > 1e-13) reach[i] = 0;
    for (let changed = true; changed; ) {
      changed = false;
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          const way = ground[i * n + j];
          if (reach[i] + way < reach[n + j] - 1e-12) {
            reach[n + j] = reach[i] + way;
            from[n + j] = i;
            changed = true;
          }
          if (flow[i * n + j] > 1e-14 && reach[n + j] - way < reach[i] - 1e-12) {
            reach[i] = reach[n + j] - way;
            from[i] = n + j;
            changed = true;
          }
        }
      }
    }
    let end = -1;
    for (let j = 0; j < n; j++) if (need[j] > 1e-13 && (end < 0 || reach[n + j] < reach[end])) end = n + j;
    if (end < 0 || reach[end] === Number.POSITIVE_INFINITY) break;
    let amount = need[end - n];
    let start = end;
    for (let v = end; from[v] >= 0; v = from[v]) {
      if (v < n) amount = Math.min(amount, flow[v * n + from[v] - n]);
      start = from[v];
    }
    amount = Math.min(amount, supply[start]);
    for (let v = end; from[v] >= 0; v = from[v]) {
      if (v >= n) flow[from[v] * n + v - n] += amount;
      else flow[v * n + from[v] - n] -= amount;
    }
    supply[start] -= amount;
    need[end - n] -= amount;
  }
  let cost = 0;
  for (let k = 0; k < n * n; k++) cost += flow[k] * ground[k];
  return cost;
}

/** The full transportation problem, nothing cancelled, as text for an LP solver. */
export function emdAsLinearProgram(p: ArrayLike<number>, q: ArrayLike<number>, ground: Float64Array): string {
  const n = p.length;
  const total = (a: ArrayLike<number>): number => Array.from(a).reduce((sum, value) => sum + value, 0);
  const cells = Array.from({ length: n }, (_, i) => i);
  const objective = cells.flatMap((i) => cells.map((j) => `${ground[i * n + j]} f${i}_${j}`));
  // One of the 2n balance equations follows from the others and is left out, so rounding cannot contradict it.
  const rows = [
    ...cells.map((i) => `${cells.map((j) => `f${i}_${j}`).join(' + ')} = ${p[i] / total(p)}`),
    ...cells.slice(1).map((j) => `${cells.map((i) => `f${i}_${j}`).join(' + ')} = ${q[j] / total(q)}`),
  ];
  return `Minimize\n obj: ${objective.join(' + ')}\nSubject To\n${rows.map((r, k) => ` c${k}: ${r}`).join('\n')}\nEnd\n`;
}

export type PatternKind =
  | 'dense'
  | 'shower'
  | 'one cell'
  | 'two cells'
  | 'uniform'
  | 'powers of two'
  | 'ones';
export const patternKinds: readonly PatternKind[] = [
  'dense',
  'shower',
  'one cell',
  'two cells',
  'uniform',
  'powers of two',
  'ones',
];

/** A pattern of 48 charges >= 0, never empty; kinds with many equal charges make degenerate problems. */
export function pattern(kind: PatternKind, random: Random): Float64Array {
  const charges = new Float64Array(48);
  const at = random.below(48);
  const fill: Record<PatternKind, (cell: number) => number> = {
    dense: () => random.uniform(),
    shower: (cell) => Math.floor(3000 * Math.exp(-Math.abs(cell - at) / 2) * random.exponential()),
    'one cell': (cell) => (cell === at ? 7 : 0),
    'two cells': (cell) => (cell === at || cell === (at + 5) % 48 ? 1 : 0),
    uniform: () => 1,
    'powers of two': () => 2 ** random.below(12),
    ones: () => random.below(2),
  };
  for (let cell = 0; cell < 48; cell++) charges[cell] = fill[kind](cell);
  charges[at] += kind === 'shower' || kind === 'ones' ? 1 : 0;
  return charges;
}
