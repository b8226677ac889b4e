#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { CommanderError } from '@commander-js/extra-typings';
import { fileError, registeredThings } from '../base/index.js';
import { failureOf } from './failure.js';
import { catchInterrupts } from './interrupt.js';
import { commandLine } from './program.js';
import { exitCode, note, print } from './terminal.js';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // `econ ... | head` closes the pipe: it has read what it wanted.
  if (error.code === 'EPIPE') process.exit();
  const failure = failureOf(fileError(error, 'standard output', 'write'), 'econ');
  process.stderr.write(`${failure.text}\n`);
  process.exit(failure.exitCode);
});
// Nobody is left to be told.
process.stderr.on('error', () => {});

let called = 'econ';
let json = process.argv.includes('--json');

function told(error: unknown): void {
  const failure = failureOf(error, called);
  if (failure.text !== '') process.stderr.write(`${failure.text}\n`);
  process.exitCode = failure.exitCode;
  // Standard output of --json is one JSON value, whatever happens.
  if (json) print(JSON.stringify(failure.diagnostic, null, 2));
}

catchInterrupts((reason) => {
  told(reason);
  process.exit();
});
try {
  const line = await commandLine(process.argv.slice(2));
  ({ called, json } = line);
  for (const { kind, name, module } of registeredThings())
    note(`with ${kind} ${name}: ${fileURLToPath(module.url)}, SHA-256 ${module.sha256.slice(0, 16)}`);
  await line.program.parseAsync(line.args, { from: 'user' });
} catch (error) {
  if (error instanceof CommanderError && error.exitCode === 0) process.exitCode = exitCode.ok;
  else told(error);
}
