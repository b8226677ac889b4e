import { type Command, Option } from '@commander-js/extra-typings';
import { checkWritable, EconError, writeFileAtomic } from '../base/index.js';
import { defaultEcontOptions, type Generation } from '../blocks/index.js';
import {
  builtRegisters,
  chipRegisters,
  describeChip,
  diffImages,
  imageToScript,
  imageToText,
  imageToYaml,
  inGeneration,
  publishedRegisters,
  type RegisterImage,
  readLayers,
  registerDocs,
  registerRows,
  registerTable,
  type SettingsReading,
  setFields,
  settingsAdvice,
  settingsOf,
  shortList,
  systemRdl,
} from '../chips/index.js';
import { wholeNumber } from './options.js';
import { exitCode, note, print } from './terminal.js';

export function addCommand(program: Command): void {
  const registers = program.command('registers').addHelpText(
    'after',
    `
Settings are YAML of any layout (production, flat or nested P1, pflib names), a dump of registers (bytes, CSV, i2cdump),
or an I2C script (ours, i2ctransfer); the layout is found by content; - is standard input. Several files are laid over each
other.

Examples:
  econ registers check init.yaml
  econ registers convert init.yaml --to script -o load.txt
  econ registers diff old.yaml new.yaml
  econ registers rdl > econ.rdl`,
  );

  addPrint(registers);
  addCheck(registers);
  addDiff(registers);
  addConvert(registers);
  addRdl(registers);
  addDocs(registers);
}

function addPrint(registers: Command): void {
  registers
    .command('print')
    .description('registers and fields with their values: of these settings, or after reset')
    .argument('[files...]', 'settings, the later laid over the earlier')
    .addOption(generationOption('--generation <name>', 'of what does not say it'))
    .option('--block <name>', 'only this block, e.g. FormatterBuffer')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  econ registers print init.yaml --block FormatterBuffer\n  econ registers print base.yaml mux.yaml',
    )
    .action((files, o) => {
      const from = files.length === 0 ? (o.generation ?? 'production') : told(readLayers(files, o)).image;
      const rows = registerRows(from, o.block);
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
}

function addCheck(registers: Command): void {
  registers
    .command('check')
    .description('read settings; errors name file and line, legal values that are rarely meant are told')
    .argument('<files...>', 'settings, the later laid over the earlier')
    .option('--each', 'every file by itself, nothing laid over another')
    .addOption(generationOption('--generation <name>', 'of what does not say it'))
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  econ registers check init.yaml\n  econ registers check base.yaml mux.yaml calibration.yaml\n\nExit code 2 when a file cannot be read.',
    )
    .action((files, o) => {
      const alone = o.each === true || files.length === 1;
      // One by one first, so that each bad file is named; what lies over what is told of all of them together.
      const results = files.map((file) => checked([file], o, alone));
      if (!alone && results.every((r) => r.error === undefined)) results.push(checked(files, o, true));
      const lines = results.flatMap(({ file, error, advice }) =>
        error === undefined
          ? [`${file}: good${advice.length > 0 ? ', but:' : ''}`, ...advice.map((a) => `  ${a}`)]
          : [`error ${error}`],
      );
      print(o.json ? JSON.stringify(results, null, 2) : lines.join('\n'));
      process.exitCode = results.some((r) => r.error !== undefined) ? exitCode.badInput : exitCode.ok;
    });
}

