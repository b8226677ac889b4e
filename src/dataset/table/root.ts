import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { failureText, packageRoot, patienceFor, startThread } from '../../base/index.js';
import { some } from '../row/columns.js';
import { dataError } from '../row/errors.js';
import type { ReadOptions } from '../row/options.js';
import type { ColumnValues, Table, TableColumn } from './table.js';

/** Entries that are read at once. */
const PIECE = 1 << 16;

interface Contents {
  readonly trees: readonly {
    readonly name: string;
    readonly rows: number;
    readonly branches: readonly Omit<TableColumn, 'rows'>[];
  }[];
  /** Names and classes of all that is no tree. */
  readonly others: readonly string[];
}

/**
 * The branches of the trees of a ROOT file, each called tree/branch.
 * @throws EconError dataset/bad-root when it is damaged, dataset/which-data when it holds no tree
 */
export async function rootTable(path: string, { signal }: ReadOptions): Promise<Table> {
  const thread = await startThread(new URL('./root-worker.js', import.meta.url), {
    data: { path: resolve(path), jsroot: pathToFileURL(join(packageRoot, 'dist/vendor/jsroot.js')).href },
    patience: patienceFor(statSync(path).size),
    signal,
    failed: (failure) =>
      dataError(
        'bad-root',
        { path },
        `the ROOT file is damaged, or of a kind that is not read here (${failureText(failure)}).`,
        'Copy it or write it again; `uproot.open(path)` or `rootls` shows what is in it.',
      ),
  });
  const { trees, others } = thread.contents as Contents;
  if (trees.length === 0) {
    await thread.end();
    throw dataError(
      'which-data',
      { path },
      `there is no TTree in this ROOT file; there are ${some(others)}.`,
      'Write the wafers as a TTree with a branch for each trigger cell, or one with an array of 48. An RNTuple is not read here.',
    );
  }
  const places = new Map<TableColumn, { tree: string; branch: string }>();
  for (const { name: tree, rows, branches } of trees)
    for (const { name, ...branch } of branches)
      places.set({ name: `${tree}/${name}`, ...branch, rows }, { tree, branch: name });
  return {
    columns: [...places.keys()],
    close: thread.end,
    *pieces({ rows }) {
      for (let end = PIECE; end < rows; end += PIECE) yield end;
      if (rows > 0) yield rows;
    },
    async read(column, first, end) {
      return (await thread.ask({ ...places.get(column), first, end })) as ColumnValues;
    },
  };
}
