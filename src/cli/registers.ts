import { type Command, InvalidArgumentError, Option } from 'commander';
import { EconError, readText, writeFileAtomic } from '../base/index.js';
import {
  type ChipSettings,
  diffImages,
  econtRegisters,
  type Generation,
  imageSettings,
  imageToText,
  imageToYaml,
  imageWrites,
  isImageText,
  parseImageText,
  parseSettingsImage,
  type RegisterImage,
  registerDocs,
  registerRows,
  registerTable,
  settingsAdvice,
  settingsImage,
  systemRdl,
  toGeneration,
  writesToText,
} from '../chip/index.js';
import { exitCode, note, print } from './terminal.js';

const KINDS = ['production', 'P1', 'bytes', 'script'] as const;
type Kind = (typeof KINDS)[number];

export function addRegisters(program: Command): void {
  const registers = program.command('registers').addHelpText(
    'after',
    `
Settings are read as YAML of either dialect (init.yaml), as a dump of register bytes, or as an I2C script.

Examples:
  econ registers check init.yaml
  econ registers convert init.yaml --to script -o load.txt
  econ registers diff old.yaml new.yaml
  econ registers rdl > econ.rdl`,
  );

  registers
    .command('print')
    .description('registers and fields with their values: of these settings, or after reset')
    .argument('[file]', 'settings')
    .option('--generation <name>', 'without a file: production or P1', generationOf, 'production')
    .option('--block <name>', 'only this block, e.g. FormatterBuffer')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  econ registers print init.yaml --block FormatterBuffer\n  econ registers print',
    )
    .action((file: string | undefined, o: { generation: Generation; block?: string; json?: boolean }) => {
      const rows = registerRows(file === undefined ? o.generation : readImage(file), o.block);
      if (rows.length === 0) {
        throw new EconError({
          code: 'cli/no-such-block',
          where: '--block',
          what: `there is no block ${o.block}.`,
          remedy: 'Leave the option out to see all blocks.',
        });
      }
      print(o.json ? JSON.stringify(rows, null, 2) : registerTable(rows));
    });

  registers
    .command('check')
    .description('read settings; errors name file and line, legal values that are rarely meant are told')
    .argument('<files...>', 'settings')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  econ registers check init.yaml\n\nExit code 2 when a file cannot be read.',
    )
    .action((files: string[], o: { json?: boolean }) => {
      const results = files.map((file) => {
        try {
          return { file, advice: settingsAdvice(readAny(file)) };
        } catch (error) {
          if (!(error instanceof EconError)) throw error;
          return { file, error: error.message, advice: [] };
        }
      });
      const lines = results.flatMap(({ file, error, advice }) =>
        error === undefined
          ? [`${file}: good${advice.length > 0 ? ', but:' : ''}`, ...advice.map((a) => `  ${a}`)]
          : [`error ${error}`],
      );
      print(o.json ? JSON.stringify(results, null, 2) : lines.join('\n'));
      process.exitCode = results.some((r) => r.error !== undefined) ? exitCode.badInput : exitCode.ok;
    });

  registers
    .command('diff')
    .description('fields in which two settings differ, whatever their dialects')
    .argument('<a>', 'settings')
    .argument('<b>', 'settings')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  econ registers diff old.yaml new.yaml\n\nExit code 1 when they differ.',
    )
    .action((a: string, b: string, o: { json?: boolean }) => {
      const differences = diffImages(
        inMap(readImage(a), a, 'production'),
        inMap(readImage(b), b, 'production'),
      );
      const rows = differences.map((d) => ({ ...d, a: hex(d.a), b: hex(d.b), address: hex(d.address) }));
      const text = rows.map((d) => `${d.address}  ${d.path}  ${d.a} -> ${d.b}`).join('\n');
      print(o.json ? JSON.stringify(rows, null, 2) : text || 'equal');
      process.exitCode = rows.length === 0 ? exitCode.ok : exitCode.checkFailed;
    });

  registers
    .command('convert')
    .description('settings as YAML of either dialect, as register bytes, or as I2C transactions')
    .argument('<file>', 'settings')
    .requiredOption('--to <kind>', KINDS.join(', '), kindOf)
    .option('-o, --output <file>', 'instead of standard output')
    .option('--map <generation>', 'addresses of bytes and script: production or P1', generationOf)
    .option('--no-commit', 'script for a real ECON-T: without the CRC-32 and the commit of our chip')
    .option('--json', 'print JSON, with the text in it unless it goes to a file')
    .addHelpText(
      'after',
      '\nExamples:\n  econ registers convert p1.yaml --to production -o init.yaml\n  econ registers convert init.yaml --to script',
    )
    .action(
      (file: string, o: { to: Kind; output?: string; map?: Generation; commit: boolean; json?: boolean }) => {
        const text = converted(file, o.to, o.map, o.commit);
        const { to, output, json } = o;
        if (output !== undefined) writeFileAtomic(output, text);
        if (json) print(JSON.stringify(output === undefined ? { to, text } : { to, output }, null, 2));
        else if (output === undefined) print(text);
      },
    );

  registers
    .command('rdl')
    .description('the register map as SystemRDL 2.0')
    .option('--generation <name>', 'production or P1', generationOf, 'production')
    .option('--json', 'print JSON with the text in it')
    .addHelpText('after', '\nExamples:\n  econ registers rdl > econ.rdl')
    .action(({ generation, json }: { generation: Generation; json?: boolean }) => {
      const text = systemRdl(generation);
      print(json ? JSON.stringify({ generation, text }, null, 2) : text);
    });

  registers
    .command('docs')
    .description('the register map of an emitted chip as a Markdown page: bit fields, reload timing')
    .addOption(
      new Option('--chip <kind>', 'of the autoencoder alone, or of the whole ECON-T')
        .choices(['encoder', 'econt'])
        .default('econt'),
    )
    .option('--json', 'print JSON with the text in it')
    .addHelpText('after', '\nExamples:\n  econ registers docs > docs/register-map.md')
    .action(({ chip, json }: { chip: 'encoder' | 'econt'; json?: boolean }) => {
      const made = [`Made by \`econ registers docs --chip ${chip}\` from the one register table.`];
      const text = chip === 'econt' ? registerDocs(made, econtRegisters()) : registerDocs(made);
      print(json ? JSON.stringify({ chip, text }, null, 2) : text);
    });
}

