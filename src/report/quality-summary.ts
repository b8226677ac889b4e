import { z } from 'zod';

/** The section of a report on quality, and what other sections share with it. */

export const count = z.number().int().nonnegative();
/** A mean over no wafers, an EMD of an empty wafer: null, and shown as a dash. */
export const measured = z.number().nullable();

export const histogram = z
  .strictObject({
    /** n + 1 increasing edges of n bins. */
    edges: z.array(z.number()).min(2),
    series: z.array(
      z.strictObject({
        name: z.string(),
        /** Entries, or shares of them. */
        counts: z.array(z.number().nonnegative()),
        /** Entries beyond the last edge, and below the first: said under the plot, never dropped. */
        above: count.optional(),
        below: count.optional(),
      }),
    ),
  })
  .superRefine((h, context) => {
    h.series.forEach((s, i) => {
      if (s.counts.length !== h.edges.length - 1)
        context.addIssue({
          code: 'custom',
          path: ['series', i, 'counts'],
          message: `${s.counts.length} counts for ${h.edges.length} edges; there must be one count less than edges`,
        });
    });
    for (let i = 1; i < h.edges.length; i++)
      if (!(h.edges[i] > h.edges[i - 1])) {
        context.addIssue({ code: 'custom', path: ['edges', i], message: 'edges must increase' });
        break;
      }
  });

const algorithmQuality = z.strictObject({
  name: z.string(),
  mean: measured,
  median: measured,
  /** 16th, 84th and 95th percentile of the EMD. */
  p16: measured.optional(),
  p84: measured.optional(),
  p95: measured.optional(),
  pearson: measured.optional(),
  /** Energy-weighted position and width errors, cm. */
  positionError: measured.optional(),
  widthError: measured.optional(),
  /** Relative error of the wafer sum. */
  sumError: measured.optional(),
  /** Share of wafers whose reconstruction is empty: their EMD is not defined. */
  lost: measured.optional(),
  /** Mean EMD when a lost wafer counts as spread evenly. */
  meanWithLost: measured.optional(),
});

export const quality = z
  .strictObject({
    /** The wafers that were judged, e.g. 'held-out test split'. */
    data: z.string(),
    wafers: count,
    /** Wafers without a defined EMD (empty ones). */
    excluded: count.optional(),
    eTx: count.optional(),
    /** Unit of the EMD in cm. @default that of HGCAL */
    distanceUnit: z.number().positive().optional(),
    /** Name of the algorithm that is ours, as in the lists below. */
    ours: z.string(),
    algorithms: z.array(algorithmQuality),
    /** Distribution of the EMD per wafer. */
    histogram: histogram.optional(),
    /** Mean EMD against the number of hit trigger cells; series[].mean runs along classes. */
    occupancy: z
      .strictObject({
        classes: z.array(z.strictObject({ label: z.string(), wafers: count })),
        series: z.array(z.strictObject({ name: z.string(), mean: z.array(measured) })),
      })
      .optional(),
    /** Mean EMD for each number of transmitter links; rows[].mean runs along algorithms. */
    perLinks: z
      .strictObject({
        algorithms: z.array(z.string()),
        rows: z.array(
          z.strictObject({ eTx: count, bitsPerLatent: z.number().optional(), mean: z.array(measured) }),
        ),
      })
      .optional(),
  })
  .superRefine((q, { addIssue }) => {
    const check = (path: (string | number)[], means: readonly unknown[], of: number, what: string): void => {
      if (means.length !== of)
        addIssue({ code: 'custom', path, message: `${means.length} means for ${of} ${what}` });
    };
    const { classes = [], series = [] } = q.occupancy ?? {};
    series.forEach((s, i) => {
      check(['occupancy', 'series', i, 'mean'], s.mean, classes.length, 'classes');
    });
    const { algorithms = [], rows = [] } = q.perLinks ?? {};
    rows.forEach((row, i) => {
      check(['perLinks', 'rows', i, 'mean'], row.mean, algorithms.length, 'algorithms');
    });
  });
