import { existsSync } from 'node:fs';
import { z } from 'zod';
import { type CodeOf, EconError, readBytes, sha256, writeFileAtomic } from '../../base/index.js';
import type { OptimiserState } from '../objectives/optimiser.js';

export const epochRecordSchema = z.object({
  /** 1 for the first epoch. */
  epoch: z.int(),
  /** Which loss was minimised. */
  loss: z.string(),
  /** Mean of that loss over the training wafers shown. */
  trainingLoss: z.number(),
  /** Mean exact EMD on the validation wafers, integer path; null where it was not measured. */
  validationEmd: z.number().nullable(),
  learningRate: z.number(),
});
export type EpochRecord = z.infer<typeof epochRecordSchema>;

/** A loss, optimiser or engine that a module gave. */
const outsideSchema = z.object({ kind: z.string(), name: z.string(), sha256: z.string() });
export type OutsideThing = z.infer<typeof outsideSchema>;

const numbersSchema = z.record(z.string(), z.number());

const headerSchema = z.object({
  format: z.literal('econ-checkpoint'),
  version: z.literal(1),
  key: z.string(),
  size: z.int().min(1),
  epoch: z.int().min(0),
  random: z.array(z.int()).length(4),
  /** Numbers of the optimiser's state. */
  optimiser: numbersSchema.optional(),
  /** The same in files of before there were others. */
  adam: numbersSchema.optional(),
  outside: z.array(outsideSchema).default([]),
  best: z.object({ epoch: z.int(), emd: z.number().nullable() }),
  history: z.array(epochRecordSchema),
});

/** All that a training is after a whole number of epochs. */
export interface Checkpoint {
  /** Hash of settings, data and engine: what the training is of. */
  readonly key: string;
  readonly outside: readonly OutsideThing[];
  /** Epochs done. */
  readonly epoch: number;
  readonly random: readonly number[];
  readonly parameters: Float32Array;
  readonly state: OptimiserState;
  readonly best: { readonly epoch: number; readonly emd: number; readonly parameters: Float32Array };
  readonly history: readonly EpochRecord[];
}

const REMEDY = 'Remove the file to train from the beginning, or choose another place for the checkpoint.';
const HASH_BYTES = 64;

/** File: length of the header (4 bytes, little-endian), header (JSON), float32 arrays (parameters, optimiser, best), SHA-256 in hex. */
export function writeCheckpoint(path: string, state: Checkpoint): void {
  const header = Buffer.from(
    JSON.stringify({
      format: 'econ-checkpoint',
      version: 1,
      key: state.key,
      size: state.parameters.length,
      epoch: state.epoch,
      random: [...state.random],
      optimiser: Object.fromEntries(Object.entries(state.state).filter(isNumber)),
      outside: [...state.outside],
      best: { epoch: state.best.epoch, emd: Number.isFinite(state.best.emd) ? state.best.emd : null },
      history: [...state.history],
    } satisfies z.infer<typeof headerSchema>),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length);
  const arrays = [state.parameters, ...arraysOf(state.state), state.best.parameters];
  const body = Buffer.concat([
    length,
    header,
    ...arrays.map((a) => new Uint8Array(a.buffer, a.byteOffset, a.byteLength)),
  ]);
  writeFileAtomic(path, Buffer.concat([body, Buffer.from(sha256(body))]));
}

function arraysOf(state: OptimiserState): Float32Array[] {
  return Object.values(state).filter((value) => value instanceof Float32Array);
}

function isNumber(entry: [string, number | Float32Array]): entry is [string, number] {
  return typeof entry[1] === 'number';
}

/**
 * Reads a checkpoint of this very training.
 * @param state of the optimiser before the first step; receives the one that was written
 * @returns undefined when there is no file
 * @throws EconError when the file is damaged, foreign, or of other settings or data
 */
export function readCheckpoint(
  path: string,
  { key, outside, size, state }: Pick<Checkpoint, 'key' | 'outside' | 'state'> & { readonly size: number },
): Checkpoint | undefined {
  if (!existsSync(path)) return undefined;
  const bytes = Buffer.from(readBytes(path));
  const body = bytes.subarray(0, Math.max(0, bytes.length - HASH_BYTES));
  const headerEnd = 4 + (body.length >= 4 ? body.readUInt32LE(0) : 0);
  const bad = (code: CodeOf<'training'>, what: string, remedy = REMEDY): EconError =>
    new EconError({ code: `training/${code}`, where: path, what: `this ${what}.`, remedy });
  if (body.length < headerEnd || sha256(body) !== bytes.subarray(body.length).toString('latin1'))
    throw bad('checkpoint-damaged', 'is not a whole checkpoint of econ (its SHA-256 differs)');
  const parsed = headerSchema.safeParse(JSON.parse(body.subarray(4, headerEnd).toString('utf8')));
  if (!parsed.success) throw bad('checkpoint-foreign', 'checkpoint was written by another version of econ');
  const header = parsed.data;
  const other = header.outside.find(
    ({ kind, name, sha256: hash }) =>
      !outside.some((thing) => thing.kind === kind && thing.name === name && thing.sha256 === hash),
  );
  if (other)
    throw bad(
      'checkpoint-other',
      `checkpoint is of a training with the ${other.kind} ${other.name} of a module that is not loaded, or has changed (SHA-256 ${other.sha256})`,
      `Load that very file with --with. ${REMEDY}`,
    );
  if (header.key !== key)
    throw bad('checkpoint-other', 'checkpoint is of a training with other settings, data or engine');
  const arrays = arraysOf(state);
  const last = arrays.length + 1;
  if (header.size !== size || body.length !== headerEnd + 4 * size * (last + 1))
    throw bad('checkpoint-damaged', `checkpoint does not hold ${last + 1} x ${size} values`);
  // A copy, because the arrays must start at a multiple of four bytes.
  const values = new Float32Array(new Uint8Array(body.subarray(headerEnd)).buffer);
  const take = (i: number) => values.slice(i * size, (i + 1) * size);
  arrays.forEach((array, i) => {
    array.set(take(i + 1));
  });
  Object.assign(state, header.optimiser ?? header.adam);
  return {
    key,
    outside,
    epoch: header.epoch,
    random: header.random,
    parameters: take(0),
    state,
    best: {
      epoch: header.best.epoch,
      emd: header.best.emd ?? Number.POSITIVE_INFINITY,
      parameters: take(last),
    },
    history: header.history,
  };
}