function addDiff(registers: Command): void {
  registers
    .command('diff')
    .description(
      'fields in which two settings differ, whatever their dialects; or a read-back from its settings',
    )
    .argument('<a>', 'settings, or a dump of a chip')
    .argument('<b...>', 'settings or a dump; of several the later is laid over the earlier')
    .addOption(generationOption('--generation <name>', 'of what does not say it'))
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  econ registers diff old.yaml new.yaml
  econ registers diff dump.txt base.yaml mux.yaml

Of a dump only what it holds is compared; registers that cannot be written, where both sides tell them.
Exit code 1 when they differ.`,
    )
    .action((a, b, o) => {
      const [left, right] = [told(readLayers([a], o)), told(readLayers(b, o))];
      const map = left.image.generation === right.image.generation ? left.image.generation : 'production';
      const result = diffImages(inMap(left.image, a, map), inMap(right.image, b[b.length - 1], map), [
        left.dump,
        right.dump,
      ]);
      const rows = result.differences.map((d) => ({
        ...d,
        a: hex(d.a),
        b: hex(d.b),
        address: d.address < 0 ? 'by name' : hex(d.address),
      }));
      if (result.missing.length > 0)
        note(`not compared, because one side does not tell it: ${shortList(result.missing)}`);
      const text = rows.map((d) => `${d.address}  ${d.path}  ${d.a} -> ${d.b}`).join('\n');
      const { compared, missing } = result;
      print(o.json ? JSON.stringify({ differences: rows, compared, missing }, null, 2) : text || 'equal');
      process.exitCode = rows.length === 0 ? exitCode.ok : exitCode.checkFailed;
    });
}

function addConvert(registers: Command): void {
  registers
    .command('convert')
    .description('settings as YAML of either dialect, as register bytes, or as I2C transactions')
    .argument('<files...>', 'settings, the later laid over the earlier')
    .addOption(
      new Option('--to <kind>', 'dialect or form')
        .choices(['production', 'P1', 'bytes', 'script'])
        .makeOptionMandatory(),
    )
    .option('-o, --output <file>', 'instead of standard output')
    .addOption(generationOption('--map <generation>', 'addresses of bytes and script'))
    .addOption(generationOption('--generation <name>', 'of what does not say it'))
    .option('--burst <bytes>', 'most bytes of a transaction of a script', wholeNumber(1, 4096))
    .option('--no-commit', 'script for a real ECON-T: without CRC-32, commit and start of our chip')
    .option('--json', 'print JSON, with the text in it unless it goes to a file')
    .addHelpText(
      'after',
      `
Examples:
  econ registers convert p1.yaml --to production -o init.yaml
  econ registers convert base.yaml mux.yaml --to script --burst 16

A script sets the run bit last. What the other map has no register for is kept as comments, so that it comes back.`,
    )
    .action((files, { to, output, map, burst, commit, generation, json }) => {
      if (output !== undefined) checkWritable(output);
      const { image: read } = told(readLayers(files, { generation }));
      const dialect = to === 'production' || to === 'P1' ? to : undefined;
      const image = inMap(read, files[files.length - 1], dialect ?? map ?? read.generation);
      const text = dialect
        ? imageToYaml(image)
        : to === 'bytes'
          ? imageToText(image)
          : imageToScript(image, { commit: commit && image.generation === 'production', burst });
      if (output !== undefined) writeFileAtomic(output, text);
      if (json) print(JSON.stringify(output === undefined ? { to, text } : { to, output }, null, 2));
      else if (output === undefined) print(text);
    });
}

function addRdl(registers: Command): void {
  registers
    .command('rdl')
    .description(
      'the registers of an emitted chip as SystemRDL 2.0: access and power-up value as it has them',
    )
    .addOption(chipOption())
    .addOption(
      generationOption(
        '--generation <name>',
        'P1: the published map of the prototype, which is no chip of ours',
      ).default('production'),
    )
    .option('--json', 'print JSON with the text in it')
    .addHelpText('after', '\nExamples:\n  econ registers rdl > econ.rdl\n  econ registers rdl --chip encoder')
    .action((o) => {
      const { generation } = o;
      const { options } = describeChip(o.chip === 'econt' ? { econt: defaultEcontOptions } : {});
      const text =
        generation === 'P1'
          ? systemRdl(publishedRegisters('P1'), ['ECON-T register map, P1.'])
          : systemRdl(builtRegisters(options), [`Registers of econ_chip, ${o.chip}.`]);
      print(o.json ? JSON.stringify({ generation, text }, null, 2) : text);
    });
}

function addDocs(registers: Command): void {
  registers
    .command('docs')
    .description('the register map of an emitted chip as a Markdown page: bit fields, reload timing')
    .addOption(chipOption())
    .option('--json', 'print JSON with the text in it')
    .addHelpText('after', '\nExamples:\n  econ registers docs > docs/register-map.md')
    .action(({ chip, json }) => {
      const made = [`Made by \`econ registers docs --chip ${chip}\` from the one register table.`];
      const text = registerDocs(made, chipRegisters(chip === 'econt' ? { econt: defaultEcontOptions } : {}));
      print(json ? JSON.stringify({ chip, text }, null, 2) : text);
    });
}

function generationOption<Flags extends string>(flags: Flags, about: string) {
  return new Option(flags, about).choices(['production', 'P1']);
}

function chipOption() {
  return new Option('--chip <kind>', 'of the autoencoder alone, or of the whole ECON-T')
    .choices(['encoder', 'econt'])
    .default('econt');
}

/** One file, or several laid over each other. @param notes with what was read in a way that may not be meant */
function checked(
  files: readonly string[],
  o: { generation?: Generation },
  notes: boolean,
): { file: string; error?: string; advice: string[] } {
  const file = files.join(' + ');
  try {
    const reading = readLayers(files, o);
    const advice = [...reading.notes, ...readOnlyAdvice(reading), ...settingsAdvice(settingsOf(reading))];
    return { file, advice: notes ? advice : [] };
  } catch (error) {
    if (!(error instanceof EconError)) throw error;
    return { file, error: error.message, advice: [] };
  }
}

/** Settings may name registers that only the chip writes: no script sets them. */
function readOnlyAdvice({ image, dump }: SettingsReading): string[] {
  const fixed = setFields(image).filter((f) => f.field.access === 'ro');
  if (dump || fixed.length === 0) return [];
  return [`${shortList(fixed.map((f) => f.path))}: cannot be written; kept for comparing with a read-back.`];
}

/** Tells on standard error what a reading noted. */
function told(reading: SettingsReading): SettingsReading {
  for (const text of reading.notes) note(text);
  return reading;
}

/** The same in the map of this generation; what it has no register for is told. */
function inMap(image: RegisterImage, file: string, generation: Generation): RegisterImage {
  if (image.generation === generation) return image;
  const made = inGeneration(image, generation);
  const names = [...made.other.keys()];
  const kept = names.length > 0 ? `; kept by name: ${shortList(names)}` : '';
  note(`${file}: ${image.generation} registers, shown as ${generation}${kept}`);
  return made;
}

function hex(value: bigint | number): string {
  return `0x${value.toString(16)}`;
}
