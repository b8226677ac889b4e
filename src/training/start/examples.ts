import { EconError, type Random, sha256 } from '../../base/index.js';
import { normalise, normalisedBuffers } from '../../blocks/index.js';
import {
  builtInWafers,
  concat,
  MAX_CHARGE,
  rows,
  selectWafers,
  type WaferBatch,
} from '../../dataset/index.js';
import { cellsOf, type Detector, hgcal, UNKNOWN_MODULE } from '../../detector/index.js';
import { encoderInput, type Told, told, toldOf } from '../../model/index.js';
import type { TrainingSettings } from '../plan/settings.js';

/** Wafers as an engine takes them. */
export interface Examples {
  readonly detector: Detector;
  readonly count: number;
  /** count * cells, normalised, in image order. */
  readonly x: Uint8Array;
  /** What the decoder is told of each. */
  readonly told: Told;
  /** count * cells fractions of the wafer's charge in TC_Number order. */
  readonly target: Float32Array;
}

/** Fewer wafers than this train nothing that deserves the name. */
const LEAST_TRAINING = 64;
const LEAST_VALIDATION = 8;

/** Drops empty wafers. @throws EconError training/too-few-wafers */
export function usableWafers(batch: WaferBatch, part: 'training' | 'validation'): WaferBatch {
  const usable: number[] = [];
  const cells = cellsOf(batch);
  for (let i = 0; i < batch.count; i++) {
    if (batch.charges.subarray(i * cells, (i + 1) * cells).some((charge) => charge > 0)) usable.push(i);
  }
  const least = part === 'training' ? LEAST_TRAINING : LEAST_VALIDATION;
  if (usable.length < least) {
    throw new EconError({
      code: 'training/too-few-wafers',
      where: `${part} wafers`,
      what: `there are ${usable.length} wafers with charge; at least ${least} are needed.`,
      remedy:
        'Give more data, or a milder selection (fewer cells, less charge); thousands of wafers train well.',
    });
  }
  return usable.length === batch.count ? batch : rows(batch, usable);
}

/** Most wafers that are generated: beyond them another one teaches next to nothing. */
const MOST_GENERATED = 40_000;

/** The wafers, and behind them those that the settings ask the shower generator for. */
export function withGenerated(
  given: WaferBatch,
  { generated, seed }: Pick<TrainingSettings, 'generated' | 'seed'>,
): WaferBatch {
  const make = (wafers: number): WaferBatch =>
    // Some are too empty to be sent and are left out.
    selectWafers(builtInWafers(given.detector, seed + GENERATED_SEED, wafers));
  const each = generated !== 'auto' ? generated : isAlike(given, make(ALIKE_SAMPLE)) ? AUTO_GENERATED : 0;
  const count = Math.min(MOST_GENERATED, Math.round(each * given.count));
  return count === 0 ? given : concat([given, make(count)]);
}

const AUTO_GENERATED = 4;
const ALIKE_SAMPLE = 1000;

/** Cells hit per wafer differ by less than half as much again in the mean; what is hit otherwise teaches other things. */
function isAlike(a: WaferBatch, b: WaferBatch): boolean {
  const hit = ({ charges, count }: WaferBatch): number =>
    charges.reduce((n, charge) => n + (charge > 0 ? 1 : 0), 0) / count;
  const ratio = hit(a) / hit(b);
  return ratio > 1 / 1.5 && ratio < 1.5;
}

/** Keeps these wafers apart from those of `econ generate` and `econ flow` with the same seed. */
const GENERATED_SEED = 7919;

/** Wafers as they are. */
export function plainExamples(batch: WaferBatch): Examples {
  const { count, charges, detector = hgcal() } = batch;
  const target = new Float32Array(count * detector.cells);
  fractions(charges, count, detector.cells, target);
  const { x, sumCode } = encoderInput(batch);
  return { detector, count, x, told: told(sumCode, batch.modules), target };
}

/** Deals training wafers, turned, smeared and rescaled anew each time, in steps of one batch. */
export class TrainingDeck {
  /** Cards in an epoch: wafer * turns + turn. */
  readonly size: number;
  readonly x: Uint8Array;
  readonly told: Uint32Array;
  readonly target: Float32Array;
  /** What each wafer counts in the loss, 1 in the mean over the training wafers. */
  readonly weight: Float32Array;

  private readonly detector: Detector;
  private readonly order: Uint32Array;
  private readonly turns: readonly Int32Array[];
  private readonly charges: Uint32Array;
  private readonly image: Uint32Array;
  private readonly weights: Float32Array;
  private readonly modules: Uint16Array;
  private readonly buffers: ReturnType<typeof normalisedBuffers>;

