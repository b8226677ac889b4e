import { type Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { EconError } from '../base/index.js';
import { type AlgorithmName, algorithms } from '../blocks/index.js';
import { type ChipJob, econtJob, modelJob } from '../flow/index.js';
import { loadModel } from '../model/index.js';
import { configOption, configSettings } from './config-option.js';
import { addDataOptions, dataFormats, dataOptions } from './data-options.js';
import { type OptionsOf, tmrOption, wholeNumber } from './options.js';

/** Short names, for lists on the command line. */
const short = (): string[] => algorithms.values().map((a) => a.short);

/** Short or long names, joined with commas -> names. */
function algorithmList(text: string): AlgorithmName[] {
  return text.split(',').map((name) => {
    const found = algorithms.values().find((a) => name.trim() === a.short || name.trim() === a.name);
    if (found === undefined)
      throw new InvalidArgumentError(
        `${name} is none of ${short().join(', ')} (${algorithms.names().join(', ')}).`,
      );
    return found.name;
  });
}

/** A command with the options that say what chip to build and what goes into it. @param bx default of --bx */
export function chipCommand(program: Command, name: string, bx: number) {
  const command = program
    .command(name)
    .addOption(
      new Option('--chip <kind>', 'the autoencoder alone, or the whole ECON-T')
        .choices(['encoder', 'econt'])
        .default('encoder'),
    )
    .option(
      '--algorithms <names>',
      `of a whole ECON-T, e.g. ${short().join(',')} (default: all)`,
      algorithmList,
    )
    .option('--model <folder>', 'folder with model.json and weights.bin; needed with --chip encoder')
    .addOption(configOption('registers of a whole ECON-T (init.yaml), instead of those of a model'))
    .option('--data <file>', `wafers, one per BX (${dataFormats}; default: generated ones)`);
  return addDataOptions(command)
    .option('--words <file>', 'input words of a whole ECON-T, instead of wafers')
    .option('--bx <n>', 'bunch crossings', wholeNumber(1, 65536), bx)
    .addOption(tmrOption());
}

type ChipJobOptions = OptionsOf<typeof chipCommand> & { readonly quiet?: true };

/** @throws EconError cli/chip-options for options that do not go together */
export async function chipJobOf(options: ChipJobOptions): Promise<ChipJob> {
  const { chip, algorithms, model, config, data, words, bx, tmr } = options;
  const reading = dataOptions(options, options.quiet);
  if (chip === 'econt') {
    if (config !== undefined && model !== undefined)
      throw wrong('--config', 'both a settings file and a model give the registers', 'Give one of them.');
    return econtJob({
      algorithms,
      tmr,
      bx,
      settings: config === undefined ? undefined : configSettings(config),
      model: model === undefined ? undefined : loadModel(model),
      data,
      reading,
      words,
    });
  }
  for (const [name, value] of Object.entries({ algorithms, config, words })) {
    if (value !== undefined)
      throw wrong(`--${name}`, 'it is for a whole ECON-T', 'Add --chip econt, or leave it out.');
  }
  if (model === undefined)
    throw wrong('--model', 'the chip of the autoencoder needs a model', 'Train one: econ train --help.');
  return modelJob(loadModel(model), { data, reading, bx, tmr });
}

function wrong(where: string, what: string, remedy: string): EconError {
  return new EconError({ code: 'cli/chip-options', where, what: `${what}.`, remedy });
}
