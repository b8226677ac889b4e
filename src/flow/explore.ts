import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import {
  checkWritable,
  EconError,
  readJson,
  sha256,
  silent,
  version,
  writeFileAtomic,
} from '../base/index.js';
import { estimateShape } from '../budget/index.js';
import { collectWafers, splitWafers, type WaferBatch } from '../dataset/index.js';
import { type EncoderShape, econtShape, encoderShape, sameShape } from '../encoder/index.js';
import { saveModel } from '../model/index.js';
import { meanEmd } from '../quality/index.js';
import { batchHash, learnFormats, namedShapes, type TrainingInput, trainEncoder } from '../training/index.js';
import type { WaferTask } from './run/context.js';

export interface ExploreTask extends WaferTask {
  /** Folder of the search; an unfinished search in it goes on. */
  readonly folder: string;
  readonly data: string;
  readonly etx: number;
  readonly seed: number;
  /** Time after which no further training begins. */
  readonly minutes: number;
  /** Wafers shown in the first round; each round doubles them for the better half. */
  readonly wafers: number;
}

const trialSchema = z.object({
  name: z.string(),
  /** Hash of shape, wafers shown, seed, data and version: what makes the trial what it is. */
  key: z.string(),
  /** Wafers shown. */
  wafers: z.number(),
  /** Mean EMD on the validation wafers, which choose, and on the held-out ones, which judge; integer path. */
  validationEmd: z.number(),
  emd: z.number(),
  /** Estimates: pJ per wafer and gates of the encoder block; bits that the latents send. */
  energy: z.number(),
  gates: z.number(),
  bits: z.number(),
});
export type Trial = z.infer<typeof trialSchema>;
const fileSchema = z.object({ format: z.literal('econ-explore'), trials: z.array(trialSchema) });

export interface Exploration {
  readonly trials: readonly Trial[];
  /** Best trial of each shape that no other one beats in EMD, energy and bits at once, by rising energy. */
  readonly front: readonly Trial[];
  readonly stopped: 'finished' | 'time' | 'aborted';
}

/** Turns and mirror images in which a wafer is shown. */
const IMAGES = 6;

interface Candidate {
  readonly name: string;
  readonly shape: EncoderShape;
}

/**
 * Successive halving (Jamieson and Talwalkar 2016) over encoder shapes: all are trained briefly, the better half twice
 * as long, and so on. Better: a lower rank of Pareto fronts in validation EMD, energy and bits, then the lower EMD.
 */
export async function explore(task: ExploreTask): Promise<Exploration> {
  const { folder, seed, etx, minutes, signal, progress = silent } = task;
  const path = join(folder, 'explore.json');
  const trials = readTrials(path);
  checkWritable(path);
  const { batch: wafers } = await collectWafers(task.data, {
    progress,
    signal,
    ...task.reading,
    distinct: true,
  });
  const split = splitWafers(wafers, { seed });
  const data = batchHash(split.train);
  const end = Date.now() + minutes * 60_000;
  let alive = [...candidates(etx, split.train), ...(await learnedCandidates(task, split.train))];
  const rounds = Math.ceil(Math.log2(alive.length)) + 1;
  let stopped: Exploration['stopped'] = 'finished';
  const runs = Array.from({ length: rounds }, (_, r) => Math.ceil(alive.length / 2 ** r)).reduce(
    (a, b) => a + b,
  );
  let done = 0;
  progress.start('explore', runs, 'training');
  // Each wafer is shown in its six images; short trainings need no generated ones beside.
  const epoch = IMAGES * split.train.count;
  const shortest = Math.max(3, Math.round(task.wafers / epoch));
  search: for (let epochs = shortest; ; epochs *= 2) {
    const shown = epochs * epoch;
    const round: { candidate: Candidate; trial: Trial }[] = [];
    for (const candidate of alive) {
      const input: TrainingInput = { etx, seed, epochs, shape: candidate.shape };
      const key = sha256(JSON.stringify([version, input, data]));
      let trial = trials.find((t) => t.key === key);
      if (!trial) {
        if (signal?.aborted || Date.now() > end) {
          stopped = signal?.aborted ? 'aborted' : 'time';
          break search;
        }
        const { train, validation } = split;
        const result = await trainEncoder({
          train,
          validation,
          settings: input,
          threads: task.threads,
          signal,
        });
        if (result.stopped === 'aborted') {
          stopped = 'aborted';
          break search;
        }
        const { model, validationEmd } = result;
        const { name, shape } = candidate;
        const emd = meanEmd(model, split.test);
        trial = { name, key, wafers: shown, validationEmd, emd, ...estimateShape(shape) };
        trials.push(trial);
        saveModel(join(folder, `${candidate.name}-${shown}`), model);
        writeFileAtomic(path, `${JSON.stringify({ format: 'econ-explore', trials }, null, 2)}\n`);
      }
      progress.update(++done, `${candidate.name}, ${shown} wafers: EMD ${trial.emd.toFixed(3)}`);
      round.push({ candidate, trial });
    }
    if (alive.length <= 1) break;
    const order = ranked(round.map(({ trial }) => trial));
    alive = order.slice(0, Math.ceil(alive.length / 2)).map((i) => round[i].candidate);
  }
  progress.stop(`${trials.length} trainings, ${stopped}`, stopped !== 'finished');
  return { trials, front: front(bestOfEach(trials)), stopped };
}

