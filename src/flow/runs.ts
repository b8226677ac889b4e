import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { EconError, fileError } from '../base/index.js';
import { columns } from '../quality/index.js';
import { RunFolder } from './run/run-folder.js';
import { ABOUT, type DataRecord } from './steps/data.js';
import { QUALITY, type QualityRecord } from './steps/evaluate.js';
import { HISTORY, type HistoryRecord } from './steps/train.js';

/** What a run is and how good its model became, read from its folder; what it has not got to is undefined. */
export interface RunSummary {
  readonly folder: string;
  readonly name: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Steps that are done, in the order in which they were. */
  readonly steps: readonly string[];
  readonly data?: DataRecord;
  readonly epochs?: number;
  readonly bestEpoch?: number;
  readonly validationEmd?: number;
  /** Mean EMD on the held-out wafers by number of links, integer path. */
  readonly emd: Readonly<Record<number, number>>;
}

/**
 * Runs in these folders: each is a run, or holds runs.
 * @param unreadable called for folders whose record cannot be read
 * @throws EconError flow/no-runs when there is none
 */
export function findRuns(
  folders: readonly string[],
  unreadable: (reason: string) => void = () => {},
): RunSummary[] {
  const found: RunSummary[] = [];
  for (const folder of folders) {
    for (const path of isRun(folder) ? [folder] : inside(folder)) {
      try {
        found.push(summary(path));
      } catch (error) {
        if (!(error instanceof EconError)) throw error;
        unreadable(error.message);
      }
    }
  }
  if (found.length > 0) return found;
  throw new EconError({
    code: 'flow/no-runs',
    where: folders.join(', '),
    what: 'there is no run here: no folder with a readable run.json.',
    remedy:
      'Name a run folder, or the folder that holds them; `econ train` and `econ flow` make them in runs/.',
  });
}

function isRun(folder: string): boolean {
  return existsSync(join(folder, 'run.json'));
}

function inside(folder: string): string[] {
  try {
    return readdirSync(folder)
      .sort()
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).isDirectory() && isRun(path));
  } catch (error) {
    throw fileError(error, folder, 'read');
  }
}

function summary(folder: string): RunSummary {
  const run = RunFolder.read(folder);
  const history = run.outputRecord<HistoryRecord>(HISTORY);
  const quality = run.outputRecord<QualityRecord>(QUALITY);
  const emd: Record<number, number> = {};
  for (const { etx, name, evaluation } of quality?.comparison.rows ?? []) {
    if (name === quality?.ours && evaluation.metrics.emd.mean !== null)
      emd[etx] = evaluation.metrics.emd.mean;
  }
  return {
    folder,
    name: basename(folder),
    settings: run.settings,
    steps: run.steps,
    data: run.outputRecord<DataRecord>(ABOUT),
    epochs: history?.history.length,
    bestEpoch: history?.bestEpoch,
    validationEmd: history?.validationEmd,
    emd,
  };
}

/** A line per run, best held-out EMD first at the links that most runs have; below it what tells the runs apart. */
export function renderRuns(runs: readonly RunSummary[]): string {
  const links = [...new Set(runs.flatMap((r) => Object.keys(r.emd).map(Number)))].sort((a, b) => a - b);
  const fixed = (value: number | undefined): string => (value === undefined ? '-' : value.toFixed(3));
  const most = [...links].sort((a, b) => having(runs, b) - having(runs, a) || b - a)[0];
  const sorted = [...runs].sort(
    (a, b) => (a.emd[most] ?? Number.POSITIVE_INFINITY) - (b.emd[most] ?? Number.POSITIVE_INFINITY),
  );
  const table = columns(
    ['run', 'data', 'eTx', 'epochs', 'validation', ...links.map((n) => `EMD ${n} eTx`), 'steps done'],
    sorted.map((r) => [
      r.name,
      r.data === undefined ? '-' : `${r.data.source} (${r.data.selected})`,
      String(r.settings.etx),
      r.epochs === undefined ? '-' : `${r.bestEpoch}/${r.epochs}`,
      fixed(r.validationEmd),
      ...links.map((n) => fixed(r.emd[n])),
      r.steps.join(' '),
    ]),
    ['run', 'data', 'steps done'],
  );
  return [table, ...differences(sorted)].join('\n');
}

function having(runs: readonly RunSummary[], links: number): number {
  return runs.filter((r) => r.emd[links] !== undefined).length;
}

/** Settings in which the runs differ, one line each. */
function differences(runs: readonly RunSummary[]): string[] {
  if (runs.length < 2) return [];
  const keys = [...new Set(runs.flatMap((r) => Object.keys(r.settings)))];
  const different = keys.filter((key) => new Set(runs.map((r) => JSON.stringify(r.settings[key]))).size > 1);
  if (different.length === 0) return ['', 'The settings of these runs are the same.'];
  return [
    '',
    'Settings that differ:',
    columns(
      ['setting', ...runs.map((r) => r.name)],
      different.map((key) => [key, ...runs.map((r) => JSON.stringify(r.settings[key]) ?? '-')]),
      ['setting'],
    ),
  ];
}
