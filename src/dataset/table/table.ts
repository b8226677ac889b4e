import { cellsOf, moduleNumber } from '../../detector/index.js';
import { type WaferBatch, wafers } from '../row/batch.js';
import { chargeReader } from '../row/charge.js';
import { cellName, findCells, some } from '../row/columns.js';
import { dataError } from '../row/errors.js';
import { findModuleColumns, hasModules } from '../row/module-columns.js';
import type { ReadOptions } from '../row/options.js';

/** A column of a file that holds tables: Parquet, HDF5, ROOT. */
export interface TableColumn {
  readonly name: string;
  /** One number per row; a list of numbers per row; something else. */
  readonly kind: 'number' | 'list' | 'other';
  /** Numbers in each list, where the file says so. */
  readonly length?: number;
  /** What the numbers of a list are called, where the file says so. */
  readonly names?: readonly string[];
  readonly rows: number;
  /** As the file calls it, for messages. */
  readonly type: string;
}

/** The numbers of some rows; NaN where there is none. */
export interface ColumnValues {
  readonly values: ArrayLike<number>;
  /** Numbers in each row, of lists. */
  readonly lengths?: ArrayLike<number>;
}

export interface Table {
  readonly columns: readonly TableColumn[];
  /** Rows that are well read at once: ends of pieces, ascending, the last one all rows of the column. */
  pieces(column: TableColumn): Iterable<number>;
  read(column: TableColumn, first: number, end: number): Promise<ColumnValues>;
  close(): Promise<void>;
}

/** Where the charges are: one column of lists, or one column for each cell. */
type Source =
  | { readonly list: TableColumn; readonly cells: readonly number[] }
  | { readonly list?: undefined; readonly columns: readonly TableColumn[] };

/** The wafers of a table, some thousand at a time. */
export async function* tableWafers(
  table: Table,
  options: ReadOptions,
  path: string,
): AsyncGenerator<WaferBatch> {
  try {
    const width = cellsOf(options);
    const source = findSource(table, options, path);
    const lead = source.list ?? source.columns[0];
    const own = source.list ? [source.list] : source.columns;
    const modules = hasModules(options) ? moduleSource(table, own, lead) : undefined;
    const read = [...own, ...(modules ?? [])];
    for (const column of read)
      if (column.rows !== lead.rows)
        throw dataError(
          'bad-shape',
          { path },
          `${column.name} has ${column.rows} rows, ${lead.name} has ${lead.rows}.`,
          'All columns of the wafers need as many rows.',
        );
    const unread = table.columns.filter((column) => !read.includes(column)).map(({ name }) => name);
    if (unread.length > 0) options.note?.(`columns that are not read: ${some(unread)}`);
    const reader = chargeReader(options);
    const { progress, signal } = options;
    if (lead.rows > 1 << 17) progress?.start('read', lead.rows, 'wafers');
    let first = 0;
    for (const end of table.pieces(lead)) {
      signal?.throwIfAborted();
      const charges = new Uint32Array((end - first) * width);
      const fill = (
        values: ArrayLike<number>,
        step: number,
        from: number,
        cell: number,
        name: string,
      ): void => {
        for (let row = 0; row < end - first; row++) {
          const value = values[row * step + from];
          const charge = reader.of(value);
          if (typeof charge !== 'number') {
            const [what, remedy] = charge;
            throw dataError(
              'bad-cell',
              { path, row: first + row, column: name },
              Number.isNaN(value) ? 'there is no number (null or NaN).' : `${value} ${what}`,
              remedy,
            );
          }
          charges[row * width + cell] = charge;
        }
      };
      if (source.list) {
        const { values, lengths } = await table.read(source.list, first, end);
        const step = source.list.length ?? width;
        if (lengths) checkLengths(lengths, step, first, source.list.name, path);
        source.cells.forEach((at, cell) => {
          fill(values, step, at, cell, `${source.list.name}[${at}]`);
        });
      } else
        for (const [cell, column] of source.columns.entries())
          fill((await table.read(column, first, end)).values, 1, 0, cell, column.name);
      const numbers = modules && (await moduleNumbers(table, modules, first, end, path));
      yield wafers(charges, numbers, options.detector);
      first = end;
      if (lead.rows > 1 << 17) progress?.update(end);
    }
    if (lead.rows > 1 << 17) progress?.stop();
    reader.tell();
  } finally {
    await table.close();
  }
}

function checkLengths(
  lengths: ArrayLike<number>,
  width: number,
  first: number,
  name: string,
  path: string,
): void {
  for (let row = 0; row < lengths.length; row++)
    if (lengths[row] !== width)
      throw dataError(
        'bad-shape',
        { path, row: first + row, column: name },
        `this list has ${lengths[row]} numbers, not ${width}.`,
        `A wafer is a list of ${width} charges in TC_Number order.`,
      );
}

