import { availableParallelism } from 'node:os';
import { type Command, Option } from '@commander-js/extra-typings';
import { renderUpsets, upsetCampaign } from '../flow/index.js';
import { upsetScenes } from '../verify/index.js';
import { chipCommand, chipJobOf } from './chip-options.js';
import { interruptSignal } from './interrupt.js';
import { wholeNumber } from './options.js';
import { exitCode, print, terminalProgress } from './terminal.js';

export function addCommand(program: Command): void {
  chipCommand(program, 'upset', 1024)
    .option('--count <n>', 'upsets', wholeNumber(1), 100_000)
    .option('--seed <n>', 'seed of bits and clocks', wholeNumber(0, 2 ** 31), 1)
    .option('--together <n>', 'neighbouring flip-flops of a register upset at once', wholeNumber(1, 32), 1)
    .option('--where <name>', 'only below this instance, or in this register, e.g. u_weight_memory')
    .addOption(
      new Option('--scene <name>', 'what the chip does meanwhile: wafers only, or the bus in use, too')
        .choices(upsetScenes)
        .default('stream'),
    )
    .option('--watch <clocks>', 'an upset is followed so long at most', wholeNumber(16, 16384), 256)
    .option('--run <folder>', 'keeps what is done; an unfinished campaign in it goes on')
    .option('--threads <n>', 'the result is the same for any number', wholeNumber(1), availableParallelism())
    .option('--json', 'print JSON')
    .option('-q, --quiet', 'no progress')
    .addHelpText(
      'after',
      `
Examples:
  econ upset --model runs/default/model --tmr registers --count 1000000
  econ upset --chip econt --config init.yaml --scene bus --run runs/upset
  econ upset --model runs/default/model --where u_weight_memory --together 2 --json

Every flip-flop is as likely as another. masked: nothing happened. corrected: nothing but a count in an error counter.
tally: only an error counter is wrong. wrong: wrong link words, then all is right again. bus: the I2C host saw a wrong bit.
silent: outputs are right, but state stays wrong until it is written or reset. persistent: outputs wrong, and state stays wrong.`,
    )
    .action(async ({ count, seed, together, where, scene, watch, run, threads, json, quiet, ...chip }) => {
      const campaign = await upsetCampaign(await chipJobOf({ ...chip, quiet }), {
        count,
        seed,
        together,
        where,
        scene,
        watch,
        folder: run,
        threads,
        progress: terminalProgress(quiet),
        signal: interruptSignal(),
      });
      print(json ? JSON.stringify(campaign, null, 2) : renderUpsets(campaign));
      if (campaign.stopped === 'aborted') process.exitCode = exitCode.interrupted;
    });
}
