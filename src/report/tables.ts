import { DASH, fixed, hex, integer, percent, significant } from './format.js';
import type { RunSummary, Verdict } from './summary.js';
import type { Cell, Column, Table } from './table.js';

/** What the report says in numbers: one function a table, from the summary to cells. */

type Section<Name extends keyof RunSummary> = NonNullable<RunSummary[Name]>;

const RELATION = { '<=': '\u2264', '>=': '\u2265', '=': '=' } as const;

function verdictCell(holds: boolean | null): Cell {
  if (holds === null) return { text: '? not checked', mark: 'unknown' };
  return holds ? { text: '\u2713 holds', mark: 'good' } : { text: '\u2717 fails', mark: 'bad' };
}

function valueText(value: Verdict['value'] | undefined): string {
  return typeof value === 'string' ? value : significant(value);
}

export function verdictTable(verdicts: Section<'verdicts'>): Table {
  const notes = verdicts.some((v) => v.note);
  return {
    caption: 'Verdicts',
    columns: [
      { title: 'Requirement' },
      { title: 'Value', numeric: true },
      { title: 'Limit', numeric: true },
      { title: 'Unit' },
      { title: 'Method' },
      { title: 'Verdict' },
      ...(notes ? [{ title: 'Note' }] : []),
    ],
    rows: verdicts.map((v) => [
      v.name,
      { text: valueText(v.value), mark: 'strong' },
      v.limit === undefined ? DASH : `${v.relation ? `${RELATION[v.relation]} ` : ''}${valueText(v.limit)}`,
      v.unit ?? '',
      v.method,
      verdictCell(v.holds),
      ...(notes ? [v.note ?? ''] : []),
    ]),
  };
}

export interface Overall {
  readonly mark: 'good' | 'bad' | 'unknown';
  readonly text: string;
}

/** The one line that a hurried reader reads. A verdict that was not checked, or a step that did not end, is no success. */
export function overall(summary: RunSummary): Overall {
  const verdicts = summary.verdicts ?? [];
  const broken = summary.provenance?.steps?.filter((s) => s.state === 'failed') ?? [];
  const waiting = summary.provenance?.steps?.filter((s) => s.state === 'not run') ?? [];
  const failing = verdicts.filter((v) => v.holds === false).length;
  const open = verdicts.filter((v) => v.holds === null).length;
  const parts: string[] = [];
  if (broken.length > 0) parts.push(`step ${broken.map((s) => s.name).join(', ')} failed`);
  if (failing > 0) parts.push(`${failing} of ${verdicts.length} verdicts ${failing > 1 ? 'fail' : 'fails'}`);
  if (parts.length > 0) return { mark: 'bad', text: capital(parts.join('; ')) };
  if (open > 0) parts.push(`${open} of ${verdicts.length} verdicts not checked`);
  if (waiting.length > 0) parts.push(`step ${waiting.map((s) => s.name).join(', ')} not run`);
  if (verdicts.length === 0) parts.push('no verdicts');
  if (parts.length > 0) return { mark: 'unknown', text: capital(parts.join('; ')) };
  return {
    mark: 'good',
    text: verdicts.length === 1 ? 'The one verdict holds' : `All ${verdicts.length} verdicts hold`,
  };
}

function capital(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}

export function stepTable(steps: NonNullable<Section<'provenance'>['steps']>): Table {
  const marks = { done: 'good', failed: 'bad', skipped: 'unknown', 'not run': 'unknown' } as const;
  return {
    caption: 'Steps',
    columns: [{ title: 'Step' }, { title: 'State' }, { title: 'Note' }],
    rows: steps.map((s) => [s.name, { text: s.state, mark: marks[s.state] }, s.note ?? '']),
  };
}

export function provenanceTable(p: Section<'provenance'>): Table {
  const rows: [string, string | undefined][] = [
    ['econ', p.econVersion],
    ['seed', p.seed === undefined ? undefined : String(p.seed)],
    ['data', p.dataSource],
    ['data sha256', p.dataHash],
    ['model sha256', p.modelHash],
    ...Object.entries(p.settings ?? {}).map(([name, value]): [string, string] => [name, String(value)]),
  ];
  return {
    caption: 'Provenance',
    columns: [{ title: 'Item' }, { title: 'Value', code: true }],
    rows: rows.filter((row): row is [string, string] => row[1] !== undefined),
  };
}

