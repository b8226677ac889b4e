import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { readDetector } from '../detector/index.js';
import { type FlowInput, type FlowTask, presetNames } from '../flow/index.js';
import { engines } from '../training/index.js';
import { addDataOptions, dataFormats, dataOptions } from './data-options.js';
import { interruptSignal } from './interrupt.js';
import { encoderLinks, linkList, type OptionsOf, wholeNumber } from './options.js';
import { settingsOption } from './settings-option.js';
import { shapeSetting } from './shape-option.js';
import { note, terminalProgress } from './terminal.js';

/** A command with the options that `econ flow` and `econ train` share. */
export function runCommand(program: Command, name: string, defaultRun: string) {
  const command = program
    .command(name)
    .option('--run <folder>', 'run folder; an unfinished run in it goes on', defaultRun)
    .option('--detector <file>', 'what the wafers are of (YAML, docs/detectors.md) instead of HGCAL')
    .option('--data <file>', `wafers (${dataFormats}) instead of generated ones`);
  return addDataOptions(command)
    .option('--wafers <n>', 'wafers to generate when no data are given', wholeNumber(100, 20_000_000), 20_000)
    .option(
      '--etx <n>',
      'output links (eTx) of the module: 1..5 carry 1, 3, 5, 7, 9 bits per latent (default: 5, or all of the detector)',
      encoderLinks,
    )
    .option('--compare-etx <list>', 'numbers of links to compare at (default: 2,3,5)', linkList(encoderLinks))
    .option(
      '--reference-models <folder>',
      'CMSSW float autoencoders (cmssw_ae_*.json) to compare with; looked for beside the data',
    )
    .option('--seed <n>', 'seed of data, split and training', wholeNumber(0), 1)
    .addOption(
      new Option('--preset <name>', 'length of the training').choices(presetNames).default('default'),
    )
    .option('--epochs <n>', "passes over the training wafers, instead of the preset's", wholeNumber(1))
    .option(
      '--shape <name|file>',
      "encoder to build instead of ECON-T's: best, cells, ... or a YAML file (`econ shapes`)",
    )
    .option('--teacher <model>', 'trained model whose reconstruction the outputs are compared with, too')
    .option('--settings <file>', "training settings (YAML) instead of the preset's")
    .option(
      '--set <name=value>',
      'a training setting instead of that of preset or file; repeat it for more',
      oneSetting,
      {},
    )
    .option(
      '--threads <n>',
      'threads of the training, 1 or 2; the result is the same',
      wholeNumber(1, 2),
      Math.min(2, availableParallelism()),
    )
    .addOption(new Option('--engine <name>', 'training engine').choices(engines.names()).default('wasm'))
    .addOption(
      new Option('--arithmetic <name>', 'econt: a floor per product as in the real chip; exact: one per sum')
        .choices(['econt', 'exact'])
        .default('econt'),
    )
    .option('--json', 'print the summary as JSON')
    .option('-q, --quiet', 'no progress');
}

/** The part of the options that decides the result. */
export function flowInput(o: OptionsOf<typeof runCommand>): FlowInput {
  const { seed, etx, compareEtx, wafers, preset, engine, arithmetic, epochs, shape, settings, set } = o;
  const given = settings === undefined ? {} : settingsOption(settings);
  const detector = o.detector === undefined ? undefined : readDetector(o.detector).description;
  const training = { ...given, ...set, ...shapeSetting(shape) };
  return { seed, detector, etx, compareEtx, wafers, preset, engine, arithmetic, training, epochs };
}

/** What a run is asked to do. @param input of these options, with what only one of the commands adds */
export function runTask(o: OptionsOf<typeof runCommand>, input = flowInput(o)): FlowTask {
  return {
    folder: o.run,
    input,
    data: o.data,
    reading: dataOptions(o, o.quiet),
    teacher: o.teacher,
    referenceModels: o.referenceModels,
    progress: terminalProgress(o.quiet),
    signal: interruptSignal(),
    threads: o.threads,
    note,
  };
}

/** `hidden=256,256`, `loss=emd`, `reflect=true`: numbers, lists of them, true and false are read as such. */
function oneSetting(text: string, before: Record<string, unknown>): Record<string, unknown> {
  const [, name, value] = /^(\w+)=(.+)$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('it must be name=value, e.g. loss=emd.');
  const parse = (word: string): unknown =>
    word === 'true' || word === 'false' ? word === 'true' : Number.isNaN(Number(word)) ? word : Number(word);
  const isList = name === 'hidden' || name === 'latentBits';
  return { ...before, [name]: isList ? value.split(',').map(parse) : parse(value) };
}
