#!/usr/bin/env node
import { CommanderError } from 'commander';
import { fileError } from '../base/index.js';
import { failureOf } from './failure.js';
import { commandLine } from './program.js';
import { exitCode, print } from './terminal.js';

const { program, args, called, json } = await commandLine(process.argv.slice(2));

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // `econ ... | head` closes the pipe: it has read what it wanted.
  if (error.code === 'EPIPE') process.exit();
  const failure = failureOf(fileError(error, 'standard output', 'write'), called);
  process.stderr.write(`${failure.text}\n`);
  process.exit(failure.exitCode);
});
// Nobody is left to be told.
process.stderr.on('error', () => {});

try {
  await program.parseAsync(args, { from: 'user' });
} catch (error) {
  if (error instanceof CommanderError && error.exitCode === 0) process.exitCode = exitCode.ok;
  else {
    const failure = failureOf(error, called);
    if (failure.text !== '') process.stderr.write(`${failure.text}\n`);
    process.exitCode = failure.exitCode;
    // Standard output of --json is one JSON value, whatever happens.
    if (json) print(JSON.stringify(failure.diagnostic, null, 2));
  }
}
