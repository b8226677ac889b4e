import { join } from 'node:path';
import { z } from 'zod';
import { EconError, packageRoot, readJson } from '../base/index.js';

/** Trigger cells of a full wafer, low and high density alike. */
export const CELLS = 48;

const cellNumber = z
  .int()
  .min(0)
  .max(CELLS - 1);
const density = z.object({
  /** Full cells of the sensor. */
  sensorCells: z.int().positive(),
  cellsPerTriggerCell: z.int().positive(),
  hgcrocs: z.int().positive(),
  /** Low bits that the front-end drops before the 4E3M code (d of the behaviour specification, section 4). */
  droppedBits: z.int().min(0),
});

/** `sensor-maps/trigger-cells.json` */
export const triggerCellsSchema = z.object({
  source: z.string().min(1),
  units: z.object({ x: z.literal('cm'), y: z.literal('cm') }),
  emdUnit: z.number().positive(),
  neighbourDistance: z.number().positive(),
  densities: z.object({ low: density, high: density }),
  cells: z
    .array(
      z.object({
        /** TC_Number 0..47, the column CALQ_<number> of the data. */
        number: cellNumber,
        /** Coordinates on the wafer. */
        u: z.int().min(0).max(7),
        v: z.int().min(0).max(7),
        /** Centre in cm. The origin is trigger cell 0. */
        x: z.number(),
        y: z.number(),
        /** Which third of the wafer: number div 16. */
        rhombus: z.int().min(0).max(2),
        /** Front-end chip of a low-density module, its trigger link and the place in the link's word. */
        hgcroc: z.int().min(1).max(3),
        hgcrocLink: z.int().min(0).max(3),
        slot: z.int().min(0).max(3),
        /** Input link of the concentrator. */
        erx: z.int().min(0).max(11),
        /** Mux input (4 erx + slot) and mux output of the reference board (behaviour specification, section 14). */
        preMux: cellNumber,
        postMux: cellNumber,
        /** Super trigger cell of 4 and of 16: postMux div 4 and div 16. */
        superCell4: z.int().min(0).max(11),
        superCell16: z.int().min(0).max(2),
        /** Cells that share an edge, ascending. */
        neighbours: z.array(cellNumber).min(1),
      }),
    )
    .length(CELLS),
});

/** `sensor-maps/image-maps.json` */
export const imageMapsSchema = z.object({
  source: z.string().min(1),
  masked: z.literal(-1),
  image8x8: z
    .array(
      z
        .array(
          z
            .int()
            .min(-1)
            .max(CELLS - 1),
        )
        .length(8),
    )
    .length(8),
  image4x4x3: z.array(cellNumber).length(CELLS),
  rotation: z.array(cellNumber).length(CELLS),
});

/** `sensor-maps/super-cells.json` */
export const superCellsSchema = z.object({
  source: z.string().min(1),
  quads: z
    .array(
      z.object({
        cells: z.tuple([cellNumber, cellNumber, cellNumber, cellNumber]),
        weight: z.number().positive(),
      }),
    )
    .length(36),
  rhombi: z.array(z.array(cellNumber).length(16)).length(3),
});

const column = <T extends string, V extends z.ZodType>(name: T, values: V) =>
  z.tuple([z.literal(name), z.array(values)]);

/** `sensor-maps/modules.json`: one array per column, all of one length. */
export const modulesSchema = z
  .object({
    source: z.string().min(1),
    columns: z.tuple([
      column('layer', z.int().min(1).max(50)),
      column('u', z.int()),
      column('v', z.int()),
      column('density', z.enum(['low', 'high'])),
      column('type', z.string().min(1)),
      column('etx', z.int().min(0).max(13)),
      column('eta', z.number().nullable()),
      column('phi', z.number().nullable()),
    ]),
  })
  .refine((file) => new Set(file.columns.map(([, values]) => values.length)).size === 1, {
    error: 'the columns differ in length',
    path: ['columns'],
  });

/**
 * Reads and checks a file of `sensor-maps/`.
 * @throws EconError wafer/bad-map when the file does not follow its schema
 */
export function readMap<S extends z.ZodType>(name: string, schema: S): z.infer<S> {
  const path = join(packageRoot, 'sensor-maps', name);
  const remedy = 'The file is part of the package: restore it or install econ again.';
  const result = schema.safeParse(readJson(path, remedy));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new EconError({
    code: 'wafer/bad-map',
    where: path,
    what: `${issue.path.join('.') || 'the file'}: ${issue.message}.`,
    remedy,
  });
}
