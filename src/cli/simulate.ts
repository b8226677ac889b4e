import { type Command, Option } from 'commander';
import { writeFileAtomic } from '../base/index.js';
import { renderSimulation, simulateModel } from '../flow/index.js';
import { loadModel } from '../model/index.js';
import { nativeSimulators } from '../simulation/index.js';
import { interruptSignal, wholeNumber } from './options.js';
import { exitCode, print, terminalProgress } from './terminal.js';

interface Options {
  model: string;
  data?: string;
  bx: number;
  tmr: 'none' | 'weights' | 'registers';
  simulator: 'econ' | 'icarus' | 'verilator' | 'all';
  vcd?: string;
  json?: boolean;
  quiet?: boolean;
}

export function addSimulate(program: Command): void {
  program
    .command('simulate')
    .description(
      'run the emitted Verilog cycle by cycle and compare every output bit with the integer reference',
    )
    .requiredOption('--model <folder>', 'folder with model.json and weights.bin')
    .option('--data <file>', 'wafers to stream, one per BX (default: generated ones)')
    .option('--bx <n>', 'bunch crossings', wholeNumber(1, 65536), 3564)
    .addOption(
      new Option('--tmr <mode>', 'triplication').choices(['none', 'weights', 'registers']).default('weights'),
    )
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

Registers and weights are loaded over the I2C pins. On a mismatch the first divergence names BX, layer, channel and
bit. Exit code 1 when a bit differs.`,
    )
    .action(async (options: Options) => {
      const { model, data, bx, tmr, simulator } = options;
      const wave: string[] = [];
      const result = await simulateModel(loadModel(model), {
        data,
        bx,
        tmr,
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
