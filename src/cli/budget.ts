import { type Command, Option } from '@commander-js/extra-typings';
import { allHold, limitsFor, readLimits, renderCost, renderVerdicts, technologies } from '../budget/index.js';
import { budgetModel } from '../flow/index.js';
import { loadModel } from '../model/index.js';
import { tmrOption, wholeNumber } from './options.js';
import { exitCode, note, print, terminalProgress } from './terminal.js';

/** Cell library of the estimates. */
export function technologyOption() {
  return new Option('--technology <name>', 'cells of the estimates (default: 65 nm)').choices(
    technologies.names(),
  );
}

export function addCommand(program: Command): void {
  program
    .command('budget')
    .requiredOption('--model <folder>', 'folder with model.json and weights.bin')
    .option('--limits <file>', 'limits to hold (YAML or JSON); default: those of the ECON-T autoencoder')
    .addOption(tmrOption())
    .addOption(technologyOption())
    .option('--bx <n>', 'bunch crossings simulated for the latency', wholeNumber(1, 65536), 64)
    .option('--json', 'print JSON')
    .option('-q, --quiet', 'no progress')
    .addHelpText(
      'after',
      `
Examples:
  econ budget --model runs/default/model --limits limits.yaml
  econ budget --model runs/default/model --with ./my-28nm.mjs --technology my-28nm

limits.yaml may hold waferInterval, encoderLatency, chipLatency (ns), chipPower, encoderPower (mW), encoderArea
(mm2), encoderEnergy (nJ per wafer); null lifts a limit. Quality (meanEmd) is judged by econ flow, on held-out wafers. Exit code 1 when one does not hold. docs/cost-model.md
tells how the estimates are made.`,
    )
    .action(async (options) => {
      const { tmr, bx } = options;
      if (options.limits !== undefined)
        note('skipped: mean EMD: `econ flow` judges it, on held-out wafers, which a budget has not');
      const model = loadModel(options.model);
      const { cost, verdicts } = await budgetModel(model, {
        tmr,
        bx,
        technology:
          options.technology === undefined ? undefined : technologies.get(options.technology, '--technology'),
        limits:
          options.limits === undefined ? undefined : readLimits(options.limits, limitsFor(model.detector)),
        progress: terminalProgress(options.quiet),
      });
      if (options.json) print(JSON.stringify({ cost, verdicts }, null, 2));
      else {
        print(renderCost(cost));
        print(renderVerdicts(verdicts));
      }
      process.exitCode = allHold(verdicts) ? exitCode.ok : exitCode.checkFailed;
    });
}
