import { EconError } from '../../base/index.js';
import type { Finding } from './findings.js';
import type { VerilogText } from './verilog-structure.js';
import { instancesOf, plain } from './verilog-tops.js';

/** Warnings of Yosys as findings. What is not known here is shown as it stands. */
export function readMessages(log: string, sources: readonly VerilogText[]): Finding[] {
  const out: Finding[] = [];
  for (const line of log.split('\n')) {
    const match = /^(?:(.+?:\d+)(?:\.\d+)?(?:-[\d.]+)?: )?Warning: (.*)$/.exec(line.trim());
    if (match === null) continue;
    const text = match[2];
    const place = match[1] ?? /(?:at|\() ?(\S+?:\d+)(?:[-.\d]*)[).]*$/.exec(text)?.[1] ?? 'yosys';
    const cell = /^Resizing cell port (.+)\.(.+?)\.(\S+) from/.exec(text);
    const instance = cell === null ? undefined : instancePlace(sources, cell[1], cell[2]);
    out.push({ ...kindOf(text), where: instance ?? place });
  }
  return out;
}

function kindOf(text: string): Pick<Finding, 'kind' | 'what'> {
  const implicit = /^Identifier `\\?(.*)' is implicitly declared/.exec(text);
  if (implicit !== null) {
    if (implicit[1].startsWith('$'))
      return { kind: 'system-function', what: `${implicit[1]} has no value here.` };
    const dotted = implicit[1].includes('.')
      ? ' Names with dots reach nets, registers and memories; a parameter of an instance is none: give it to both modules, or as a port.'
      : '';
    return { kind: 'implicit', what: `${implicit[1]} is not declared.${dotted}` };
  }
  const width = /^Resizing cell port (\S+)\.(\S+?)\.(\S+) from (\d+) bits to (\d+) bits/.exec(text);
  if (width !== null) {
    const [, module, cell, port, from, to] = width;
    return {
      kind: 'width',
      what: `${module}: ${from} bits are connected to port ${port} of ${cell}, which has ${to}.`,
    };
  }
  if (/tri-state/.test(text))
    return { kind: 'tristate', what: 'z drives a net: three-state nets are not simulated.' };
  if (/Driver-driver conflict|multiple conflicting drivers|Drivers conflicting/.test(text)) {
    return { kind: 'multiple-drivers', what: text };
  }
  if (/Ignoring assignment to constant|conflicting init/.test(text)) return { kind: 'conflict', what: text };
  const task = /^Ignoring call to system task (\S+?)\.?$/.exec(text);
  if (task !== null) return { kind: 'system-task', what: `${task[1]} is ignored.` };
  return { kind: 'yosys', what: text };
}

/** An error of Yosys with the names and the line of the user's text. */
export function explain(
  error: EconError,
  { sources, real }: { readonly sources: readonly VerilogText[]; readonly real: (text: string) => string },
): EconError {
  const what = real(error.what);
  let where = real(error.where);
  const cell = /[Mm]odule `\\?(.+?)' referenced in module `\\?(.+?)' in cell `\\?(.+?)'/.exec(what);
  if (cell !== null) where = instancePlace(sources, cell[2], cell[3]) ?? where;
  const remedy = remedyOf(what) ?? importRemedy(sources, where) ?? error.remedy;
  return new EconError({ code: error.code, where, what, remedy }, { cause: error });
}

function remedyOf(what: string): string | undefined {
  if (/^Can not open file `[^`']+`/.test(what))
    return 'Put the file beside the Verilog or into the working folder, or name its folder with -I.';
  const called = /^Can't resolve (?:function|task) name `\\?(.+)\.(.+?)'/.exec(what);
  if (called === null) return undefined;
  const [, instance, name] = called;
  return `Functions of other instances are not reached: copy ${name} into this module (\`include), or give what it returns as a port of ${instance}.`;
}

/** Yosys takes names of packages, but no import. @param where `file:line` of an error */
function importRemedy(sources: readonly VerilogText[], where: string): string | undefined {
  for (const source of sources) {
    const at = source.tokens.findIndex((t, i) => t.text === 'import' && source.place(i) === where);
    const name = source.tokens[at + 1]?.text;
    if (at >= 0)
      return `Imports of packages are not read: leave it out and write ${name}::NAME for each name of the package.`;
  }
  return undefined;
}

function instancePlace(sources: readonly VerilogText[], module: string, cell: string): string | undefined {
  for (const source of sources) {
    for (const m of source.modules) {
      if (plain(m.name) !== module) continue;
      const found = instancesOf(source, m).find(({ token }) => plain(source.tokens[token].text) === cell);
      if (found !== undefined) return source.place(found.at);
    }
  }
  return undefined;
}
