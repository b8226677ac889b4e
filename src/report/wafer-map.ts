import { type Detector, hgcal, nearestDistance, triggerCells } from '../detector/index.js';
import { integer, significant } from './format.js';
import { html, type Markup } from './markup.js';
import { CHARGE_LEVELS, chargeLevel } from './palette.js';

type Point = readonly [number, number];

/** Pixels per cm in the drawing. */
const SCALE = 10;

/** Part of a convex polygon that is nearer to `a` than to `b` (Sutherland and Hodgman, one clipping edge). */
function nearerTo(a: Point, b: Point, polygon: readonly Point[]): Point[] {
  const side = ([x, y]: Point) =>
    (x - (a[0] + b[0]) / 2) * (b[0] - a[0]) + (y - (a[1] + b[1]) / 2) * (b[1] - a[1]);
  const kept: Point[] = [];
  polygon.forEach((p, i) => {
    const q = polygon[(i + 1) % polygon.length];
    const [sp, sq] = [side(p), side(q)];
    if (sp <= 1e-9) kept.push(p);
    // Strictly crossing only: a corner that lies on the edge is in the list already.
    if ((sp < -1e-9 && sq > 1e-9) || (sp > 1e-9 && sq < -1e-9)) {
      const t = sp / (sp - sq);
      kept.push([p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])]);
    }
  });
  return kept;
}

/**
 * Outlines in cm: a regular hexagon about each centre, as wide as the pitch within a rhombus, and cut half-way where
 * the three rhombi meet, because the centres are closer there; of another detector squares. Index = TC_Number.
 */
export function cellOutlines(
  { description, x, y, groundDistance, distanceUnit }: Detector = hgcal(),
): readonly (readonly Point[])[] {
  if (description) {
    // Squares that touch where cells are nearest.
    const half = (nearestDistance(groundDistance) * distanceUnit) / 2;
    const corners = [
      [-half, -half],
      [half, -half],
      [half, half],
      [-half, half],
    ] as const;
    return Array.from(x, (_, cell) => corners.map(([dx, dy]): Point => [x[cell] + dx, y[cell] + dy]));
  }
  const apart = (i: number, j: number) =>
    Math.hypot(triggerCells[i].x - triggerCells[j].x, triggerCells[i].y - triggerCells[j].y);
  const pitch = apart(0, 1);
  return triggerCells.map((cell) => {
    let outline: Point[] = Array.from({ length: 6 }, (_, k) => {
      const angle = (k * Math.PI) / 3;
      const radius = pitch / Math.sqrt(3);
      return [cell.x + radius * Math.cos(angle), cell.y + radius * Math.sin(angle)];
    });
    for (const other of cell.neighbours) {
      const { x, y } = triggerCells[other];
      outline = nearerTo([cell.x, cell.y], [x, y], outline);
    }
    return outline;
  });
}

interface Drawing {
  readonly width: number;
  readonly height: number;
  /** Value of the `points` attribute for each TC_Number. */
  readonly points: readonly string[];
}

const drawings = new WeakMap<Detector, Drawing>();

function wafer(detector: Detector): Drawing {
  const known = drawings.get(detector);
  if (known) return known;
  const outlines = cellOutlines(detector);
  const corners = outlines.flat();
  const left = Math.min(...corners.map((p) => p[0]));
  const right = Math.max(...corners.map((p) => p[0]));
  const bottom = Math.min(...corners.map((p) => p[1]));
  const top = Math.max(...corners.map((p) => p[1]));
  const points = outlines.map((outline) =>
    outline.map(([x, y]) => `${((x - left) * SCALE).toFixed(1)},${((top - y) * SCALE).toFixed(1)}`).join(' '),
  );
  const drawing = {
    width: Math.ceil((right - left) * SCALE),
    height: Math.ceil((top - bottom) * SCALE),
    points,
  };
  drawings.set(detector, drawing);
  return drawing;
}

/**
 * SVG of the cells of a wafer.
 * @param values in TC_Number order, in CALQ units
 * @param max value of the darkest colour
 */
export function waferMap(
  title: string,
  values: readonly number[],
  max: number,
  detector: Detector = hgcal(),
): Markup {
  const { width, height, points } = wafer(detector);
  const cells = points.map((outline, tc) => {
    const level = chargeLevel(values[tc], max);
    return html`<polygon class="${level < 0 ? 'q-none' : `q${level}`}" points="${outline}"><title>TC ${tc}: ${significant(values[tc])}</title></polygon>\n`;
  });
  return html`<svg class="wafer" role="img" viewBox="-1 -1 ${width + 2} ${height + 2}" width="${width}" height="${height}"><title>${title}</title>
${cells}</svg>`;
}

/** Legend of the square-root colour scale from 0 to `max`. */
export function chargeLegend(max: number): Markup {
  const width = 12;
  const steps = Array.from(
    { length: CHARGE_LEVELS },
    (_, k) => html`<rect class="q${k}" x="${k * width}" y="0" width="${width}" height="9"/>`,
  );
  const total = CHARGE_LEVELS * width;
  // A quarter and half of the length are 1/16 and 1/4 of the charge.
  const ticks = [0, 0.25, 0.5, 1].map((at) => {
    const anchor = at === 0 ? 'start' : at === 1 ? 'end' : 'middle';
    return html`<text x="${at * total}" y="21" text-anchor="${anchor}">${integer(at * at * max)}</text>`;
  });
  return html`<svg class="scale" role="img" viewBox="0 0 ${total} 24" width="${total}" height="24"><title>Colour scale, square root, 0 to ${integer(max)} CALQ</title>${steps}${ticks}</svg>`;
}
