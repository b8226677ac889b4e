// HDF5 in a thread of its own: some damaged files keep the library busy for ever, and only a thread can be ended.
// In: {begin: {path}}, absolute; then {read: path, rows?: [first, end]}; {done}. Out: {ready}, the contents as {value}, then
// {value} or {error} for each question; {free}.
import fs from 'node:fs';
import { devNull } from 'node:os';
import { resolve } from 'node:path';
import { parentPort } from 'node:worker_threads';

/** More objects than any model or data file has; links in a circle look like that. */
const MOST_OBJECTS = 100_000;
const DEEPEST = 64;
/** What one reading may ask for: more does not fit into the library's memory. */
const MOST_BYTES = 2 ** 30;
/** Files of one thread: the memory of the library, about 6 MB, stays for each until the thread ends. */
const MOST_FILES = 24;

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
let path = '';

// An HDF5 file can name other files for its data; this thread opens the one that it was given, and only reads. The library
// writes each of its errors to a file of its own in the folder for temporary files: here to nowhere, and into `said`.
let guarded = false;
let said = '';
/** The other file that was asked for. */
let outside = '';
/** @type {Set<number>} */
const scratch = new Set([1, 2]);
/** What is open of the file. @type {Set<number>} */
const open = new Set();
const { openSync, writeSync, closeSync } = fs;
Object.assign(fs, {
  /** @type {typeof openSync} */
  openSync(name, flags, mode) {
    if (!guarded) return openSync(name, flags, mode);
    if (resolve(String(name)) === path) {
      const fd = openSync(name, 'r', mode);
      open.add(fd);
      return fd;
    }
    if (!/\/tmpfile_\w+$/.test(String(name))) {
      // Not where it looks for a filter that it does not know.
      if (!/[\\/]plugin/.test(String(name))) outside = String(name);
      throw Object.assign(new Error('another file'), { code: 'EACCES' });
    }
    said = '';
    const fd = openSync(devNull, 'r+');
    scratch.add(fd);
    return fd;
  },
  /** @type {(fd: number, data: any, ...rest: any[]) => number} */
  writeSync(fd, data, ...rest) {
    if (!scratch.has(fd)) return writeSync(fd, data, ...rest);
    const [from = 0, length = data.length - from] = rest;
    said += Buffer.from(data.subarray(from, from + length)).toString('latin1');
    return length;
  },
  /** @type {typeof closeSync} */
  closeSync(fd) {
    scratch.delete(fd);
    open.delete(fd);
    closeSync(fd);
  },
  unlinkSync() {},
});

// A damaged file can spoil the memory of the library, so each file gets a new one; its compiled code is the same.
const { WebAssembly } = /** @type {any} */ (globalThis);
/** @type {any} */
let compiled;
const { instantiate } = WebAssembly;
Object.assign(WebAssembly, {
  /** @param {any} code @param {any} imports */
  async instantiate(code, imports) {
    compiled ??= await WebAssembly.compile(code);
    return { module: compiled, instance: await instantiate(compiled, imports) };
  },
});
let files = 0;
/** Whether the library can be loaded once more: not before Node 20.6. */
const again = typeof import.meta.resolve === 'function';
/** @type {any} */
let h5;
/** @type {any} */
let library;

async function load() {
  guarded = false;
  h5 = await import(files++ === 0 ? 'h5wasm/node' : `${import.meta.resolve('h5wasm/node')}?${files}`);
  library = await h5.ready;
  // Errors come as exceptions, instead of lines on the terminal and half of the contents.
  library.activate_throwing_error_handler();
  guarded = true;
}

/** @type {any} */
let file;
port.on('message', async ({ begin, read, rows, done }) => {
  try {
    if (done) {
      for (const fd of open) closeSync(fd);
      open.clear();
      port.postMessage({ free: again && files < MOST_FILES });
    } else if (begin) {
      if (path !== '') await load();
      path = begin.path;
      outside = said = '';
      file = new h5.File(path, 'r');
      if (file.file_id < 0n) throw new Error('it cannot be opened');
      port.postMessage({ value: contents() });
    } else {
      const values = valuesOf(read, rows);
      const buffer = /** @type {any} */ (values).buffer;
      port.postMessage({ value: values }, buffer ? [buffer] : []);
    }
  } catch (error) {
    port.postMessage({ error: { reason: reason(error), outside, filter: filterWanted() } });
  }
});
await load();
port.postMessage({ ready: true });

