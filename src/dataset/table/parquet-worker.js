// Parquet in a thread of its own. In: {begin: {path}}, then {column, first, end}; {done}. Out: {ready}, rows and columns as
// {value}, then {value: {values, lengths?}} for each question, or {error}; {free}.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { parquetMetadataAsync, parquetScan, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
/** @type {number | undefined} */
let fd;
/** @type {{byteLength: number, slice(start: number, end?: number): ArrayBuffer}} */
let file;
/** @type {import('hyparquet').FileMetaData} */
let metadata;

port.on('message', async ({ begin, column, first, end, done }) => {
  try {
    if (done) {
      if (fd !== undefined) closeSync(fd);
      fd = undefined;
      // The library keeps nothing of a file.
      port.postMessage({ free: true });
    } else if (begin) {
      fd = openSync(begin.path, 'r');
      file = bytesOf(fd);
      port.postMessage({ value: await contents() });
    } else {
      const value = await numbersOf(column, first, end);
      port.postMessage({ value }, /** @type {any} */ ([value.values.buffer]));
    }
  } catch (/** @type {any} */ error) {
    port.postMessage({ error: String(error?.message ?? error).split('\n')[0] });
  }
});
port.postMessage({ ready: true });

/** @param {number} fd */
function bytesOf(fd) {
  const byteLength = fstatSync(fd).size;
  return {
    byteLength,
    /** @param {number} start @param {number} [end] */
    slice(start, end = byteLength) {
      if (!(start >= 0 && end >= start && end <= byteLength))
        throw new Error('it tells of bytes that are not there');
      const bytes = new Uint8Array(end - start);
      let at = 0;
      while (at < bytes.length) {
        const n = readSync(fd, bytes, at, bytes.length - at, start + at);
        if (n === 0) throw new Error('it ends early');
        at += n;
      }
      return bytes.buffer;
    },
  };
}

async function contents() {
  metadata = await parquetMetadataAsync(file);
  const rows = Number(metadata.num_rows);
  const groups = metadata.row_groups.map((group) => Number(group.num_rows));
  if (
    !Number.isSafeInteger(rows) ||
    rows < 0 ||
    groups.some((n) => n < 0) ||
    groups.reduce((a, b) => a + b, 0) !== rows
  )
    throw new Error('the rows of its groups do not add up');
  const columns = parquetSchema(metadata).children.map(({ element, children }) => {
    if (typeof element.name !== 'string') throw new Error('a column has no name');
    return { name: element.name, ...kindOf(element, children) };
  });
  return { rows, groups, columns };
}

/** @param {string} column @param {number} first @param {number} end */
async function numbersOf(column, first, end) {
  const scan = await parquetScan({ file, metadata, compressors, columns: [column] });
  /** @type {any[]} */
  const parts = [];
  for (const { rowStart, rowEnd } of scan.ranges) {
    const from = Math.max(first, rowStart);
    const to = Math.min(end, rowEnd);
    if (from < to) parts.push(await scan.readColumn({ column, rowStart: from, rowEnd: to }));
  }
  return plain(parts, end - first);
}

/** @param {any} element @param {any[]} children @returns {{kind: 'number' | 'list' | 'other', length?: number, type: string}} */
function kindOf(
  { type, converted_type: converted, logical_type: logical, repetition_type: repeated },
  children,
) {
  const numeric = ['INT32', 'INT64', 'FLOAT', 'DOUBLE'];
  const plainNumber = !/DECIMAL|TIME|DATE|INTERVAL/.test(`${converted} ${logical?.type}`);
  if (children.length === 0) {
    if (logical?.type === 'FLOAT16') return { kind: 'number', type: 'FLOAT16' };
    if (!numeric.includes(type) || !plainNumber)
      return { kind: 'other', type: `${logical?.type ?? converted ?? type}` };
    return { kind: repeated === 'REPEATED' ? 'list' : 'number', type };
  }
  const inner = children.length === 1 ? children[0].children : [];
  const element = inner.length === 1 ? inner[0].element : undefined;
  if (
    (converted === 'LIST' || logical?.type === 'LIST') &&
    inner[0]?.children.length === 0 &&
    numeric.includes(element.type)
  )
    return { kind: 'list', type: `list of ${element.type}` };
  return { kind: 'other', type: converted ?? logical?.type ?? 'struct' };
}

/** Numbers of all parts; of lists with the length of each. NaN where there is none. @param {any[]} parts @param {number} rows */
function plain(parts, rows) {
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  if (total !== rows) throw new Error(`${total} of ${rows} rows are there`);
  const isList = parts.some(
    (part) => Array.isArray(part) && part.some((v) => typeof v === 'object' && v !== null),
  );
  if (!isList) {
    const values = new Float64Array(rows);
    let at = 0;
    for (const part of parts) for (let i = 0; i < part.length; i++) values[at++] = number(part[i]);
    return { values };
  }
  const lengths = new Int32Array(rows);
  const values = new Float64Array(
    parts.reduce(
      (n, part) =>
        n + part.reduce((/** @type {number} */ m, /** @type {any} */ v) => m + (v?.length ?? 0), 0),
      0,
    ),
  );
  let row = 0;
  let at = 0;
  for (const part of parts)
    for (const list of part) {
      lengths[row++] = list?.length ?? 0;
      for (let i = 0; i < (list?.length ?? 0); i++) values[at++] = number(list[i]);
    }
  return { values, lengths };
}

/** @param {unknown} value */
function number(value) {
  return typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : Number.NaN;
}
