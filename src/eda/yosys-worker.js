// The thread in which Yosys (WebAssembly) runs, because one call blocks its JavaScript thread for seconds.
// Plain JavaScript, so that the same file starts under vitest (from src/) and from dist/.
import { parentPort } from 'node:worker_threads';
import { Exit, runYosys } from '@yowasp/yosys';

/**
 * @typedef {{ [name: string]: Tree | string | Uint8Array }} Tree
 * @typedef {{ script: string, files: Record<string, string>, outputs: readonly string[] }} Job
 */

/**
 * The virtual file system that Yosys sees: nested folders from names such as `rtl/mux.v`.
 * @param {Record<string, string>} files
 * @returns {Tree}
 */
function treeOf(files) {
  /** @type {Tree} */
  const root = {};
  for (const [name, content] of Object.entries(files)) {
    const parts = name.split('/');
    const leaf = /** @type {string} */ (parts.pop());
    let folder = root;
    for (const part of parts) {
      folder[part] ??= {};
      folder = /** @type {Tree} */ (folder[part]);
    }
    folder[leaf] = content;
  }
  return root;
}

/**
 * @param {Tree | undefined} tree
 * @param {string} name
 * @returns {string | undefined}
 */
function fileIn(tree, name) {
  /** @type {Tree | string | Uint8Array | undefined} */
  let node = tree;
  for (const part of name.split('/')) {
    if (node === undefined || typeof node === 'string' || node instanceof Uint8Array) return undefined;
    node = node[part];
  }
  if (node instanceof Uint8Array) return Buffer.from(node).toString('utf8');
  return typeof node === 'string' ? node : undefined;
}

// Node breaks down, the process with it, when a thread is ended (at a timeout, say) while it compiles WebAssembly from a
// stream; it does not while it compiles bytes.
const { WebAssembly } = /** @type {any} */ (globalThis);
WebAssembly.compileStreaming = async (/** @type {Response | Promise<Response>} */ response) =>
  WebAssembly.compile(await (await response).arrayBuffer());

/** @param {Job} job */
async function answer({ script, files, outputs }) {
  /** @type {Buffer[]} */
  const out = [];
  /** @type {Buffer[]} */
  const err = [];
  let status = 0;
  let crash = '';
  /** @type {Tree | undefined} */
  let tree;
  try {
    await runYosys(); // compiles the WebAssembly, once; the next call runs
    tree = /** @type {Tree} */ (
      await runYosys(['-q', '-p', script], treeOf(files), {
        stdout: (bytes) => bytes && out.push(Buffer.from(bytes)),
        stderr: (bytes) => bytes && err.push(Buffer.from(bytes)),
      })
    );
  } catch (error) {
    status = error instanceof Exit ? error.code : -1;
    if (!(error instanceof Exit)) crash = String(error);
  }
  return {
    status,
    crash,
    stdout: Buffer.concat(out).toString('utf8'),
    log: Buffer.concat(err).toString('utf8'),
    files: Object.fromEntries(outputs.map((name) => [name, fileIn(tree, name)])),
  };
}

parentPort?.on('message', async (job) => parentPort?.postMessage(await answer(job)));