/** The innermost reason of the library ("bad heap free list"), or what else was thrown. @param {any} error */
function reason(error) {
  const deepest = [...said.matchAll(/^ {2}#\d+: .*?\(\): (.*)$/gm)].at(-1);
  return deepest ? deepest[1] : String(error?.message ?? error).split('\n')[0];
}

/** A way of packing that the library has not got. */
function filterWanted() {
  return /required filter '(.*?)' is not registered/.exec(said)?.[1] ?? '';
}

function contents() {
  /** @type {any[]} */
  const groups = [];
  /** @type {any[]} */
  const datasets = [];
  /** @type {(group: any, at: string[]) => void} */
  const walk = (group, at) => {
    if (at.length > DEEPEST) throw new Error('groups lie in one another without an end');
    /** @type {string[]} */
    const dangling = [];
    groups.push({ path: at, attributes: attributes(group), dangling });
    for (const name of group.keys()) {
      if (groups.length + datasets.length > MOST_OBJECTS)
        throw new Error(`there are more than ${MOST_OBJECTS} objects`);
      const entry = group.get(name);
      const inside = [...at, name];
      if (entry instanceof h5.Group) walk(entry, inside);
      else if (entry instanceof h5.Dataset) datasets.push(description(entry, inside));
      else if (!(entry instanceof h5.Datatype)) dangling.push(name);
    }
  };
  walk(file, []);
  return { groups, datasets };
}

/** @param {any} dataset @param {string[]} at */
function description(dataset, at) {
  const { metadata } = dataset;
  const members = metadata.compound_type?.members.map((/** @type {any} */ m) => m.name);
  return {
    path: at,
    shape: metadata.shape ?? [],
    dtype: dtype(metadata),
    ...(members ? { members } : {}),
    ...(metadata.chunks ? { chunks: metadata.chunks } : {}),
    attributes: attributes(dataset),
  };
}

/** @param {any} metadata */
function dtype({ type, size, signed, enum_type: names, vlen, shape, virtual_sources: virtual }) {
  if (shape === null) return 'empty';
  if (virtual?.length) return 'virtual';
  switch (type) {
    case 0:
      return [1, 2, 4, 8].includes(size) ? `${signed ? '' : 'u'}int${8 * size}` : `integer of ${size} bytes`;
    case 1:
      return `float${8 * size}`;
    case 3:
      return 'string';
    case 8:
      if (names.type !== 0 || ![1, 2, 4].includes(size)) return `enum of ${size} bytes`;
      return Object.keys(names.members).sort().join() === 'FALSE,TRUE' ? 'bool' : 'enum';
    default:
      return (
        { 2: 'time', 4: 'bitfield', 5: 'opaque', 6: 'compound', 7: 'reference', 9: 'vlen', 10: 'array' }[
          /** @type {2} */ (type)
        ] ?? (vlen ? 'vlen' : `class ${type}`)
      );
  }
}

/** @param {any} owner */
function attributes(owner) {
  /** @type {Map<string, unknown>} */
  const all = new Map();
  for (const [name, attribute] of Object.entries(owner.attrs)) {
    const kind = dtype(attribute.metadata);
    all.set(
      name,
      /^(u?int(8|16|32|64)|float(32|64)|string|bool|enum)$/.test(kind) ? plain(attribute, kind) : null,
    );
  }
  return all;
}

/** @param {any} attribute @param {string} kind */
function plain({ value }, kind) {
  if (typeof value === 'bigint' && Number.isSafeInteger(Number(value))) return Number(value);
  return kind === 'bool' && typeof value === 'number' ? value !== 0 : value;
}

/** @param {string} name @param {[number, number] | undefined} rows @returns {unknown} */
function valuesOf(name, rows) {
  const dataset = /** @type {any} */ (file.get(name));
  const { metadata } = dataset;
  const kind = dtype(metadata);
  const shape = /** @type {number[]} */ (metadata.shape ?? []);
  const count = rows ? [rows[1] - rows[0], ...shape.slice(1)] : shape;
  const n = count.reduce((product, size) => product * size, 1);
  if (n * metadata.size > MOST_BYTES)
    throw new Error(`${name} has ${n} values, more than can be read at once`);
  if (kind === 'string') {
    const value = rows ? dataset.slice([rows, ...shape.slice(1).map((size) => [0, size])]) : dataset.value;
    return typeof value === 'string' ? [value] : value;
  }
  const bytes = n * metadata.size;
  const at = library._malloc(bytes);
  if (at === 0 && bytes > 0) throw new Error(`there is no memory for the ${n} values of ${name}`);
  try {
    const whole = (/** @type {number[]} */ sizes) => sizes.map(BigInt);
    const [size, offset, stride] = rows
      ? [whole(count), whole(shape.map((_, i) => (i ? 0 : rows[0]))), whole(shape.map(() => 1))]
      : [null, null, null];
    if (n > 0) library.get_dataset_data(file.file_id, name, size, offset, stride, BigInt(at));
    const { buffer } = library.HEAPU8.slice(at, at + bytes);
    return typed(kind, metadata, buffer);
  } finally {
    library._free(at);
  }
}

/** @param {string} kind @param {any} metadata @param {ArrayBuffer} buffer */
function typed(kind, { size, signed }, buffer) {
  if (kind === 'float64') return new Float64Array(buffer);
  if (kind === 'float32') return new Float32Array(buffer);
  if (kind === 'float16') return Float32Array.from(new Uint16Array(buffer), half);
  if (size === 8) return signed ? new BigInt64Array(buffer) : new BigUint64Array(buffer);
  if (size === 4) return signed ? new Int32Array(buffer) : new Uint32Array(buffer);
  if (size === 2) return signed ? new Int16Array(buffer) : new Uint16Array(buffer);
  return signed ? new Int8Array(buffer) : new Uint8Array(buffer);
}

/** IEEE 754 binary16. @param {number} code */
function half(code) {
  const sign = code & 0x8000 ? -1 : 1;
  const exponent = (code >> 10) & 31;
  const fraction = code & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Infinity;
  return sign * (exponent ? 2 ** (exponent - 25) * (1024 + fraction) : 2 ** -24 * fraction);
}
