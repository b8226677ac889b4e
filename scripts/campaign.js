#!/usr/bin/env node
// Starts test/ROOM/campaign.ts, which shares its generator and judges with the tests: campaign.js ROOM [options].
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const runner = join(root, 'node_modules', 'vite-node', 'vite-node.mjs');
const [room, ...options] = process.argv.slice(2);
const campaign = join(root, 'test', room, 'campaign.ts');
// `--script`: what follows belongs to the campaign, not to the runner.
const child = spawn(process.execPath, [runner, '--script', campaign, ...options], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.once('close', (code) => {
  process.exitCode = code ?? 130;
});