function converted(file: string, to: Kind, map: Generation | undefined, commit: boolean): string {
  const yaml = to === 'production' || to === 'P1';
  const image = inMap(readImage(file), file, yaml ? to : (map ?? 'production'));
  if (yaml) return imageToYaml(image);
  if (to === 'bytes') return imageToText(image);
  return writesToText(imageWrites(image, commit && image.generation === 'production'), image.generation);
}

/** Settings of any form as registers, in the map of their own generation. */
function readImage(file: string): RegisterImage {
  const text = readText(file);
  return isImageText(text) ? parseImageText(text, file) : parseSettingsImage(text, file);
}

function readAny(file: string): ChipSettings {
  return imageSettings(readImage(file));
}

/** The same in the map of this generation; of the other one, only the registers of the data path are known. */
function inMap(image: RegisterImage, file: string, generation: Generation): RegisterImage {
  if (image.generation === generation) return image;
  note(`${file}: ${image.generation} registers, shown as ${generation} (the data path only)`);
  return settingsImage(toGeneration(imageSettings(image), generation));
}

function generationOf(text: string): Generation {
  if (text === 'production' || text === 'P1') return text;
  throw new InvalidArgumentError('Give production or P1.');
}

function kindOf(text: string): Kind {
  const kind = KINDS.find((k) => k === text);
  if (kind) return kind;
  throw new InvalidArgumentError(`Give one of ${KINDS.join(', ')}.`);
}

function hex(value: bigint | number): string {
  return `0x${value.toString(16)}`;
}
