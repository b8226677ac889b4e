import type { Command } from 'commander';
import { doctor, renderDoctor } from '../flow/index.js';
import { exitCode, print } from './terminal.js';

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('say which parts of econ can run here, and which optional tools are there')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const result = await doctor();
      print(options.json ? JSON.stringify(result, null, 2) : renderDoctor(result));
      process.exitCode = result.ready ? exitCode.ok : exitCode.checkFailed;
    });
}
