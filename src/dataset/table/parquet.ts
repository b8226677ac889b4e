import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { failureText, patienceFor, startThread } from '../../base/index.js';
import { dataError } from '../row/errors.js';
import type { ReadOptions } from '../row/options.js';
import type { ColumnValues, Table, TableColumn } from './table.js';

/** Rows that are read at once at most: 48 columns of them are 50 MB. */
const PIECE = 1 << 17;

interface Contents {
  readonly rows: number;
  /** Rows of each group. */
  readonly groups: readonly number[];
  readonly columns: readonly Omit<TableColumn, 'rows'>[];
}

/** The columns of a Parquet file. @throws EconError dataset/bad-parquet */
export async function parquetTable(path: string, { signal }: ReadOptions): Promise<Table> {
  const thread = await startThread(new URL('./parquet-worker.js', import.meta.url), {
    data: { path: resolve(path) },
    patience: patienceFor(statSync(path).size),
    signal,
    failed: (failure) =>
      dataError(
        'bad-parquet',
        { path },
        `the Parquet file is damaged, or of a kind that is not read here (${failureText(failure)}).`,
        'Copy it or write it again: df.to_parquet(path, compression="zstd").',
      ),
  });
  const { rows, groups, columns } = thread.contents as Contents;
  return {
    columns: columns.map((column) => ({ ...column, rows })),
    close: thread.end,
    *pieces() {
      let start = 0;
      for (const group of groups) {
        for (let at = PIECE; at < group; at += PIECE) yield start + at;
        start += group;
        if (group > 0) yield start;
      }
    },
    async read({ name }, first, end) {
      return (await thread.ask({ column: name, first, end })) as ColumnValues;
    },
  };
}
