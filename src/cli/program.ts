import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { EconError, loadModules, version } from '../base/index.js';
import { commands, files } from './commands.js';

/** A command line as it is understood so far. */
export interface CommandLine {
  readonly program: Command;
  /** What commander is to parse. */
  readonly args: readonly string[];
  /** The last command that is named and known, as it is called: `econ registers diff`. */
  readonly called: string;
  /** Whether the result, or the error, is asked for as JSON. */
  readonly json: boolean;
}

/**
 * The program with the command that these arguments name; of the others it knows name and purpose only.
 * @param given without the names of node and script
 */
export async function commandLine(given: readonly string[]): Promise<CommandLine> {
  // `econ help registers diff` is `econ registers diff --help`.
  const { args, modules } = withoutModules(given[0] === 'help' ? [...given.slice(1), '--help'] : [...given]);
  // Before the command is built: its options list what modules from outside add.
  await loadModules(modules, new URL('../index.js', import.meta.url).href);
  const wanted = args.find((arg) => !arg.startsWith('-'));
  await refuseDetector(wanted, args);
  const program = emptyProgram();
  for (const [name, about] of Object.entries(commands)) {
    if (name === wanted) (await files[name as keyof typeof files]()).addCommand(program);
    else program.command(name);
    program.commands.at(-1)?.description(about);
  }
  const { path, known } = namedCommands(program, args);
  // Help for a command that does not exist is no help: without the option it is the error that it is.
  return {
    program,
    args: known ? args : path,
    called: ['econ', ...(known ? path : path.slice(0, -1))].join(' '),
    json: args.includes('--json'),
  };
}

/** Takes `--with FILE`, wherever it stands, out of the arguments. @throws EconError cli/usage */
function withoutModules(given: readonly string[]): { args: string[]; modules: string[] } {
  const args: string[] = [];
  const modules: string[] = [];
  for (let i = 0; i < given.length; i++) {
    if (given[i].startsWith('--with=')) modules.push(given[i].slice('--with='.length));
    else if (given[i] !== '--with') args.push(given[i]);
    else if (given[i + 1] === undefined || given[i + 1].startsWith('-'))
      throw new EconError({
        code: 'cli/usage',
        where: '--with',
        what: 'no file follows it.',
        remedy: 'Name a module: --with ./mine.mjs (docs/extending.md).',
      });
    else modules.push(given[++i]);
  }
  return { args, modules };
}

/** Commands that take a detector; those that take a model have it from there. */
const OF_DETECTORS = ['flow', 'train'];

/** Another detector is never taken for HGCAL. @throws EconError */
async function refuseDetector(command: string | undefined, args: readonly string[]): Promise<void> {
  if (command !== undefined && OF_DETECTORS.includes(command)) return;
  const at = args.findIndex((arg) => /^--detector(=|$)/.test(arg));
  if (at < 0 || command === undefined) return;
  const path = args[at].includes('=') ? args[at].slice('--detector='.length) : (args[at + 1] ?? '');
  const { hgcal, readDetector } = await import('../detector/index.js');
  const { name, cells, links, clockMHz } = readDetector(path);
  const ours = hgcal();
  throw new EconError({
    code: 'detector/not-for-command',
    where: `econ ${command} --detector ${path}`,
    what: `${name} (${cells} cells, ${links.count} links, ${clockMHz} MHz) is well described, but this command takes no detector: one that takes a model has it from there, the others are for ${ours.name}.`,
    remedy: `Take it with ${OF_DETECTORS.map((name) => `econ ${name}`).join(' or ')}, or leave --detector out (docs/detectors.md).`,
  });
}

function emptyProgram(): Command {
  return new Command('econ')
    .description(
      'From calorimeter data to a verified front-end compression chip: train an autoencoder for HGCAL wafers,\n' +
        'generate its Verilog, prove by simulation that both agree to the last bit, and check quality and cost.',
    )
    .version(version)
    .configureHelp({ sortSubcommands: false })
    .showHelpAfterError('(see the --help of this command)')
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  econ flow                                   everything, on built-in data, into runs/default
  econ train --data wafers.csv --etx 5        a model for five output links
  econ rtl --model runs/train/model --out chip/
  econ conform VECTORS --case mcDataset/AE --rtl

Losses, engines, readers, metrics, algorithms and technologies of your own: --with ./mine.mjs, before or after any
command (docs/extending.md).
With --json standard output is one JSON value: the result, or of an error {"code", "where", "what", "remedy"}.
Exit codes: 0 all well, 1 a check does not hold, 2 bad input or usage, 3 defect of econ, 130 interrupted.`,
    );
}

/** The names at the head of the arguments, and whether the last of them is a command. */
function namedCommands(program: Command, args: readonly string[]): { path: string[]; known: boolean } {
  const path: string[] = [];
  let command: CommandUnknownOpts = program;
  for (const arg of args) {
    if (command.commands.length === 0) break;
    if (arg.startsWith('-')) continue;
    path.push(arg);
    const next = command.commands.find((c) => c.name() === arg);
    if (next === undefined) return { path, known: false };
    command = next;
  }
  return { path, known: true };
}
