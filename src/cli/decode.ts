import { type Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { EconError } from '../base/index.js';
import { algorithmOf, type Packets, packetFlags } from '../blocks/index.js';
import { cellPlaces, decodeFile } from '../chips/index.js';
import { imageOrder, moduleNumber, UNKNOWN_MODULE } from '../detector/index.js';
import { checkBelongs, checkDetector, loadModel, type Model, receivedInMuxOrder } from '../model/index.js';
import { configOption, configSettings } from './config-option.js';
import { interruptSignal } from './interrupt.js';
import { exitCode, note, print, terminalProgress } from './terminal.js';

/** @throws InvalidArgumentError where the geometry has no module */
function moduleAt(text: string): number {
  const place = /^(\d+),(-?\d+),(-?\d+)$/.exec(text);
  if (!place) throw new InvalidArgumentError('write layer,u,v, e.g. 9,-3,2.');
  const number = moduleNumber(Number(place[1]), Number(place[2]), Number(place[3]));
  if (number === UNKNOWN_MODULE) throw new InvalidArgumentError('the geometry (V11) has no module there.');
  return number;
}

/** What makes charges of packets. @throws EconError cli/module when the decoder is told the module and nobody says it */
function receiver(model: Model, module: number | undefined): (packets: Packets) => Float32Array {
  if (model.decoder.context === 'module' && module === undefined)
    throw new EconError({
      code: 'cli/module',
      where: '--model',
      what: 'its decoder is told which module the packets come from.',
      remedy: 'Add --module layer,u,v.',
    });
  return (packets) =>
    receivedInMuxOrder(model, packets, new Uint16Array(packets.count).fill(module ?? UNKNOWN_MODULE));
}

export function addCommand(program: Command): void {
  program
    .command('decode')
    .addOption(configOption('the registers that the words were made with (init.yaml)').makeOptionMandatory())
    .requiredOption('--input <file>', 'output words of the chip, 13 columns TX_DATA_0.., CSV or CSV.gz')
    .requiredOption('--output <file>', 'charges, one row per BX (.csv, .csv.gz, .npy)')
    .option('--packets <file>', 'also a CSV of BX, flags, cells sent and module sum')
    .option('--model <folder>', 'for autoencoder packets: the model whose decoder makes charges of latents')
    .option(
      '--module <layer,u,v>',
      'module that the packets come from, for a decoder that is told it',
      moduleAt,
    )
    .addOption(
      new Option(
        '--remainder <way>',
        'module sum that no sent cell accounts for: spread over the others, or left out',
      )
        .choices(['spread', 'dropped'])
        .default('spread'),
    )
    .addOption(
      new Option('--order <name>', 'columns by mux output, or by TC_Number of the reference board')
        .choices(['mux', 'tc'])
        .default('mux'),
    )
    .option('--json', 'print the summary as JSON')
    .option('-q, --quiet', 'no progress')
    .addHelpText(
      'after',
      `
Examples:
  econ decode --config init.yaml --input out.csv --output cells.npy
  econ decode --config init.yaml --input out.csv --output cells.csv --packets packets.csv --order tc

Flags: ${Object.keys(packetFlags).join(', ')}.
A model whose weights or kept bits are not those of --config is refused, and so are packets of which none is whole.
Exit code 1 when a packet is damaged (a counter, type, count, address or padding that the chip does not send).`,
    )
    .action(async (options) => {
      const settings = configSettings(options.config, { withoutWeights: true });
      const autoencoder = algorithmOf(settings).encoder === true;
      const model = options.model === undefined ? undefined : loadModel(options.model);
      const config = options.config.join(', ');
      if (model) checkDetector(model, {});
      if (model && !checkBelongs(model, settings, config))
        note(`${config} holds no weights: that they are the model's is not checked`);
      const summary = await decodeFile(settings, options.input, options.output, {
        remainder: options.remainder,
        // The network knows its cells by the image, the other algorithms by the wiring of the board.
        places: options.order === 'mux' ? undefined : autoencoder ? imageOrder : cellPlaces(settings),
        packetFile: options.packets,
        toCharges: autoencoder && model ? receiver(model, options.module) : undefined,
        progress: terminalProgress(options.quiet),
        signal: interruptSignal(),
      });
      const counts = Object.entries(summary.flags).map(([name, count]) => `${name} ${count}`);
      print(
        options.json
          ? JSON.stringify(summary, null, 2)
          : `${summary.packets} packets from ${summary.rows} BX, ${summary.damaged} damaged${counts.length > 0 ? `; ${counts.join(', ')}` : ''}`,
      );
      process.exitCode = summary.damaged === 0 ? exitCode.ok : exitCode.checkFailed;
    });
}
