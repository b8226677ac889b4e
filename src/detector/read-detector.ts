import { z } from 'zod';
import { EconError, readYaml } from '../base/index.js';
import type { Detector } from './detector.js';

/** Cells at most: cells that are hit are counted in a byte. */
const MOST_CELLS = 255;
const positive = z.number().positive();
const code = z.enum(['4E3M', '5E3M', '5E4M']);
const side = z.int().min(1).max(MOST_CELLS);

/** A detector as a file: `grid` with `pitch`, or `positions` with an `image` of them. */
const schema = z
  .strictObject({
    name: z.string().regex(/^[\w-]{1,40}$/, { error: 'letters, digits, - and _ are a name, 40 at most' }),
    grid: z.tuple([side, side]).optional(),
    pitch: positive.optional(),
    positions: z
      .array(z.tuple([z.number(), z.number()]))
      .min(1)
      .max(MOST_CELLS)
      .optional(),
    image: z
      .array(z.array(z.int().min(-1)).min(1))
      .min(1)
      .optional(),
    distanceUnit: positive.optional(),
    turns: z.array(z.array(z.int().min(0))).optional(),
    charge: z.strictObject({ code, bits: z.int().min(1).max(22) }),
    sum: z.strictObject({ code }),
    links: z.strictObject({ count: z.int().min(1).max(64), bits: z.int().min(1).max(1024) }),
    clockMHz: positive,
  })
  .superRefine((file, { addIssue }) => {
    const bad = (path: string, message: string): void =>
      addIssue({ code: 'custom', path: [path], message, input: undefined });
    if ((file.grid === undefined) === (file.positions === undefined))
      bad('grid', 'a detector has either a grid or positions');
    if (file.grid !== undefined) {
      if (file.grid[0] * file.grid[1] > MOST_CELLS)
        bad('grid', `a module has at most ${MOST_CELLS} cells, not ${file.grid.join(' x ')}`);
      if (file.pitch === undefined) bad('pitch', 'a grid needs the distance of its cells in cm');
      if (file.image) bad('image', 'a grid is its own image');
    } else if (file.pitch !== undefined) bad('pitch', 'positions have no pitch');
    if (file.positions) {
      if (file.distanceUnit === undefined) bad('distanceUnit', 'positions need the unit of the EMD in cm');
      const n = file.positions.length;
      if (new Set(file.positions.map(String)).size < n) bad('positions', 'two cells are at one place');
      if (!file.image)
        bad('image', 'positions need an image: rows of numbers of cells, -1 where there is none');
      else if (new Set(file.image.map((row) => row.length)).size > 1)
        bad('image', 'the rows differ in length');
      else if (
        !isPermutation(
          file.image.flat().filter((cell) => cell >= 0),
          n,
        )
      )
        bad('image', `each of the cells 0 .. ${n - 1} has one place`);
    }
    const cells = file.positions?.length ?? (file.grid ? file.grid[0] * file.grid[1] : 0);
    if (cells === 1) bad(file.grid ? 'grid' : 'positions', 'a module has two cells or more');
    file.turns?.forEach((turn, i) => {
      if (!isPermutation(turn, cells))
        bad('turns', `turn ${i} has not each of the cells 0 .. ${cells - 1} once`);
    });
  });

/**
 * Reads a detector from a YAML or JSON file.
 * @throws EconError detector/bad-file with all that is wrong in it, base/cannot-read
 */
export function readDetector(path: string): Detector {
  const bad = (what: string): EconError =>
    new EconError({
      code: 'detector/bad-file',
      where: path,
      what,
      remedy: 'docs/detector.md describes the file of a detector, with an example to begin from.',
    });
  const result = schema.safeParse(readYaml(path, (why) => bad(`is no YAML: ${why}.`)));
  if (!result.success)
    throw bad(
      result.error.issues
        .map((i) => `${i.path.join('.') || 'the file'}: ${i.message.replace(/^Invalid input: /, '')}`)
        .join('; ')
        .concat('.'),
    );
  const { name, grid, pitch = 1, positions, image, turns = [], charge, sum, links, clockMHz } = result.data;
  const [rows, columns] = grid ?? [image!.length, image![0].length];
  const at =
    positions ??
    Array.from({ length: rows * columns }, (_, cell) => [
      (cell % columns) * pitch,
      -Math.floor(cell / columns) * pitch,
    ]);
  const distanceUnit = result.data.distanceUnit ?? pitch;
  const identity = Int32Array.from(at, (_, cell) => cell);
  return {
    name,
    cells: at.length,
    x: Float64Array.from(at, ([x]) => x),
    y: Float64Array.from(at, ([, y]) => y),
    distanceUnit,
    groundDistance: Float64Array.from(
      at.flatMap(([x, y]) => at.map(([u, v]) => Math.hypot(x - u, y - v) / distanceUnit)),
    ),
    image: { rows, columns, cells: image ? Int32Array.from(image.flat()) : identity },
    turns: [identity, ...turns.map((turn) => Int32Array.from(turn))],
    charge: { name: charge.code, bits: charge.bits },
    sum: { name: sum.code },
    links,
    clockMHz,
  };
}

function isPermutation(numbers: readonly number[], n: number): boolean {
  return numbers.length === n && new Set(numbers).size === n && numbers.every((number) => number < n);
}
