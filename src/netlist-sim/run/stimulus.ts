import { z } from 'zod';
import { EconError } from '../../base/index.js';
import { type Pattern, parsePattern } from './stimulus-value.js';

/** Inputs and expected outputs of one cycle, possibly repeated. */
export interface StimulusRow {
  /** `cycles[3]` or `line 12`: its place in the file. */
  readonly place: string;
  readonly set: ReadonlyMap<string, bigint>;
  readonly expect: ReadonlyMap<string, Pattern>;
  readonly repeat: number;
  /** False: the inputs change, but the clock does not tick (for driving other clocks by hand). */
  readonly clock: boolean;
}

/** What is done with a design, cycle by cycle. */
export interface Stimulus {
  readonly file: string;
  readonly top?: string;
  readonly clock?: string;
  readonly reset?: { readonly port: string; readonly active: 0 | 1; readonly cycles: number };
  readonly inputs: ReadonlyMap<string, bigint>;
  /** Outputs are compared before the clock edge of their cycle (inputs settled), or after it. */
  readonly compare: 'before' | 'after';
  readonly rows: readonly StimulusRow[];
}

const value = z.union([z.number(), z.string(), z.null()]);
const schema = z.strictObject({
  top: z.string().optional(),
  clock: z.string().optional(),
  reset: z
    .strictObject({
      port: z.string(),
      active: z.union([z.literal(0), z.literal(1)]).default(1),
      cycles: z.int().min(0).max(1e6).default(4),
    })
    .optional(),
  inputs: z.record(z.string(), value).default({}),
  compare: z.enum(['before', 'after']).default('before'),
  cycles: z
    .array(
      z.strictObject({
        set: z.record(z.string(), value).default({}),
        expect: z.record(z.string(), value).default({}),
        repeat: z.int().min(1).default(1),
        clock: z.boolean().default(true),
        note: z.string().optional(),
      }),
    )
    .default([]),
});

/**
 * Reads a stimulus: JSON (text that begins with a brace) or a vector file.
 * @throws EconError `simulation/stimulus` with file and place
 */
export function parseStimulus(text: string, file: string): Stimulus {
  return text.trimStart().startsWith('{') ? parseJson(text, file) : parseVectors(text, file);
}

function parseJson(text: string, file: string): Stimulus {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw bad(file, (error as Error).message);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw bad(place(file, issue.path.map(String).join('.')), issue.message);
  }
  const { inputs, cycles, ...rest } = parsed.data;
  return {
    ...rest,
    file,
    inputs: settings(inputs, place(file, 'inputs')),
    rows: cycles.map((row, i) => ({
      place: `cycles[${i}]`,
      set: settings(row.set, place(file, `cycles[${i}].set`)),
      expect: patterns(row.expect, place(file, `cycles[${i}].expect`)),
      repeat: row.repeat,
      clock: row.clock,
    })),
  };
}

function patterns(record: Record<string, z.infer<typeof value>>, where: string): Map<string, Pattern> {
  const out = new Map<string, Pattern>();
  for (const [port, v] of Object.entries(record)) {
    if (v === null) continue; // whatever it is
    const pattern = parsePattern(v);
    if (pattern === undefined) throw bad(where, `${port}: ${JSON.stringify(v)} is no number`);
    out.set(port, pattern);
  }
  return out;
}

function settings(record: Record<string, z.infer<typeof value>>, where: string): Map<string, bigint> {
  const out = new Map<string, bigint>();
  for (const [port, { value: v, care }] of patterns(record, where)) {
    if (care !== undefined) throw bad(where, `${port}: an input has no digits that do not matter`);
    out.set(port, v);
  }
  return out;
}

/**
 * A vector file: header lines `top NAME`, `clock PORT`, `reset PORT LEVEL CYCLES`, `compare before|after`, `in PORT ...`,
 * `out PORT ...`; then a row per cycle, hexadecimal, inputs and outputs in that order, `|` between them if wanted, `.` for
 * an input that stays, x for an output (or digit) that does not matter, `*N` at the end to repeat.
 */
function parseVectors(text: string, file: string): Stimulus {
  const header: { -readonly [K in 'top' | 'clock' | 'reset' | 'compare']?: Stimulus[K] } = {};
  let inputs: string[] = [];
  let outputs: string[] = [];
  const rows: StimulusRow[] = [];
  text.split(/\r?\n/).forEach((raw, i) => {
    const where = `${file}:${i + 1}`;
    const [first, ...rest] = raw.replace(/#.*$/, '').trim().split(/\s+/);
    if (first === '') return;
    if (first === 'in') inputs = rest;
    else if (first === 'out') outputs = rest;
    else if (first === 'top' || first === 'clock') header[first] = rest[0];
    else if (first === 'compare' && (rest[0] === 'before' || rest[0] === 'after')) header.compare = rest[0];
    else if (first === 'reset' && rest.length > 0) {
      const cycles = Number(rest[2] ?? 4);
      if (!Number.isInteger(cycles) || cycles < 0) throw bad(where, `${rest[2]} is no number of cycles`);
      header.reset = { port: rest[0], active: rest[1] === '0' ? 0 : 1, cycles };
    } else rows.push(vectorRow([first, ...rest], inputs, outputs, where, i + 1));
  });
  return { compare: 'before', ...header, file, inputs: new Map(), rows };
}

function vectorRow(
  tokens: string[],
  inputs: readonly string[],
  outputs: readonly string[],
  where: string,
  line: number,
): StimulusRow {
  const times = /^\*(\d+)$/.exec(tokens.at(-1) as string);
  const values = (times === null ? tokens : tokens.slice(0, -1)).filter((t) => t !== '|');
  if (values.length !== inputs.length && values.length !== inputs.length + outputs.length) {
    const wanted = `${inputs.length} inputs and ${outputs.length} outputs`;
    throw bad(where, `${values.length} values, but the lines in and out name ${wanted}`);
  }
  const read = (port: string, text: string): Pattern => {
    const pattern = parsePattern(text, 16);
    if (pattern === undefined) throw bad(where, `${port}: ${text} is no hexadecimal number`);
    return pattern;
  };
  const set = new Map<string, bigint>();
  inputs.forEach((port, i) => {
    if (values[i] === '.') return;
    const { value: v, care } = read(port, values[i]);
    if (care !== undefined) throw bad(where, `${port}: an input has no digits that do not matter`);
    set.set(port, v);
  });
  const expect = new Map<string, Pattern>();
  values.slice(inputs.length).forEach((text, i) => void expect.set(outputs[i], read(outputs[i], text)));
  return { place: `line ${line}`, set, expect, repeat: Number(times?.[1] ?? 1), clock: true };
}

function place(file: string, path: string): string {
  return path === '' ? file : `${file} ${path}`;
}

function bad(where: string, what: string): EconError {
  return new EconError({
    code: 'simulation/stimulus',
    where,
    what: what.endsWith('.') ? what : `${what}.`,
    remedy: 'See docs/simulator-use.md for the two formats.',
  });
}