/** First, best and last epoch, and every tenth of the way. */
export function trainingTable(training: Section<'training'>): Table {
  const { history, bestEpoch } = training;
  const stride = Math.max(1, Math.ceil(history.length / 10));
  const shown = history.filter(
    (h, i) => i % stride === 0 || i === history.length - 1 || h.epoch === bestEpoch,
  );
  const has = (key: 'validationLoss' | 'validationEmd' | 'learningRate') =>
    history.some((h) => h[key] !== undefined);
  const optional: { column: Column; cell: (h: (typeof history)[number]) => string; show: boolean }[] = [
    {
      column: { title: 'Validation loss', numeric: true },
      cell: (h) => significant(h.validationLoss),
      show: has('validationLoss'),
    },
    {
      column: { title: 'Validation EMD', numeric: true },
      cell: (h) => fixed(h.validationEmd, 3),
      show: has('validationEmd'),
    },
    {
      column: { title: 'Learning rate', numeric: true },
      cell: (h) => significant(h.learningRate, 3),
      show: has('learningRate'),
    },
  ];
  const extra = optional.filter((o) => o.show);
  return {
    caption: 'Training, some of the epochs',
    columns: [
      { title: 'Epoch', numeric: true },
      { title: 'Loss', numeric: true },
      ...extra.map((o) => o.column),
      { title: '' },
    ],
    rows: shown.map((h) => [
      integer(h.epoch),
      significant(h.loss),
      ...extra.map((o) => o.cell(h)),
      h.epoch === bestEpoch ? 'kept' : '',
    ]),
  };
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
    { key: 'p05', title: '5 %', show: (v) => fixed(v, 3) },
    { key: 'p16', title: '16 %', show: (v) => fixed(v, 3) },
    { key: 'p84', title: '84 %', show: (v) => fixed(v, 3) },
    { key: 'p95', title: '95 %', show: (v) => fixed(v, 3) },
    { key: 'pearson', title: 'Pearson', show: (v) => fixed(v, 3) },
    { key: 'positionError', title: 'Position error', unit: 'cm', show: (v) => fixed(v, 2) },
    { key: 'widthError', title: 'Width error', unit: 'cm', show: (v) => fixed(v, 2) },
    { key: 'sumError', title: 'Sum error', show: percent },
    { key: 'zeroFraction', title: 'Zero cells', show: percent },
  ];
  const present = columns.filter((c) => quality.algorithms.some((a) => a[c.key] !== undefined));
  return {
    caption: `EMD per wafer${quality.eTx === undefined ? '' : `, ${quality.eTx} eTx`}`,
    columns: [
      { title: 'Algorithm' },
      ...present.map((c) => ({ title: c.title, unit: c.unit, numeric: true })),
    ],
    rows: quality.algorithms.map((a) => [
      name(a.name, quality.ours),
      ...present.map((c) => c.show((a[c.key] as number | null | undefined) ?? null)),
    ]),
  };
}

function name(algorithm: string, ours: string): Cell {
  return algorithm === ours ? { text: algorithm, mark: 'strong' } : algorithm;
}

export function linkTable(links: NonNullable<Section<'quality'>['perLinks']>, ours: string): Table {
  const bits = links.rows.some((r) => r.bitsPerLatent !== undefined);
  return {
    caption: 'Mean EMD for each number of transmitter links',
    columns: [
      { title: 'eTx', numeric: true },
      ...(bits ? [{ title: 'Bits per latent', numeric: true }] : []),
      ...links.algorithms.map((title) => ({ title, numeric: true })),
    ],
    rows: links.rows.map((row) => [
      integer(row.eTx),
      ...(bits ? [significant(row.bitsPerLatent)] : []),
      ...row.mean.map(
        (mean, i): Cell =>
          links.algorithms[i] === ours ? { text: fixed(mean, 3), mark: 'strong' } : fixed(mean, 3),
      ),
    ]),
  };
}

