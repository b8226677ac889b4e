import { existsSync } from 'node:fs';
import { z } from 'zod';
import { type CodeOf, EconError, readBytes, sha256, writeFileAtomic } from '../../base/index.js';
import type { AdamState } from './adam.js';

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

const headerSchema = z.object({
  format: z.literal('econ-checkpoint'),
  version: z.literal(1),
  key: z.string(),
  size: z.int().min(1),
  epoch: z.int().min(0),
  random: z.array(z.int()).length(4),
  adam: z.object({ step: z.int(), power1: z.number(), power2: z.number() }),
  best: z.object({ epoch: z.int(), emd: z.number().nullable() }),
  history: z.array(epochRecordSchema),
});

/** All that a training is after a whole number of epochs. */
export interface Checkpoint {
  /** Hash of settings, data and engine: what the training is of. */
  readonly key: string;
  /** Epochs done. */
  readonly epoch: number;
  readonly random: readonly number[];
  readonly parameters: Float32Array;
  readonly adam: AdamState;
  readonly best: { readonly epoch: number; readonly emd: number; readonly parameters: Float32Array };
  readonly history: readonly EpochRecord[];
}

const REMEDY = 'Remove the file to train from the beginning, or choose another place for the checkpoint.';
const HASH_BYTES = 64;

/** File: length of the header (4 bytes, little-endian), header (JSON), four float32 arrays, SHA-256 in hex. */
export function writeCheckpoint(path: string, state: Checkpoint): void {
  const header = Buffer.from(
    JSON.stringify({
      format: 'econ-checkpoint',
      version: 1,
      key: state.key,
      size: state.parameters.length,
      epoch: state.epoch,
      random: [...state.random],
      adam: { step: state.adam.step, power1: state.adam.power1, power2: state.adam.power2 },
      best: { epoch: state.best.epoch, emd: Number.isFinite(state.best.emd) ? state.best.emd : null },
      history: [...state.history],
    } satisfies z.infer<typeof headerSchema>),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length);
  const arrays = [state.parameters, state.adam.first, state.adam.second, state.best.parameters];
  const body = Buffer.concat([
    length,
    header,
    ...arrays.map((a) => new Uint8Array(a.buffer, a.byteOffset, a.byteLength)),
  ]);
  writeFileAtomic(path, Buffer.concat([body, Buffer.from(sha256(body))]));
}

/**
 * Reads a checkpoint of this very training.
 * @returns undefined when there is no file
 * @throws EconError when the file is damaged, foreign, or of other settings or data
 */
export function readCheckpoint(path: string, key: string, size: number): Checkpoint | undefined {
  if (!existsSync(path)) return undefined;
  const bytes = Buffer.from(readBytes(path));
  const body = bytes.subarray(0, Math.max(0, bytes.length - HASH_BYTES));
  const headerEnd = 4 + (body.length >= 4 ? body.readUInt32LE(0) : 0);
  if (body.length < headerEnd || sha256(body) !== bytes.subarray(body.length).toString('latin1')) {
    throw checkpointError(
      'checkpoint-damaged',
      path,
      'this is not a whole checkpoint of econ (its SHA-256 differs).',
    );
  }
  const parsed = headerSchema.safeParse(JSON.parse(body.subarray(4, headerEnd).toString('utf8')));
  if (!parsed.success) {
    throw checkpointError(
      'checkpoint-foreign',
      path,
      'this checkpoint was written by another version of econ.',
    );
  }
  const header = parsed.data;
  if (header.key !== key) {
    throw checkpointError(
      'checkpoint-other',
      path,
      'this checkpoint is of a training with other settings, data or engine.',
    );
  }
  if (header.size !== size || body.length !== headerEnd + 16 * size) {
    throw checkpointError('checkpoint-damaged', path, `this checkpoint does not hold 4 x ${size} values.`);
  }
  // A copy, because the arrays must start at a multiple of four bytes.
  const values = new Float32Array(new Uint8Array(body.subarray(headerEnd)).buffer);
  const take = (i: number) => values.slice(i * size, (i + 1) * size);
  return {
    key,
    epoch: header.epoch,
    random: header.random,
    parameters: take(0),
    adam: { first: take(1), second: take(2), ...header.adam },
    best: { epoch: header.best.epoch, emd: header.best.emd ?? Number.POSITIVE_INFINITY, parameters: take(3) },
    history: header.history,
  };
}

function checkpointError(code: CodeOf<'training'>, where: string, what: string): EconError {
  return new EconError({ code: `training/${code}`, where, what, remedy: REMEDY });
}