  constructor(
    private readonly batch: WaferBatch,
    private readonly settings: Pick<
      TrainingSettings,
      'batch' | 'rotate' | 'reflect' | 'mix' | 'smear' | 'rescale' | 'weighting'
    >,
    private readonly random: Random,
  ) {
    this.detector = batch.detector ?? hgcal();
    const { mirror, cells } = this.detector;
    const turns = settings.rotate ? this.detector.turns : this.detector.turns.slice(0, 1);
    const mirrored = mirror ? turns.map((turn) => mirror.map((cell) => turn[cell])) : [];
    this.turns = settings.reflect ? [...turns, ...mirrored] : turns;
    this.size = batch.count * this.turns.length;
    this.order = new Uint32Array(this.size);
    const n = settings.batch * cells;
    this.charges = new Uint32Array(n);
    this.image = new Uint32Array(n);
    this.target = new Float32Array(n);
    this.weight = new Float32Array(settings.batch);
    this.weights = waferWeights(batch, settings.weighting);
    this.modules = new Uint16Array(settings.batch);
    this.buffers = normalisedBuffers(settings.batch, cells);
    this.x = this.buffers.x;
    this.told = new Uint32Array(settings.batch);
  }

  /** Begins an epoch. Starts from the sorted deck, so that only the state of `random` decides. */
  shuffle(): void {
    for (let i = 0; i < this.size; i++) this.order[i] = i;
    this.random.shuffle(this.order);
  }

  /** Puts the cards first .. first+count-1 of the epoch into x and target. */
  deal(first: number, count: number): void {
    const { charges, image } = this;
    const { cells, imageOrder } = this.detector;
    for (let i = 0; i < count; i++) {
      const card = this.order[first + i];
      const wafer = Math.floor(card / this.turns.length);
      this.weight[i] = this.weights[wafer];
      this.modules[i] = this.batch.modules?.[wafer] ?? UNKNOWN_MODULE;
      this.play(wafer * cells, this.turns[card % this.turns.length], i * cells);
    }
    for (let row = 0; row < count * cells; row += cells) {
      for (let k = 0; k < cells; k++) image[row + k] = charges[row + imageOrder[k]];
    }
    normalise(image, count, this.buffers);
    for (let i = 0; i < count; i++) this.told[i] = toldOf(this.buffers.sumCode[i], this.modules[i]);
    fractions(charges, count, cells, this.target);
  }

  private play(from: number, turn: Int32Array, to: number): void {
    const { charges, random, batch } = this;
    const { smear, rescale, mix } = this.settings;
    const { cells } = this.detector;
    const mixed = mix > 0 && random.uniform() < mix;
    const other = mixed ? random.below(batch.count) * cells : 0;
    const share = mixed ? random.uniform() : 0;
    const otherTurn = mixed ? this.turns[random.below(this.turns.length)] : turn;
    const factor = rescale > 0 ? Math.exp(rescale * (random.uniform() - 0.5)) : 1;
    let sum = 0;
    for (let cell = 0; cell < cells; cell++) {
      let charge = batch.charges[from + turn[cell]];
      if (mixed) charge += Math.round(share * batch.charges[other + otherTurn[cell]]);
      const scale = charge > 0 && smear > 0 ? factor * Math.exp(smear * random.normal()) : factor;
      const varied = Math.min(MAX_CHARGE, Math.round(charge * scale));
      charges[to + cell] = varied;
      sum += varied;
    }
    // A wafer of single counts may vanish: then it is shown as it is.
    if (sum === 0)
      for (let cell = 0; cell < cells; cell++) charges[to + cell] = batch.charges[from + turn[cell]];
  }
}

/** Weights of wafers in the loss, 1 in the mean: by the number of cells hit, or by the logarithm of the charge. */
export function waferWeights(batch: WaferBatch, weighting: TrainingSettings['weighting']): Float32Array {
  const { charges, count } = batch;
  const cells = cellsOf(batch);
  const weights = new Float32Array(count).fill(1);
  if (weighting === 'none') return weights;
  let total = 0;
  for (let i = 0; i < count; i++) {
    let sum = 0;
    let hit = 0;
    for (let c = i * cells; c < (i + 1) * cells; c++) {
      sum += charges[c];
      if (charges[c] > 0) hit++;
    }
    weights[i] = weighting === 'occupancy' ? hit : Math.log2(1 + sum);
    total += weights[i];
  }
  return weights.map((weight) => (weight * count) / total);
}

function fractions(charges: Uint32Array, count: number, cells: number, target: Float32Array): void {
  for (let row = 0; row < count * cells; row += cells) {
    let sum = 0;
    for (let c = row; c < row + cells; c++) sum += charges[c];
    for (let c = row; c < row + cells; c++) target[c] = charges[c] / sum;
  }
}

/** SHA-256 of the charges of a batch (little-endian 32-bit words) and, if they are known, the numbers of its modules. */
export function batchHash({ charges, modules }: WaferBatch): string {
  const bytes = new Uint8Array(charges.buffer, charges.byteOffset, charges.byteLength);
  if (!modules) return sha256(bytes);
  return sha256(
    Buffer.concat([bytes, new Uint8Array(modules.buffer, modules.byteOffset, modules.byteLength)]),
  );
}