/** Named shapes, and ECON-T's with fewer filters and narrower weights. */
function candidates(etx: number, wafers: WaferBatch): Candidate[] {
  const named = namedShapes
    .filter(({ name }) => name !== 'best' && (name !== 'cells' || etx >= 2))
    .map(({ name, make }) => ({ name, shape: make({ etx, wafers }) }));
  // ECON-T's latents are sent with so many bits: built with them, they cost less.
  const rhombi = named.find(({ name }) => name === 'rhombi')?.shape;
  const latents = rhombi ? rhombi.latents.bits : econtShape.latents.bits;
  const narrow = [
    { filters: 8, bits: 5 },
    { filters: 8, bits: 4 },
    { filters: 4, bits: 6 },
    { filters: 4, bits: 4 },
  ].map(({ filters, bits }) => {
    const weights = { kind: 'fixed' as const, bits, fraction: bits - 1 };
    const name = `conv-${filters}x${bits}bit`;
    return { name, shape: encoderShape({ conv: { filters, weights }, latents: { bits: latents, weights } }) };
  });
  const own = { ...econtShape, latents: { ...econtShape.latents, bits: latents } };
  const all = named.map(({ name, shape }) => ({ name, shape: sameShape(shape, econtShape) ? own : shape }));
  return [...all, ...narrow];
}

/** Prices of all bits of all weights, in EMD, at which widths are learned. */
const PRICES = [0.3, 1, 3];

/**
 * ECON-T's encoder with widths, ranges and activations that a gradient finds instead of the search: one for each price of
 * the bits. They are the same again for the same seed and data; equal ones are one candidate, and ECON-T's own is none.
 */
export async function learnedCandidates(
  { etx, seed, wafers, threads, signal }: Pick<ExploreTask, 'etx' | 'seed' | 'wafers' | 'threads' | 'signal'>,
  train: WaferBatch,
): Promise<Candidate[]> {
  const [{ shape }] = candidates(etx, train);
  const found = new Map<string, Candidate>();
  for (const price of PRICES) {
    const result = await learnFormats({
      train,
      shape,
      price,
      ranges: true,
      threads,
      signal,
      settings: { etx, seed, wafers },
    });
    const { conv, latents } = result.shape;
    const bits = [conv?.weights, latents.weights].map((f) =>
      f?.kind === 'fixed' ? `${f.bits}.${f.fraction}` : '',
    );
    const name = `learned-${bits.join('+')}`;
    const own = JSON.stringify(result.shape) === JSON.stringify(shape);
    if (!own && !found.has(name)) found.set(name, { name, shape: result.shape });
  }
  return [...found.values()];
}

