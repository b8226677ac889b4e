// Compiles src/ to dist/. Runs by itself at `npm ci`, so that `npx econ` works in a fresh clone.
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

// Beside the old build and put in its place at the end: an econ that runs meanwhile keeps its files until then, and
// a build that fails leaves the old one.
const made = `${root}/node_modules/.econ-build`;
rmSync(made, { recursive: true, force: true });
execFileSync(process.execPath, [tsc, '-p', `${root}/tsconfig.json`, '--outDir', made], { stdio: 'inherit' });
chmodSync(`${made}/cli/main.js`, 0o755);

// Of jsroot only what reads files and trees, in one file: its package wants a browser's worth of others beside it
// (docs/dependencies.md).
const jsroot = `${root}/node_modules/jsroot`;
await build({
  stdin: {
    contents: `export { openFile } from 'jsroot/io';
      export { TSelector, treeProcess } from 'jsroot/tree';
      import { internals } from 'jsroot/core';
      import { decompress } from 'fzstd';
      internals._ZstdStream = { decompress: (bytes) => decompress(bytes) };`,
    resolveDir: root,
  },
  bundle: true,
  platform: 'node',
  format: 'esm',
  minify: true,
  external: ['xhr2', 'tmp', '@oneidentity/zstd-js', './base/zstd.mjs'],
  banner: {
    js: `/* The reading part of jsroot ${JSON.parse(readFileSync(`${jsroot}/package.json`, 'utf8')).version}, https://root.cern/js/\n${readFileSync(`${jsroot}/LICENSE`, 'latin1').replace(/[^ -~\n]+/g, '(c)')}*/`,
  },
  outfile: `${made}/vendor/jsroot.js`,
  logLevel: 'warning',
});

rmSync(`${root}/dist`, { recursive: true, force: true });
renameSync(made, `${root}/dist`);