function findSource(table: Table, options: ReadOptions, path: string): Source {
  const { columns: asked, dataset } = options;
  const { columns } = table;
  const cellCount = cellsOf(options);
  const lists = columns.filter(
    ({ kind, length }) => kind === 'list' && (length === undefined || length >= cellCount),
  );
  if (dataset !== undefined) {
    const named = columns.find(({ name }) => name === dataset.replace(/^\//, ''));
    if (named?.kind === 'list' && (named.length ?? cellCount) >= cellCount)
      return listSource(named, options, path);
    // A group, or what is left of the path of the columns.
    const inside = columns.filter(({ name }) => name.startsWith(`${dataset.replace(/^\/|\/$/g, '')}/`));
    if (inside.length > 0)
      return findSource({ ...table, columns: inside }, { ...options, dataset: undefined }, path);
    throw dataError(
      'which-data',
      { path },
      named
        ? `${dataset} holds ${shape(named)}, no wafers of ${cellCount} cells.`
        : `there is no ${dataset}; there are ${some(columns.map(({ name }) => name))}.`,
      'Give the name of what holds the wafers to --dataset-path.',
    );
  }
  const numbers = columns.filter(({ kind }) => kind === 'number');
  const asListed = asked === undefined ? undefined : lists.find(({ name }) => name === asked);
  if (asListed) return listSource(asListed, options, path);
  const wide = lists.filter(({ length, names }) => length === undefined || length === cellCount || names);
  const calq = wide.filter(({ name }) => /(^|\/)calq$/i.test(name));
  const list = calq.length === 1 ? calq[0] : wide.length === 1 ? wide[0] : undefined;
  const last = (name: string): string => name.slice(name.lastIndexOf('/') + 1);
  if (!list || asked !== undefined || calq.length === 0) {
    const full = numbers.map(({ name }) => name);
    const short = full.map(last);
    const use = asked?.includes('/') ? full : short;
    const found = new Set(use).size === use.length ? use : full;
    if (list?.names === undefined || numbers.length >= cellCount) {
      const cells = list && asked === undefined ? undefined : findCells(found, options, { path });
      if (cells) return { columns: cells.map((at) => numbers[at]) };
    }
  }
  if (list) return listSource(list, options, path);
  if (wide.length > 1) {
    const names = wide.map(({ name }) => name);
    const what = `${names.join(', ')} could all be the wafers.`;
    throw dataError('which-data', { path }, what, `Say which: --dataset-path ${names[0]}.`);
  }
  const compound = columns.find(({ type }) => type.startsWith('compound'));
  throw dataError(
    'which-data',
    { path },
    compound
      ? `${compound.name} is a table of records (${compound.type}), which is not read here.`
      : `nothing here looks like wafers of ${cellCount} cells; there are ${some(columns.map((c) => `${c.name} (${shape(c)})`))}.`,
    compound
      ? `Write the charges as an array of shape (n, ${cellCount}), or df.to_hdf(path, key='df', format='fixed'), or df.to_parquet(path).`
      : `Wafers are an array of shape (n, ${cellCount}), a column of lists of ${cellCount}, or ${cellCount} columns such as ${cellName(0)} .. ${cellName(cellCount - 1)}; other names: --columns 'name_{0..${cellCount - 1}}'.`,
  );
}

function listSource(list: TableColumn, options: ReadOptions, path: string): Source {
  const cellCount = cellsOf(options);
  const cells = list.names && findCells(list.names, options, { path, column: list.name });
  if (cells) return { list, cells };
  if (list.length !== undefined && list.length !== cellCount)
    throw dataError(
      'bad-shape',
      { path, column: list.name },
      `it has ${list.length} columns, a wafer has ${cellCount}.`,
      `Save the ${cellCount} charges as an array of their own.`,
    );
  return { list, cells: Array.from({ length: cellCount }, (_, cell) => cell) };
}

function shape({ kind, length, rows, type }: TableColumn): string {
  return kind === 'list' ? `${rows} x ${length ?? 'n'} ${type}` : `${rows} ${type}`;
}

function moduleSource(
  table: Table,
  own: readonly TableColumn[],
  { rows }: TableColumn,
): readonly TableColumn[] | undefined {
  const numbers = table.columns.filter((c) => c.kind === 'number' && c.rows === rows && !own.includes(c));
  return findModuleColumns(numbers.map(({ name }) => name.slice(name.lastIndexOf('/') + 1)))?.map(
    (at) => numbers[at],
  );
}

async function moduleNumbers(
  table: Table,
  columns: readonly TableColumn[],
  first: number,
  end: number,
  path: string,
): Promise<Uint16Array> {
  const places: ArrayLike<number>[] = [];
  for (const column of columns) {
    const { values } = await table.read(column, first, end);
    for (let row = 0; row < values.length; row++)
      if ((values[row] | 0) !== values[row])
        throw dataError(
          'bad-cell',
          { path, row: first + row, column: column.name },
          `${values[row]} is no layer or wafer coordinate.`,
          'Layers and wafer coordinates are integers; leave these columns out when they are not known.',
        );
    places.push(values);
  }
  const [layer, u, v] = places;
  return Uint16Array.from({ length: end - first }, (_, row) => moduleNumber(layer[row], u[row], v[row]));
}