export function occupancyTable(occupancy: NonNullable<Section<'quality'>['occupancy']>, ours: string): Table {
  return {
    caption: 'Mean EMD against occupancy',
    columns: [
      { title: 'Hit cells' },
      { title: 'Wafers', numeric: true },
      ...occupancy.series.map((s) => ({ title: s.name, numeric: true })),
    ],
    rows: occupancy.classes.map((c, i) => [
      c.label,
      integer(c.wafers),
      ...occupancy.series.map(
        (s): Cell => (s.name === ours ? { text: fixed(s.mean[i], 3), mark: 'strong' } : fixed(s.mean[i], 3)),
      ),
    ]),
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
  return {
    caption: `${capital(d.name)}: quantiles${d.ks === undefined ? '' : `, KS distance ${fixed(d.ks, 3)}`}`,
    columns: [
      { title: 'Quantile', numeric: true },
      ...Array.from({ length: width }, (_, i) => ({
        title: series[i] ?? `series ${i + 1}`,
        unit: d.unit,
        numeric: true,
      })),
    ],
    rows: d.quantiles.map((q) => [
      `${significant(100 * q.p)}\u202f%`,
      ...Array.from({ length: width }, (_, i) => significant(q.values[i])),
    ]),
  };
}

export function latencyTable(chip: Section<'chip'>): Table {
  let bx = 0;
  const rows = chip.path.map((block) => {
    bx += block.latencyBx;
    return [
      block.title,
      block.name,
      integer(block.bits),
      integer(block.latencyBx),
      significant(block.latencyBx * chip.clockNs),
      integer(bx),
      significant(bx * chip.clockNs),
    ];
  });
  return {
    caption: 'Latency of the data path',
    columns: [
      { title: 'Block' },
      { title: 'Instance', code: true },
      { title: 'Output', unit: 'bit', numeric: true },
      { title: 'Latency', unit: 'BX', numeric: true },
      { title: 'Latency', unit: 'ns', numeric: true },
      { title: 'Up to here', unit: 'BX', numeric: true },
      { title: 'Up to here', unit: 'ns', numeric: true },
    ],
    rows: [
      ...rows,
      ['Link input to link output', chip.name, '', integer(bx), significant(bx * chip.clockNs), '', ''],
    ],
    total: true,
  };
}

export function simulationTable(simulation: Section<'simulation'>): Table {
  return {
    caption: 'Simulated Verilog against the integer reference',
    columns: [
      { title: 'Engine' },
      { title: 'Version' },
      { title: 'Compared', unit: 'BX', numeric: true },
      { title: 'Compared', unit: 'bit', numeric: true },
      { title: 'Mismatches', numeric: true },
      { title: 'Latency', unit: 'BX', numeric: true },
      { title: 'Speed', unit: 'cycles/s', numeric: true },
      { title: 'Result' },
    ],
    rows: simulation.runs.map((r) => [
      r.engine,
      r.version ?? '',
      integer(r.bx),
      integer(r.bits),
      integer(r.mismatches),
      integer(r.latencyBx),
      r.cyclesPerSecond === undefined ? DASH : integer(Number(r.cyclesPerSecond.toPrecision(3))),
      simulationResult(r),
    ]),
  };
}

function simulationResult(r: Section<'simulation'>['runs'][number]): Cell {
  if (r.skipped !== undefined) return { text: `skipped: ${r.skipped}`, mark: 'unknown' };
  // No comparison is not agreement.
  if (r.mismatches === undefined || !r.bits) return { text: '? nothing compared', mark: 'unknown' };
  return r.mismatches === 0
    ? { text: '\u2713 equal', mark: 'good' }
    : { text: '\u2717 differs', mark: 'bad' };
}

export function costTable(cost: Section<'cost'>): Table {
  type Row = Section<'cost'>['rows'][number];
  const top = cost.rows.filter((r) => !r.depth);
  const sum = (key: 'cells' | 'flipFlopsPlanned' | 'flipFlopsFound' | 'area' | 'energy') => {
    const values = top.map((r) => r[key]).filter((v) => v !== undefined);
    return values.length === 0 ? undefined : values.reduce((a, b) => a + b, 0);
  };
  const area = sum('area');
  const cells = (r: Omit<Row, 'block'>, share: number | undefined): Cell[] => [
    integer(r.cells),
    integer(r.flipFlopsPlanned),
    r.flipFlopsPlanned !== undefined &&
    r.flipFlopsFound !== undefined &&
    r.flipFlopsFound !== r.flipFlopsPlanned
      ? { text: `\u2717 ${integer(r.flipFlopsFound)}`, mark: 'bad' }
      : integer(r.flipFlopsFound),
    integer(r.area),
    percent(share),
    fixed(r.energy, 1),
  ];
  const total = {
    cells: sum('cells'),
    flipFlopsPlanned: sum('flipFlopsPlanned'),
    flipFlopsFound: sum('flipFlopsFound'),
    area,
    energy: sum('energy'),
  };
  const shareOf = (a: number | undefined) => (a === undefined || !area ? undefined : a / area);
  return {
    caption: `Cost per block, ${cost.technology}`,
    columns: [
      { title: 'Block', code: true },
      { title: 'Cells', numeric: true },
      { title: 'Flip-flops planned', numeric: true },
      { title: 'Flip-flops found', numeric: true },
      { title: 'Area (est.)', unit: '\u00b5m\u00b2', numeric: true },
      { title: 'Share', numeric: true },
      { title: 'Energy (est.)', unit: 'pJ/BX', numeric: true },
    ],
    rows: [
      ...cost.rows.map((r) => ['\u00a0\u00a0'.repeat(r.depth ?? 0) + r.block, ...cells(r, shareOf(r.area))]),
      ['Sum', ...cells(total, shareOf(area))],
    ],
    total: true,
  };
}

export function registerTable(registers: Section<'registers'>): Table {
  return {
    caption: 'Registers after the run',
    columns: [
      { title: 'Register', code: true },
      { title: 'Address', code: true, numeric: true },
      { title: 'Value', code: true, numeric: true },
      { title: 'Meaning' },
    ],
    rows: registers.rows.map((r) => [r.name, hex(r.address, 4), r.value, r.meaning ?? '']),
  };
}

export function commitText(commit: NonNullable<Section<'registers'>['commit']>): string {
  const where = commit.i2cAddress === undefined ? '' : ` to I2C address ${hex(commit.i2cAddress, 2)}`;
  return (
    `${integer(commit.weightBytes)} weight bytes written${where}, CRC-32 ${hex(commit.crc32, 8)}: commit ` +
    (commit.accepted ? 'accepted, active bank swapped.' : 'REFUSED, the active bank was left alone.')
  );
}

export function artefactTable(artefacts: Section<'artefacts'>): Table {
  return {
    caption: 'Artefacts',
    columns: [
      { title: 'File', code: true },
      { title: 'What' },
      { title: 'Size', unit: 'byte', numeric: true },
      { title: 'SHA-256', code: true },
    ],
    rows: artefacts.map((a) => [a.path, a.what ?? '', integer(a.bytes), a.sha256]),
  };
}
