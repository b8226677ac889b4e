import { type Command, Option } from '@commander-js/extra-typings';
import { checkWritable, writeFileAtomic } from '../base/index.js';
import { ORBIT } from '../blocks/index.js';
import { renderSimulation, simulateJob } from '../flow/index.js';
import { nativeSimulators } from '../verify/index.js';
import { chipCommand, chipJobOf } from './chip-options.js';
import { interruptSignal } from './interrupt.js';
import { exitCode, print, terminalProgress } from './terminal.js';

export function addCommand(program: Command): void {
  chipCommand(program, 'simulate', ORBIT)
    .addOption(
      new Option('--simulator <name>', 'also run the emitted testbench in these, when installed')
        .choices(['econ', ...nativeSimulators, 'all'])
        .default('econ'),
    )
    .option('--vcd <file>', 'on a mismatch: waves of the 32 BX before the first wrong packet')
    .option('--json', 'print JSON')
    .option('-q, --quiet', 'no progress')
    .addHelpText(
      'after',
      `
Examples:
  econ simulate --model runs/default/model
  econ simulate --model runs/default/model --data wafers.csv --bx 256 --simulator all
  econ simulate --chip econt --config init.yaml --words testInput.csv

Registers and weights are loaded over the I2C pins. On a mismatch the first divergence names BX, layer, channel and
bit. Exit code 1 when a bit differs.`,
    )
    .action(async (options) => {
      const { simulator } = options;
      if (options.vcd !== undefined) checkWritable(options.vcd);
      const wave: string[] = [];
      const result = await simulateJob(await chipJobOf(options), {
        native: nativeSimulators.filter((name) => simulator === name || simulator === 'all'),
        wave: options.vcd === undefined ? undefined : (text) => wave.push(text),
        progress: terminalProgress(options.quiet),
        signal: interruptSignal(),
      });
      if (options.vcd !== undefined && wave.length > 0) writeFileAtomic(options.vcd, wave.join(''));
      if (options.json) {
        const { words: _words, ...run } = result.run;
        print(JSON.stringify({ ...result, run }, null, 2));
      } else print(renderSimulation(result));
      process.exitCode = result.equal ? exitCode.ok : exitCode.checkFailed;
    });
}
