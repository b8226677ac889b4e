import { capital, fixed, integer, percent, significant } from './format.js';
import type { Section } from './summary.js';
import { type Cell, type Table, withoutEmpty } from './table.js';

// What the report says of data, training and reconstruction, in numbers: from the summary to cells.

/** First, kept and last epoch, and some between. */
export function trainingTable(training: Section<'training'>): Table {
  const { history, bestEpoch } = training;
  const stride = Math.max(1, Math.ceil(history.length / 6));
  const shown = history.filter(
    (h, i) => i % stride === 0 || i === history.length - 1 || h.epoch === bestEpoch,
  );
  return withoutEmpty({
    caption: 'Selected epochs',
    columns: [
      { title: 'Epoch', numeric: true },
      { title: 'Loss', numeric: true },
      { title: 'Validation EMD', numeric: true },
      { title: 'Learning rate', numeric: true },
      { title: '' },
    ],
    rows: shown.map((h) => [
      integer(h.epoch),
      significant(h.loss),
      fixed(h.validationEmd, 3),
      significant(h.learningRate, 3),
      h.epoch === bestEpoch ? 'kept' : '',
    ]),
  });
}

export function qualityTable(quality: Section<'quality'>): Table {
  type Algorithm = Section<'quality'>['algorithms'][number];
  const columns: {
    key: keyof Algorithm;
    title: string;
    unit?: string;
    show: (v: number | null) => string;
  }[] = [
    { key: 'mean', title: 'Mean', show: (v) => fixed(v, 3) },
    { key: 'median', title: 'Median', show: (v) => fixed(v, 3) },
    { key: 'p16', title: '16 %', show: (v) => fixed(v, 3) },
    { key: 'p84', title: '84 %', show: (v) => fixed(v, 3) },
    { key: 'p95', title: '95 %', show: (v) => fixed(v, 3) },
    { key: 'pearson', title: 'Pearson', show: (v) => fixed(v, 3) },
    { key: 'positionError', title: 'Position error', unit: 'cm', show: (v) => fixed(v, 2) },
    { key: 'widthError', title: 'Width error', unit: 'cm', show: (v) => fixed(v, 2) },
    { key: 'sumError', title: 'Sum error', show: percent },
    { key: 'lost', title: 'Lost wafers', show: percent },
    { key: 'meanWithLost', title: 'Mean with lost', show: (v) => fixed(v, 3) },
  ];
  const present = columns.filter((c) => quality.algorithms.some((a) => a[c.key] !== undefined));
  return {
    caption: `EMD per wafer${quality.eTx === undefined ? '' : `, ${quality.eTx} eTx`}`,
    columns: [
      { title: 'Algorithm' },
      ...present.map((c) => ({ title: c.title, unit: c.unit, numeric: true })),
    ],
    rows: quality.algorithms.map((a) =>
      emphasised(a.name === quality.ours, [
        a.name,
        ...present.map((c) => c.show((a[c.key] as number | null | undefined) ?? null)),
      ]),
    ),
  };
}

/** Our own row stands out. */
function emphasised(ours: boolean, row: readonly string[]): readonly Cell[] {
  return ours ? row.map((text) => ({ text, mark: 'strong' })) : row;
}

export function linkTable(links: NonNullable<Section<'quality'>['perLinks']>, ours: string): Table {
  return {
    caption: 'Mean EMD for each number of transmitter links',
    columns: [
      { title: 'Algorithm' },
      ...links.rows.map((row) => ({
        title: `${row.eTx} eTx`,
        unit: row.bitsPerLatent === undefined ? undefined : `${significant(row.bitsPerLatent)} bit/latent`,
        numeric: true,
      })),
    ],
    rows: links.algorithms.map((algorithm, i) =>
      emphasised(algorithm === ours, [algorithm, ...links.rows.map((row) => fixed(row.mean[i], 3))]),
    ),
  };
}

export function occupancyTable(occupancy: NonNullable<Section<'quality'>['occupancy']>, ours: string): Table {
  return {
    caption: 'Mean EMD against the number of hit trigger cells',
    columns: [
      { title: 'Algorithm' },
      ...occupancy.classes.map((c) => ({
        title: c.label,
        unit: `${integer(c.wafers)} wafers`,
        numeric: true,
      })),
    ],
    rows: occupancy.series.map((s) =>
      emphasised(s.name === ours, [s.name, ...s.mean.map((mean) => fixed(mean, 3))]),
    ),
  };
}

export function waferTable(wafers: Section<'wafers'>): Table {
  return {
    caption: 'Example wafers',
    columns: [
      { title: 'Wafer' },
      { title: 'Hit cells', numeric: true },
      { title: 'Sum', unit: 'CALQ', numeric: true },
      { title: 'EMD', numeric: true },
    ],
    rows: wafers.map((w) => [
      w.name,
      integer(w.charges.filter((q) => q > 0).length),
      integer(w.charges.reduce((a, b) => a + b, 0)),
      fixed(w.emd, 3),
    ]),
  };
}

type Distribution = NonNullable<Section<'dataset'>['distributions']>[number];

export function quantileTable(d: Distribution): Table | undefined {
  if (!d.quantiles || d.quantiles.length === 0) return undefined;
  const series = d.series ?? d.histogram?.series.map((s) => s.name) ?? [];
  const width = Math.max(...d.quantiles.map((q) => q.values.length));
  const values = d.quantiles.flatMap((q) => q.values).filter((v) => v !== null);
  const decimals = values.every(Number.isInteger) ? 0 : Math.max(...values.map(Math.abs)) < 10 ? 2 : 1;
  return {
    caption: `${capital(d.name)}, quantiles`,
    columns: [
      { title: '', numeric: true },
      ...Array.from({ length: width }, (_, i) => ({
        title: series[i] ?? `series ${i + 1}`,
        unit: d.unit,
        numeric: true,
      })),
    ],
    rows: d.quantiles.map((q) => [
      `${significant(100 * q.p)}\u202f%`,
      ...Array.from({ length: width }, (_, i) => fixed(q.values[i], decimals)),
    ]),
  };
}
