import { type Command, Option } from 'commander';
import { plannedFlipFlops } from '../chip/index.js';
import { writeModelPackage } from '../flow/index.js';
import { loadModel } from '../model/index.js';
import { wholeNumber } from './options.js';
import { print } from './terminal.js';

interface Options {
  model: string;
  out: string;
  data?: string;
  bx: number;
  tmr: 'none' | 'weights' | 'registers';
}

export function addRtl(program: Command): void {
  program
    .command('rtl')
    .description(
      'write synthesizable Verilog-2005 of the chip, with testbench, vectors, constraints and register docs',
    )
    .requiredOption('--model <folder>', 'folder with model.json and weights.bin')
    .requiredOption('-o, --out <folder>', 'where to write the package')
    .option('--data <file>', 'wafers for the test vectors (default: generated ones)')
    .option('--bx <n>', 'bunch crossings in the test vectors', wholeNumber(1, 65536), 256)
    .addOption(
      new Option(
        '--tmr <mode>',
        'what is kept three times: nothing, weights and configuration, or all registers',
      )
        .choices(['none', 'weights', 'registers'])
        .default('weights'),
    )
    .addHelpText(
      'after',
      `
Examples:
  econ rtl --model runs/default/model --out chip
  econ rtl --model runs/default/model --data wafers.csv --bx 3564 --tmr registers --out chip

The package checks itself: iverilog -g2005 -o tb -f econ_chip.f tb/tb_econ_chip.v && vvp tb, in its folder.`,
    )
    .action(async (options: Options) => {
      const { model, out, data, bx, tmr } = options;
      const { files, job } = await writeModelPackage(loadModel(model), { folder: out, data, bx, tmr });
      const { total } = plannedFlipFlops(job.description);
      print(
        `${out}: ${files.length} files, ${bx} wafers of test vectors, latency ${job.description.latency} BX, ${total} flip-flops planned (TMR: ${tmr})`,
      );
    });
}