function readTrials(path: string): Trial[] {
  if (!existsSync(path)) return [];
  const remedy = 'Remove the file to begin anew, or choose another --run.';
  const parsed = fileSchema.safeParse(readJson(path, remedy));
  if (parsed.success) return parsed.data.trials;
  throw new EconError({
    code: 'flow/explore-file',
    where: path,
    what: `is no list of trials: ${parsed.error.issues[0].message}.`,
    remedy,
  });
}

function beats(a: Trial, b: Trial, emd: 'emd' | 'validationEmd'): boolean {
  const notWorse = a[emd] <= b[emd] && a.energy <= b.energy && a.bits <= b.bits;
  return notWorse && (a[emd] < b[emd] || a.energy < b.energy || a.bits < b.bits);
}

/** Indices of trials, best first: by Pareto rank, then by EMD, both of the validation wafers. */
export function ranked(trials: readonly Trial[]): number[] {
  const rank = new Map<number, number>();
  for (let level = 0; rank.size < trials.length; level++) {
    const left = trials.map((_, i) => i).filter((i) => !rank.has(i));
    for (const i of left.filter((i) => !left.some((j) => beats(trials[j], trials[i], 'validationEmd'))))
      rank.set(i, level);
  }
  return trials
    .map((_, i) => i)
    .sort((a, b) => rank.get(a)! - rank.get(b)! || trials[a].validationEmd - trials[b].validationEmd);
}

/** The longest training of each shape. */
function bestOfEach(trials: readonly Trial[]): Trial[] {
  const best = new Map<string, Trial>();
  for (const trial of trials) {
    const known = best.get(trial.name);
    if (!known || trial.wafers > known.wafers) best.set(trial.name, trial);
  }
  return [...best.values()];
}

function front(trials: readonly Trial[]): Trial[] {
  return trials
    .filter((trial) => !trials.some((other) => beats(other, trial, 'emd')))
    .sort((a, b) => a.energy - b.energy);
}

/** Per cent of EMD that halving the energy forgives; the defaults of AutoQKeras. */
const FORGIVEN = 0.08;
const RATE = 2;

/**
 * Forgiving-factor score (Coelho et al., "Automatic heterogeneous quantization ...", 2021, AutoQKeras): the EMD divided by
 * 1 + 0.08 log2(energy of ECON-T's encoder / energy). Half the energy forgives 8 % of EMD; lower is better.
 */
export function forgivingScore({ emd, energy }: Pick<Trial, 'emd' | 'energy'>): number {
  const reference = estimateShape(econtShape).energy;
  return emd / (1 + (FORGIVEN * Math.log(reference / energy)) / Math.log(RATE));
}

export function renderExploration({ trials, front: best, stopped }: Exploration): string {
  const head = `${'encoder'.padEnd(16)}${'shown'.padStart(9)}${'mean EMD'.padStart(10)}${'pJ'.padStart(8)}${'gates'.padStart(9)}${'bits'.padStart(6)}${'score'.padStart(8)}`;
  const row = (t: Trial): string =>
    `${t.name.padEnd(16)}${String(t.wafers).padStart(9)}${t.emd.toFixed(3).padStart(10)}${t.energy.toFixed(0).padStart(8)}${String(t.gates).padStart(9)}${String(t.bits).padStart(6)}${forgivingScore(t).toFixed(3).padStart(8)}`;
  const rest = bestOfEach(trials).filter((trial) => !best.includes(trial));
  return [
    'Pareto front: mean EMD on held-out wafers (integer path); energy and gates of the encoder block are estimates.',
    head,
    ...best.map(row),
    ...(rest.length > 0 ? ['Beaten by one of them:', ...rest.map(row)] : []),
    'score: EMD with 8 % forgiven for half the energy (forgiving factor of AutoQKeras); lower is better.',
    ...(stopped === 'finished' ? [] : [`Stopped early (${stopped}); the same command goes on.`]),
  ].join('\n');
}
