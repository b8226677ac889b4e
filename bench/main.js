// Runs every benchmark of this folder, or those named; each prints ratios against a named reference measured in the same run.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const wanted = process.argv.slice(2);
for (const file of readdirSync(folder).sort()) {
  const name = file.replace(/\.js$/, '');
  if (name === file || name === 'main' || (wanted.length > 0 && !wanted.includes(name))) continue;
  console.log(`\n== ${name}`);
  const { status } = spawnSync(process.execPath, [folder + file], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
