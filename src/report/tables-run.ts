import { capital, DASH, fixed, integer, significant } from './format.js';
import { NO_LIMIT, type RunSummary, type Section, type Verdict } from './summary.js';
import { type Cell, type Table, withoutEmpty } from './table.js';

// What the report says of the run as a whole, in numbers: from the summary to cells.

const RELATION = { '<=': '\u2264', '>=': '\u2265', '=': '=' } as const;

function verdictCell({ holds, limit }: Verdict): Cell {
  if (limit === NO_LIMIT) return DASH;
  if (holds === null) return { text: '? not checked', mark: 'unknown' };
  return holds ? { text: '\u2713 holds', mark: 'good' } : { text: '\u2717 fails', mark: 'bad' };
}

function valueText(value: Verdict['value'] | undefined): string {
  return typeof value === 'string' ? value : significant(value);
}

function limitText({ limit, relation }: Verdict): string {
  if (limit === undefined) return DASH;
  return limit === NO_LIMIT ? limit : `${relation ? `${RELATION[relation]} ` : ''}${valueText(limit)}`;
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
      limitText(v),
      v.unit ?? '',
      v.method,
      verdictCell(v),
      ...(notes ? [v.note ?? ''] : []),
    ]),
  };
}

/** The one line that a hurried reader reads. A verdict that was not checked, or a step that did not end, is no success. */
export function overall(summary: RunSummary): Exclude<Cell, string> {
  // What has no limit is told, not judged.
  const verdicts = (summary.verdicts ?? []).filter((v) => v.limit !== NO_LIMIT);
  const broken = summary.provenance?.steps?.filter((s) => s.state === 'failed') ?? [];
  const waiting = summary.provenance?.steps?.filter((s) => s.state === 'not run') ?? [];
  const failing = verdicts.filter((v) => v.holds === false).length;
  const open = verdicts.filter((v) => v.holds === null).length;
  const parts: string[] = [];
  if (broken.length > 0) parts.push(`step ${broken.map((s) => s.name).join(', ')} failed`);
  if (failing > 0) parts.push(`${failing} of ${verdicts.length} verdicts ${failing > 1 ? 'fail' : 'fails'}`);
  const bad = parts.length > 0;
  if (open > 0) parts.push(`${open} of ${verdicts.length} verdicts not checked`);
  if (waiting.length > 0) parts.push(`step ${waiting.map((s) => s.name).join(', ')} not run`);
  if (verdicts.length === 0) parts.push('no verdicts');
  if (parts.length > 0) return { mark: bad ? 'bad' : 'unknown', text: capital(parts.join('; ')) };
  return {
    mark: 'good',
    text: verdicts.length === 1 ? 'The one verdict holds' : `All ${verdicts.length} verdicts hold`,
  };
}

export function stepTable(steps: NonNullable<Section<'provenance'>['steps']>): Table {
  const marks = { done: 'good', failed: 'bad', skipped: 'unknown', 'not run': 'unknown' } as const;
  return withoutEmpty({
    caption: 'Steps',
    columns: [
      { title: 'Step' },
      { title: 'State' },
      { title: 'Wall time', unit: 's', numeric: true },
      { title: 'Versions' },
      { title: 'Note' },
    ],
    rows: steps.map((s) => [
      s.name,
      { text: s.state, mark: marks[s.state] },
      fixed(s.seconds, 1),
      s.versions ?? '',
      s.note ?? '',
    ]),
  });
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

export function artefactTable(artefacts: Section<'artefacts'>): Table {
  return {
    caption: 'Artefacts',
    columns: [
      { title: 'File', code: true },
      { title: 'Size', unit: 'byte', numeric: true },
      { title: 'SHA-256', code: true },
    ],
    rows: artefacts.map((a) => [a.path, integer(a.bytes), a.sha256]),
  };
}
