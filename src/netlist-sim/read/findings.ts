import { EconError } from '../../base/index.js';

/** What a reader of Verilog notices and what stops the run unless it is allowed, by kind. */
export const KINDS = {
  undriven: 'a net is read that nothing drives; it would be 0',
  implicit: 'a name is used that is not declared',
  'multiple-drivers': 'a net has several drivers',
  timing: 'a statement waits for a time or an event; it would not wait',
  'system-function': 'a value comes from the simulator ($random, $time); it would be 0',
  tristate: 'z drives a net; it would be 0',
  conflict: 'an assignment is ignored',
} as const;

export type ErrorKind = keyof typeof KINDS;

/** Something that the front end noticed. Kinds of `KINDS` are errors, all others are shown. */
export interface Finding {
  readonly kind:
    | ErrorKind
    | 'delay'
    | 'system-task'
    | 'translate-off'
    | 'width'
    | 'file'
    | 'latch'
    | 'sensitivity'
    | 'yosys';
  /** `file.v:12`, or an instance and net. */
  readonly where: string;
  readonly what: string;
}

/** Names of kinds given by a user.
 * @throws EconError `simulation/allow` */
export function checkAllowed(names: readonly string[]): void {
  const wrong = names.find((name) => !(name in KINDS));
  if (wrong === undefined) return;
  throw new EconError({
    code: 'simulation/allow',
    where: wrong,
    what: 'there is no such kind of fault.',
    remedy: `Kinds: ${Object.keys(KINDS).join(', ')}.`,
  });
}

const MOST_TOLD = 6;

/** Stops at findings that are errors and not allowed; returns the others. */
export function judge(findings: readonly Finding[], allow: readonly string[] = []): readonly Finding[] {
  const stops = findings.filter(({ kind }) => kind in KINDS && !allow.includes(kind));
  if (stops.length === 0) return findings;
  const { kind } = stops[0];
  const same = stops.filter((f) => f.kind === kind);
  const more = same.slice(1, MOST_TOLD).map((f) => `${f.where}: ${f.what}`);
  const rest = same.length - 1 - more.length;
  throw new EconError({
    code: `simulation/${kind as ErrorKind}`,
    where: same[0].where,
    what: [same[0].what, ...more, ...(rest > 0 ? [`... and ${rest} more.`] : [])].join('\n  '),
    remedy: `${REMEDY[kind as ErrorKind]} To run all the same: --allow ${kind}.`,
  });
}

const REMEDY: Record<ErrorKind, string> = {
  undriven: 'Drive the net, or connect the port.',
  implicit: 'Declare it, or correct the name.',
  'multiple-drivers': 'Leave one driver.',
  timing: 'Keep waiting to testbenches; here inputs are set and clocks ticked by a stimulus.',
  'system-function': 'Make it an input, and give its values in the stimulus.',
  tristate: 'Split the net into value and enable.',
  conflict: 'Leave one assignment.',
};
