import type { Command } from '@commander-js/extra-typings';
import { doctor, renderDoctor } from '../flow/index.js';
import { exitCode, print } from './terminal.js';

export function addCommand(program: Command): void {
  program
    .command('doctor')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  econ doctor\n  econ doctor --json\n\nExit code 1 when a needed part cannot run.',
    )
    .action(async (options: { json?: boolean }) => {
      const result = await doctor();
      print(options.json ? JSON.stringify(result, null, 2) : renderDoctor(result));
      process.exitCode = result.ready ? exitCode.ok : exitCode.checkFailed;
    });
}
