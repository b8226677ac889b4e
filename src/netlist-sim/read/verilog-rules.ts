import { checkConstantDrivers } from './constant-drivers.js';
import { type Edit, replaced } from './edits.js';
import type { Finding } from './findings.js';
import { rewriteLoops } from './verilog-loops.js';
import { checkSensitivity } from './verilog-sensitivity.js';
import {
  type Process,
  skipBrackets,
  skipDelay,
  skipStatement,
  type VerilogText,
} from './verilog-structure.js';

/** Statements for a simulator's console, files and clock: left out, and told. */
const CONSOLE =
  /^\$(display|write|strobe|monitor|fdisplay|fwrite|fstrobe|fmonitor)[bho]?$|^\$(monitoron|monitoroff|finish|stop|exit|dump\w+|timeformat|printtimescale|fclose|fflush|writemem[bh]|system|sformat|swrite[bho]?|assertoff|asserton|assertkill)$/;
const REPORTS = /^\$(info|warning|error|fatal)$/;
/** Values that only a running simulator has. */
const FROM_SIMULATOR =
  /^\$(random|urandom|urandom_range|dist_\w+|time|stime|realtime|test\$plusargs|value\$plusargs|fopen|fgetc|fgets|feof|fscanf|sscanf|fread|ftell|fseek|ungetc)$/;
const BEFORE_STATEMENT =
  /^(;|begin|end|else|\)|:|always|initial|always_comb|always_latch|forever|fork|join|endcase|do|\*\)|final)$/;
const BEFORE_DELAY =
  /^(=|<=|\]|\)|,|;|wire|tri|tri0|tri1|wand|wor|triand|trior|supply0|supply1|trireg|reg|logic|signed|assign|and|nand|or|nor|xor|xnor|buf|not|bufif[01]|notif[01]|[rnpc]?mos|r?tran|r?tranif[01])$/;

/**
 * What Yosys ignores or takes for something else, found in the text: delays and waits, calls for the console, lists of
 * events that miss a signal, `full_case`. Returns the text that means the same to Yosys as the original to a simulator.
 */
export function applyRules(
  source: VerilogText,
  systemVerilog: boolean,
  tell: (finding: Finding) => void,
): Edit[] {
  const edits: Edit[] = [];
  const { tokens: t } = source;
  const cut = (from: number, to: number, text: string) => {
    edits.push(replaced(source, from, to, text));
  };
  removeCaseHints(source, cut);
  const delays: number[] = [];
  const calls = new Map<string, number>();
  const assertions: number[] = [];
  for (const module of source.modules) {
    let inside = 0;
    for (let i = module.header; i < module.to; i++) {
      while (inside < module.processes.length && module.processes[inside].to <= i) inside++;
      const process = module.processes[inside]?.from <= i ? module.processes[inside] : undefined;
      const { text, kind } = t[i];
      const before = t[i - 1]?.text ?? '';
      if (text === '#' && t[i + 1]?.text !== '#' && before !== '#') {
        const end = skipDelay(t, i);
        const statement = process !== undefined && BEFORE_STATEMENT.test(before);
        if (!statement && !BEFORE_DELAY.test(before)) continue;
        if (statement)
          tell({ kind: 'timing', where: source.place(i), what: 'this statement waits for a time.' });
        else delays.push(i);
        cut(i, end, '');
        i = end - 1;
      } else if (text === '@' && process !== undefined && !isSensitivity(source, process, i)) {
        tell({ kind: 'timing', where: source.place(i), what: 'this waits for an event inside a process.' });
        cut(i, t[i + 1]?.text === '(' ? skipBrackets(t, i + 1) : i + 2, '');
      } else if ((text === 'wait' || text === 'fork') && process !== undefined && kind === 'word') {
        tell({ kind: 'timing', where: source.place(i), what: `\`${text}\` is not simulated.` });
      } else if (kind === 'system') {
        const ends = t[i + 1]?.text === '(' ? skipBrackets(t, i + 1) : i + 1;
        if (FROM_SIMULATOR.test(text)) {
          tell({ kind: 'system-function', where: source.place(i), what: `${text} has no value here.` });
          cut(i, ends, '0');
        } else if (
          (CONSOLE.test(text) || REPORTS.test(text)) &&
          process !== undefined &&
          t[ends]?.text === ';'
        ) {
          if (!calls.has(text)) calls.set(text, i);
          cut(i, ends + 1, 'begin end');
          i = ends;
        }
      } else if (
        systemVerilog &&
        /^(assert|assume|cover|restrict)$/.test(text) &&
        BEFORE_STATEMENT.test(before)
      ) {
        const end = assertionEnd(source, i);
        assertions.push(i);
        cut(i, end, process === undefined ? '' : 'begin end');
        i = end - 1;
      }
    }
    checkSensitivity(source, module, tell);
    checkConstantDrivers(source, module, tell);
    edits.push(...rewriteLoops(source, module));
  }
  if (delays.length > 0) {
    const n = delays.length;
    tell({
      kind: 'delay',
      where: source.place(delays[0]),
      what: `${n === 1 ? 'this # delay is' : `${n} # delays of this file are`} ignored: time here is counted in clock cycles.`,
    });
  }
  for (const [name, at] of calls) {
    const what = /finish|stop|fatal|exit/.test(name)
      ? 'ignored: the stimulus says how long a run lasts.'
      : 'ignored.';
    tell({ kind: 'system-task', where: source.place(at), what: `${name} is ${what}` });
  }
  if (assertions.length > 0)
    tell({ kind: 'system-task', where: source.place(assertions[0]), what: 'assertions are not checked.' });
  return edits;
}

function assertionEnd(source: VerilogText, i: number): number {
  const { tokens: t } = source;
  let k = i + 1;
  while (k < t.length && t[k].text !== '(') k++;
  k = skipBrackets(t, k);
  if (t[k]?.text !== 'else' && t[k]?.text !== ';') k = skipStatement(t, k);
  if (t[k]?.text === 'else') return skipStatement(t, k + 1);
  return t[k]?.text === ';' ? k + 1 : k;
}

/** Simulators ignore `full_case`, `parallel_case`, `unique` and `priority`; Yosys builds on them. */
function removeCaseHints(source: VerilogText, cut: (from: number, to: number, text: string) => void): void {
  const { tokens: t } = source;
  for (let i = 0; i < t.length; i++) {
    if (t[i].text === '(*') {
      let end = i;
      while (end < t.length && t[end].text !== '*)') end++;
      if (t.slice(i, end).some(({ text }) => text === 'full_case' || text === 'parallel_case'))
        cut(i, end + 1, '');
      i = end;
    } else if (/^(unique0?|priority)$/.test(t[i].text) && /^(if|case[xz]?)$/.test(t[i + 1]?.text ?? ''))
      cut(i, i + 1, '');
  }
}

/** Is this @ the list of events of an always block? */
function isSensitivity(source: VerilogText, process: Process, i: number): boolean {
  return process.keyword.startsWith('always') && i === process.from + 1 && source.tokens[i].text === '@';
}
