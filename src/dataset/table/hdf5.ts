import { type Hdf5Description, type Hdf5Values, openHdf5 } from '../../base/index.js';
import type { ReadOptions } from '../row/options.js';
import type { Table, TableColumn } from './table.js';

/** Rows that are read at once, about; whole chunks of the file are. */
const PIECE = 16_384;

/** The arrays of an HDF5 file as a table: (n,) is a column of numbers, (n, m) one of lists. */
export async function hdf5Table(path: string, { signal }: ReadOptions): Promise<Table> {
  const session = await openHdf5(path, { signal });
  const sets = new Map<TableColumn, Hdf5Description>();
  for (const dataset of session.datasets) {
    const { shape, dtype } = dataset;
    const number = /^(u?int|float)\d+$/.test(dtype);
    const kind = number && shape.length === 1 ? 'number' : number && shape.length === 2 ? 'list' : 'other';
    const names = kind === 'list' ? await pandasNames(dataset) : undefined;
    sets.set(
      {
        name: dataset.path.join('/'),
        kind,
        ...(kind === 'list' ? { length: shape[1] } : {}),
        ...(names ? { names } : {}),
        rows: shape[0] ?? 1,
        type: dataset.members ? `compound of ${dataset.members.join(', ')}` : dtype,
      },
      dataset,
    );
  }

  /** pandas writes the values of a frame beside the names of their columns. */
  async function pandasNames({ path: at, shape }: Hdf5Description): Promise<string[] | undefined> {
    const block = /^(block\d+)_values$/.exec(at[at.length - 1])?.[1];
    const items = session.datasets.find(
      (other) => other.path.join('/') === [...at.slice(0, -1), `${block}_items`].join('/'),
    );
    if (!block || !items || items.shape.length !== 1 || items.shape[0] !== shape[1]) return undefined;
    if (!/^(string|u?int\d+)$/.test(items.dtype)) return undefined;
    return Array.from((await session.read(items)) as ArrayLike<unknown>, String);
  }

  return {
    columns: [...sets.keys()],
    close: session.close,
    *pieces(column) {
      const chunk = Math.min(sets.get(column)?.chunks?.[0] ?? 1, column.rows || 1);
      const step = Math.ceil(PIECE / chunk) * chunk;
      for (let end = step; end < column.rows; end += step) yield end;
      if (column.rows > 0) yield column.rows;
    },
    async read(column, first, end) {
      const values: Hdf5Values = await session.read(sets.get(column)!, [first, end]);
      const wide = values instanceof BigInt64Array || values instanceof BigUint64Array;
      return { values: wide ? Float64Array.from(values, Number) : (values as ArrayLike<number>) };
    },
  };
}
