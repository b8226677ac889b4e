import { EconError } from '../base/index.js';

/** One module of an elaborated design, as Yosys' RTLIL text. */
export interface RtlilModule {
  /** With the leading backslash or dollar sign, as Yosys prints it. */
  readonly name: string;
  /** Name in the Verilog source, parameters left out: `econ_register`. */
  readonly source: string;
  /** Text from the attributes before `module` to `end`, without source places and with local numbering. */
  readonly text: string;
  /** The same module as a black box: ports only. */
  readonly stub: string;
  /** Instances of other modules: instance name -> module name. */
  readonly instances: ReadonlyMap<string, string>;
}

/**
 * Cuts `write_rtlil` output into its modules. Places in source files and Yosys' running numbers are taken out of the
 * text, so that a module's text changes only when the module does: it is the key of cached synthesis results.
 */
export function readRtlil(text: string): Map<string, RtlilModule> {
  const modules = new Map<string, RtlilModule>();
  let lines: string[] = [];
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#') || line.startsWith('autoidx')) continue;
    if (/^\s*attribute \\(src|hdlname|dynports|top) /.test(line) && !/^attribute \\hdlname/.test(line))
      continue;
    lines.push(line);
    if (line !== 'end') continue;
    const module = readModule(lines);
    modules.set(module.name, module);
    lines = [];
  }
  for (const module of modules.values()) {
    for (const [instance, type] of module.instances) {
      if (modules.has(type)) continue;
      throw new EconError({
        code: 'budget/black-box',
        where: `${module.source}, instance ${instance}`,
        what: `module ${type} has no definition.`,
        remedy: 'Give all Verilog files of the design.',
      });
    }
  }
  return modules;
}

function readModule(lines: readonly string[]): RtlilModule {
  const name = find(lines, /^module (\S+)/) ?? '';
  const hdl = find(lines, /^attribute \\hdlname "(.*)"/);
  const instances = new Map<string, string>();
  const stub: string[] = ['attribute \\blackbox 1', `module ${name}`];
  for (const line of lines) {
    const cell = /^ {2}cell (\S+) (\S+)$/.exec(line);
    // Yosys' own cells begin with a dollar sign; derived modules do as well, but have a backslash further on.
    if (cell && (cell[1].startsWith('\\') || cell[1].startsWith('$paramod'))) {
      instances.set(cell[2].replace(/^\\/, ''), cell[1]);
    }
    if (/^ {2}wire .*\b(input|output|inout) \d+ /.test(line)) stub.push(line);
  }
  stub.push('end', '');
  return {
    name,
    source: hdl ?? name.replace(/^.*\\/, ''),
    text: `${renumber(lines.join('\n'))}\n`,
    stub: stub.join('\n'),
    instances,
  };
}

function find(lines: readonly string[], pattern: RegExp): string | undefined {
  for (const line of lines) {
    const match = pattern.exec(line);
    if (match) return match[1];
  }
  return undefined;
}

/** Replaces Yosys' running numbers ($123 at the end of a name) by numbers in the order of appearance. */
function renumber(text: string): string {
  const numbers = new Map<string, number>();
  return text.replace(/\$(\d+)(?=[\s:[\]]|$)/gm, (_, number: string) => {
    const own = numbers.get(number) ?? numbers.size + 1;
    numbers.set(number, own);
    return `$${own}`;
  });
}
