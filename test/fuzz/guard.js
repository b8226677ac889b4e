// Loaded into the processes of the campaign and their threads (node --import): every file that is opened, made or removed
// outside the folder of the case is written down in the file ECON_FUZZ_TOUCHED, a line `read|write NAME` each.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { dirname, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const { ECON_FUZZ_TOUCHED: list = '', ECON_FUZZ_FOLDER: folder = '', TMPDIR: temporary = '' } = process.env;
const own = resolve(dirname(fileURLToPath(import.meta.url)), '../..') + sep;
const { openSync, writeSync } = fs;
const out = openSync(list, 'a');

/** @param {unknown} name @param {boolean} writes */
function look(name, writes) {
  if (typeof name === 'number') return;
  const text = name instanceof URL ? fileURLToPath(name) : String(name);
  if (text.includes('\0')) return; // refused by Node
  const path = resolve(text);
  const inside = (/** @type {string} */ place) => path === place || path.startsWith(place + sep);
  // Scratch of a reader: the list of files afterwards tells what it left.
  if (inside(temporary) || path === '/dev/null') return;
  if (!writes && (inside(folder) || path.startsWith(own))) return;
  writeSync(out, `${writes ? 'write' : 'read'} ${JSON.stringify(path)}\n`);
}

/** @param {unknown} flags */
const writing = (flags) =>
  typeof flags === 'number'
    ? (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR | fs.constants.O_CREAT)) !== 0
    : /[wa+x]/.test(String(flags ?? 'r'));

/** @param {any} where */
function watch(where) {
  /** @param {string} name @param {(args: any[]) => void} before */
  const wrap = (name, before) => {
    const inner = where[name];
    if (typeof inner !== 'function') return;
    where[name] = function (/** @type {any[]} */ ...args) {
      before(args);
      return inner.apply(this, args);
    };
  };
  for (const name of ['open', 'openSync'])
    wrap(name, ([path, flags]) => look(path, writing(typeof flags === 'function' ? 'r' : flags)));
  for (const name of ['readFile', 'createReadStream', 'readdir', 'opendir', 'readlink'])
    for (const form of [name, `${name}Sync`]) wrap(form, ([path]) => look(path, false));
  for (const name of [
    'writeFile',
    'appendFile',
    'createWriteStream',
    'mkdir',
    'mkdtemp',
    'rm',
    'rmdir',
    'unlink',
    'truncate',
    'chmod',
    'utimes',
  ])
    for (const form of [name, `${name}Sync`]) wrap(form, ([path]) => look(path, true));
  for (const name of ['rename', 'copyFile', 'cp', 'link', 'symlink'])
    for (const form of [name, `${name}Sync`])
      wrap(form, ([from, to]) => {
        look(from, name === 'rename');
        look(to, true);
      });
}
watch(fs);
watch(fs.promises);
syncBuiltinESMExports();
