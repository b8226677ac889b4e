import { join } from 'node:path';
import type { Command } from '@commander-js/extra-typings';
import { checkWritable } from '../base/index.js';
import { checkPrefix, plannedFlipFlops } from '../chips/index.js';
import { writePackage } from '../flow/index.js';
import { chipCommand, chipJobOf } from './chip-options.js';
import { print } from './terminal.js';

export function addCommand(program: Command): void {
  chipCommand(program, 'rtl', 256)
    .requiredOption('-o, --out <folder>', 'where to write the package')
    .option('--prefix <name>', 'goes before every module name, so that two chips can be in one design')
    .option('--json', 'print JSON')
    .option('-q, --quiet', 'no progress')
    .addHelpText(
      'after',
      `
Examples:
  econ rtl --model runs/default/model --out chip
  econ rtl --model runs/default/model --data wafers.csv --bx 3564 --tmr registers --out chip
  econ rtl --chip econt --model runs/default/model --out econt
  econ rtl --model runs/exact/model --prefix exact_ --out exact
  econ rtl --chip econt --algorithms TS,BC --config init.yaml --words testInput.csv --out econt

The package checks itself: iverilog -g2005 -s tb_econ_chip -o sim -f econ_chip.f tb/tb_econ_chip.v && vvp -n sim, in
its folder; with "vvp -n sim +smoke" in well below a minute, the first 16 wafers only.`,
    )
    .action(async ({ out, prefix, json, ...options }) => {
      if (prefix !== undefined) checkPrefix(prefix);
      checkWritable(join(out, 'MANIFEST.json'));
      const job = await chipJobOf(options);
      const { description, settings, vectors } = job;
      const files = writePackage(out, job, prefix);
      const { total } = plannedFlipFlops(description);
      const bx = vectors.words.length / 12;
      const latency = vectors.latency ?? description.latency;
      const { algorithm } = settings;
      const { tmr } = options;
      print(
        json
          ? JSON.stringify({ folder: out, files, bx, algorithm, latency, flipFlops: total, tmr }, null, 2)
          : `${out}: ${files.length} files, ${bx} BX of test vectors (${algorithm}), latency ${latency} BX, ${total} flip-flops planned (TMR: ${tmr})`,
      );
    });
}
