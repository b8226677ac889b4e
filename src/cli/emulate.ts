import { type Command, Option } from '@commander-js/extra-typings';
import { emulateFile, emulateText } from '../chips/index.js';
import { configOption, configSettings } from './config-option.js';
import { interruptSignal } from './interrupt.js';
import { wholeNumber } from './options.js';
import { print, terminalProgress } from './terminal.js';

export function addCommand(program: Command): void {
  program
    .command('emulate')
    .addOption(configOption('registers (init.yaml), any layout').makeOptionMandatory())
    .requiredOption('--input <file>', 'input words, 12 columns RX_DATA_0.., CSV or CSV.gz')
    .requiredOption(
      '--output <file>',
      'output words, 13 columns TX_DATA_0.. (packed when the name ends with .gz)',
    )
    .option('--link-reset <rows>', 'rows, from 0, in which a link reset arrives, e.g. 0,5000', rowList)
    .option('--any-header', 'take input words with a wrong header, as the chip does, and count them')
    .option(
      '--idle-from-link-reset',
      'idle words have link_reset_pattern where the settings give no idle_pattern, as in the emulator of the vectors',
    )
    .addOption(
      new Option('--stc-tie <which>', 'address of equal largest charges in a super trigger cell')
        .choices(['highest', 'lowest'])
        .default('highest'),
    )
    .option('--json', 'print the summary as JSON')
    .option('-q, --quiet', 'no progress')
    .addHelpText(
      'after',
      `
Examples:
  econ emulate --config init.yaml --input testInput.csv.gz --output out.csv
  econ emulate --config init.yaml --input words.csv --output out.csv.gz --link-reset 0 --json
  econ emulate --config base.yaml --config mux.yaml --config cal.yaml --input words.csv --output out.csv

Row i of the output belongs to row i of the input: the latency of the chip is not in the files.
A row whose eRx 0 has header 9 begins an orbit (BX 0).`,
    )
    .action(async (options) => {
      const settings = { ...configSettings(options.config, options), stcTie: options.stcTie };
      const summary = await emulateFile(settings, options.input, options.output, {
        linkResets: options.linkReset,
        anyHeader: options.anyHeader,
        progress: terminalProgress(options.quiet),
        signal: interruptSignal(),
      });
      print(options.json ? JSON.stringify(summary, null, 2) : emulateText(summary));
    });
}

function rowList(text: string): number[] {
  return text
    .split(',')
    .map(wholeNumber(0))
    .sort((a, b) => a - b);
}
