// ROOT trees in a thread of its own, by the reading part of jsroot (bundled by scripts/build.js). In: {begin: {path,
// jsroot}}, then {tree, branch, first, end}; {done}. Out: {ready}, the trees as {value}, then {value: {values, lengths?}}
// for each question, or {error}; {free}.
import { parentPort } from 'node:worker_threads';

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);

const DEEPEST = 16;
/** Files of one thread: a few megabytes of code stay for each until the thread ends. */
const MOST_FILES = 32;
let files = 0;
/** Places of the longest array that the library fills at once; it fills none that grows with the rows. */
const MOST_PLACES = 1 << 24;
/** @type {any} */
let library;
/** @type {any} */
let file;
/** @type {Map<string, any>} */
const trees = new Map();
/** @type {string[]} */
const others = [];

// V8 does not look at its limit of memory while it fills an array: the whole process would end, not this thread.
const { fill } = Array.prototype;
/** @type {(this: unknown[], ...args: Parameters<typeof fill>) => unknown[]} */
Array.prototype.fill = function (...args) {
  if (this.length > MOST_PLACES) throw new RangeError(`an array of ${this.length} places`);
  return fill.apply(this, args);
};

port.on('message', async ({ begin, done, ...question }) => {
  try {
    if (done) {
      file?.close?.();
      file = undefined;
      trees.clear();
      port.postMessage({ free: files < MOST_FILES });
    } else if (begin) {
      // The library learns classes from a file; the next file gets a new one.
      library = await import(`${begin.jsroot}?${files++}`);
      others.length = 0;
      file = await library.openFile(begin.path);
      await walk(file, '', 0);
      port.postMessage({ value: { trees: [...trees].map(describe), others } });
    } else {
      const value = await numbersOf(/** @type {any} */ (question));
      port.postMessage({ value }, /** @type {any} */ ([value.values.buffer]));
    }
  } catch (error) {
    tell(error);
  }
});
// A promise of the library that nobody waits for: who knows what else is left of this file.
process.on('unhandledRejection', (error) => {
  files = MOST_FILES;
  tell(error);
});
port.postMessage({ ready: true });

/** @param {any} error */
function tell(error) {
  port.postMessage({ error: String(error?.message ?? error).split('\n')[0] });
}

/** Reads all trees of a directory, of each name the newest cycle. @param {any} directory @param {string} at @param {number} depth */
async function walk(directory, at, depth) {
  if (depth > DEEPEST) throw new Error('directories lie in one another without an end');
  /** @type {Map<string, any>} */
  const newest = new Map();
  for (const key of directory.fKeys) {
    const before = newest.get(key.fName);
    if (!before || key.fCycle > before.fCycle) newest.set(key.fName, key);
  }
  for (const [name, { fClassName: kind, fCycle: cycle }] of newest) {
    if (kind === 'TTree' || kind === 'TNtuple' || kind === 'TNtupleD')
      trees.set(at + name, await directory.readObject(`${name};${cycle}`));
    else if (kind === 'TDirectory' || kind === 'TDirectoryFile')
      await walk(await directory.readObject(`${name};${cycle}`), `${at}${name}/`, depth + 1);
    else others.push(`${at}${name} (${kind})`);
  }
}

/** @param {[string, any]} tree */
function describe([name, { fEntries: entries, fBranches: branches }]) {
  const rows = Number(entries);
  if (!Number.isSafeInteger(rows) || rows < 0)
    throw new Error(`the tree ${name} tells of ${entries} entries`);
  return {
    name,
    rows,
    branches: branches.arr.map((/** @type {any} */ branch) => ({ name: branch.fName, ...kindOf(branch) })),
  };
}

/** @param {any} branch @returns {{kind: 'number' | 'list' | 'other', length?: number, type: string}} */
function kindOf({ _typename: kind, fLeaves: leaves, fBranches: inner, fClassName: className }) {
  const vector =
    /^vector<(unsigned )?(char|short|int|long|long long|float|double|u?int\d+_t|U?(Short|Int|Long64)_t|Float_t|Double_t)>$/;
  if (className && vector.test(String(className).replace('std::', '')))
    return { kind: 'list', type: className };
  const leaf = leaves?.arr.length === 1 ? leaves.arr[0] : undefined;
  if (!leaf || inner?.arr.length > 0 || !/^TLeaf[FDOBSILG]$/.test(leaf._typename))
    return { kind: 'other', type: className || leaf?._typename || kind };
  const type = leaf._typename;
  if (leaf.fLeafCount) return { kind: 'list', type };
  return leaf.fLen > 1 ? { kind: 'list', length: leaf.fLen, type } : { kind: 'number', type };
}

/** @param {{tree: string, branch: string, first: number, end: number}} question */
async function numbersOf({ tree: name, branch, first, end }) {
  /** @type {number[] | Float64Array} */
  let values = new Float64Array(end - first);
  /** @type {Int32Array | undefined} */
  let lengths;
  let row = 0;
  let at = 0;
  const selector = new library.TSelector();
  selector.addBranch(branch, 'it');
  selector.Process = () => {
    const { it } = selector.tgtobj;
    if (row >= end - first) return;
    if (typeof it !== 'object') {
      values[row++] = Number(it ?? Number.NaN);
      return;
    }
    lengths ??= new Int32Array(end - first);
    if (values instanceof Float64Array) values = [];
    lengths[row++] = it.length;
    for (let i = 0; i < it.length; i++) values[at++] = Number(it[i]);
  };
  await library.treeProcess(trees.get(name), selector, { firstentry: first, numentries: end - first });
  if (row !== end - first)
    throw new Error(`only ${row} of the entries ${first} .. ${end - 1} of ${branch} can be read`);
  const all = Float64Array.from(values);
  return lengths ? { values: all, lengths } : { values: all };
}
