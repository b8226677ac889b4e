import type { DetectorDescription } from './description.js';
import { type Detector, hgcal } from './detector.js';
import type { SuperCells } from './super-cells.js';

const detectors = new WeakMap<DetectorDescription, Detector>();

/** The detector that is described; HGCAL where nothing is said. */
export function detectorOf(description: DetectorDescription | undefined): Detector {
  if (description === undefined) return hgcal();
  const known = detectors.get(description) ?? makeDetector(description);
  detectors.set(description, known);
  return known;
}

/** Cells nearer than this, in units of the nearest distance of two, share an edge: not the diagonal ones of a grid. */
const NEIGHBOURS = 1.3;

/** Least distance of two cells. */
export function nearestDistance(groundDistance: Float64Array): number {
  return groundDistance.reduce((least, d) => (d > 0 && d < least ? d : least), Number.POSITIVE_INFINITY);
}

function makeDetector(description: DetectorDescription): Detector {
  const { name, grid, pitch = 1, positions, image, turns = [], charge, sum, links, clockMHz } = description;
  const [rows, columns] = grid ?? [image!.length, image![0].length];
  const at =
    positions ??
    Array.from({ length: rows * columns }, (_, cell) => [
      (cell % columns) * pitch,
      -Math.floor(cell / columns) * pitch,
    ]);
  const distanceUnit = description.distanceUnit ?? pitch;
  const identity = Int32Array.from(at, (_, cell) => cell);
  const groundDistance = Float64Array.from(
    at.flatMap(([x, y]) => at.map(([u, v]) => Math.hypot(x - u, y - v) / distanceUnit)),
  );
  const nearest = nearestDistance(groundDistance);
  const pixels = image ? Int32Array.from(image.flat()) : identity;
  return {
    name,
    description,
    cells: at.length,
    x: Float64Array.from(at, ([x]) => x),
    y: Float64Array.from(at, ([, y]) => y),
    distanceUnit,
    neighbours: at.map((_, cell) =>
      [...identity].filter((other) => {
        const apart = groundDistance[cell * at.length + other];
        return apart > 0 && apart < NEIGHBOURS * nearest;
      }),
    ),
    groundDistance,
    image: { rows, columns, cells: pixels },
    imageOrder: pixels.filter((cell) => cell >= 0),
    turns: [identity, ...turns.map((turn) => Int32Array.from(turn))],
    superCells: windows(rows, columns, pixels),
    charge: { name: charge.code, bits: charge.bits },
    sum: { name: sum.code },
    links,
    clockMHz,
  };
}

/** Windows of 2 x 2 pixels of an image, overlapping, and tiles of 4 x 4, of the cells that are in them. */
function windows(rows: number, columns: number, pixels: Int32Array): SuperCells {
  const cellsIn = (row: number, column: number, side: number): number[] => {
    const cells: number[] = [];
    for (let r = row; r < Math.min(rows, row + side); r++)
      for (let c = column; c < Math.min(columns, column + side); c++)
        if (pixels[r * columns + c] >= 0) cells.push(pixels[r * columns + c]);
    return cells;
  };
  const groups = (side: number, step: number, end: number): number[][] => {
    const all: number[][] = [];
    for (let row = 0; row < rows - end; row += step)
      for (let column = 0; column < columns - end; column += step) all.push(cellsIn(row, column, side));
    return all.filter((cells) => cells.length > 1);
  };
  return { quads: groups(2, 1, 1).map((cells) => ({ cells, weight: 1 })), tiles: groups(4, 4, 0) };
}
