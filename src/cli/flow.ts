import type { Command } from '@commander-js/extra-typings';
import { ORBIT } from '../blocks/index.js';
import { allHold, limitsFor, readLimits, renderVerdicts } from '../budget/index.js';
import { flowRun } from '../flow/index.js';
import { renderComparison } from '../quality/index.js';
import { technologyOption } from './budget.js';
import { tmrOption, wholeNumber } from './options.js';
import { flowInput, runCommand, runTask } from './run-options.js';
import { exitCode, print } from './terminal.js';

export function addCommand(program: Command): void {
  runCommand(program, 'flow', 'runs/default')
    .addOption(tmrOption())
    .option(
      '--bx <n>',
      'bunch crossings to simulate, one held-out wafer each',
      wholeNumber(1, 10_000_000),
      ORBIT,
    )
    .addOption(technologyOption())
    .option('--limits <file>', 'limits to hold (YAML or JSON); default: those of the ECON-T autoencoder')
    .addHelpText(
      'after',
      `
Examples:
  econ flow                                       built-in data, into runs/default
  econ flow --preset quick --run runs/look        a first look: half a minute of training
  econ flow --data wafers.csv --etx 3 --run runs/layer9
  econ flow --detector docs/examples/grid8x8.yaml --preset quick --run runs/grid

--limits is a file with waferInterval, encoderLatency, chipLatency (ns), encoderArea (mm2), encoderEnergy (nJ per wafer),
encoderPower, chipPower (mW), meanEmd (half trigger-cell pitches, 0.8 by default) and meanEmdOverBestChoice (no limit by
default); null lifts a limit. A killed or interrupted flow goes on when the same command is given again. Exit code 1
when a limit does not hold or could not be checked.`,
    )
    .action(async (options) => {
      const { tmr, bx, technology } = options;
      const input = { ...flowInput(options), tmr, bx, technology };
      const result = await flowRun({
        ...runTask(options, input),
        limits:
          options.limits === undefined ? undefined : readLimits(options.limits, limitsFor(input.detector)),
      });
      const { verdicts, better, report, meanEmd, quality } = result;
      if (options.json)
        print(JSON.stringify({ verdicts, better, meanEmd, report, quality: quality.comparison }, null, 2));
      else {
        print(renderComparison(quality.comparison));
        print(renderVerdicts(verdicts));
        if (better) print(better);
        print(`Report: ${report}`);
      }
      process.exitCode = allHold(verdicts) ? exitCode.ok : exitCode.checkFailed;
    });
}
