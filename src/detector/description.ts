import { z } from 'zod';

/** Cells at most: cells that are hit are counted in a byte. */
export const MOST_CELLS = 255;
const positive = z.number().positive();
const code = z.enum(['4E3M', '5E3M', '5E4M']);
const side = z.int().min(1).max(MOST_CELLS);

/** A detector as a file: `grid` with `pitch`, or `positions` with an `image` of them. */
export const detectorSchema = z
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

/** What a file says of a detector: plain data, as run.json and model.json keep it. */
export type DetectorDescription = z.infer<typeof detectorSchema>;

function isPermutation(numbers: readonly number[], n: number): boolean {
  return numbers.length === n && new Set(numbers).size === n && numbers.every((number) => number < n);
}
