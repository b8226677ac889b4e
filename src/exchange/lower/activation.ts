import { type NetworkGraph, probe, sizeOf } from '../graph/index.js';
import { badNetwork } from '../graph/network-error.js';
import { isBent } from './growth.js';
import type { NetworkNumber } from './lowered.js';
import { oddNode } from './odd-node.js';
import type { Stage } from './stages.js';

/** What a network makes of the sums of a layer. */
export interface ActivationLook {
  /** The nodes, for messages. */
  readonly who: string;
  /** Largest value; Infinity when there is none. */
  readonly largest: number;
  /** What it makes of -1: 0 as the chip's ReLU, or less. */
  readonly below: number;
  /** How far it moves sums between 0 and its largest value, at most. */
  readonly moves: number;
}

const FROM = -8;
const TO = 40;
const PER_UNIT = 16;
/** Sums lie a little off a grid, or steps on it would not be seen: those at whole numbers do not. */
const OFF = [0, 0.0113, 0.0226, 0.0339, 0.0452, 0.0017, 0.0291, 0.0407];
/** Of its largest value or of 1: what lies farther from a ReLU is none. Softplus makes 0.69 of 0. */
const FARTHEST = 0.7;
/** The same of the mean: one step from 0 to 1 makes 0.5. */
const COARSEST = 0.55;
/** Below this a bound is one. */
const BOUND = 39;

/**
 * Looks at an activation from outside: sums from -8 to 40 are put in its place, and what comes out is compared with a ReLU.
 * @throws EconError when it is nothing like one
 */
export function lookAtActivation(
  graph: NetworkGraph,
  stage: Stage,
  outputs: readonly NetworkNumber[],
  path: string,
): ActivationLook {
  const samples = (TO - FROM) * PER_UNIT + 1;
  const bent = stage.activation.find(isBent) ?? stage.activation.at(-1);
  if (bent && outputs.some(({ gain }) => gain === 0)) throw oddNode(bent, path);
  const sumOf = (sample: number): number => FROM + sample / PER_UNIT + OFF[sample % OFF.length];
  const values = probe(
    graph,
    stage.value,
    Array.from({ length: samples }, (_, sample) => sumOf(sample)),
  );
  const answer = (sample: number): Answer => {
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    for (const { value, index, gain, shift } of outputs) {
      const made = values.get(value) as { data: Float64Array; shape: readonly number[] };
      const v = (made.data[sample * sizeOf(made.shape) + index] - shift) / gain;
      least = Math.min(least, v);
      most = Math.max(most, v);
    }
    return { least, most };
  };
  const at = (sum: number): Answer => answer(Math.round((sum - FROM) * PER_UNIT));
  const top = at(TO).most;
  const largest = top < BOUND ? top : Number.POSITIVE_INFINITY;
  const who = `${stage.name}: ${activationText(stage)} behind its sums`;
  const below = at(-1).least;
  const far =
    largest > 0
      ? distanceFromLine(answer, sumOf, Math.min(largest, 8))
      : { most: TO, of: TO, instead: top, mean: TO, rising: false };
  const scale = Math.min(1, Math.max(largest, 1 / 64));
  // Few wide steps are far from a line here and there, and still go up with it.
  if (!(far.most < FARTHEST * scale) && !(far.rising && far.mean < COARSEST * scale))
    throw badNetwork(
      path,
      `${who} makes ${short(far.instead)} of ${short(far.of)}: nothing like the chip's ReLU`,
      'Train the network with ReLU (or quantized_relu of more bits) in its place.',
    );
  return { who, largest, below, moves: far.most };
}

interface Answer {
  readonly least: number;
  readonly most: number;
}

/** How far what an activation makes of sums from 0 to `until` is from those sums. */
function distanceFromLine(
  answer: (sample: number) => Answer,
  sumOf: (sample: number) => number,
  until: number,
): { most: number; of: number; instead: number; mean: number; rising: boolean } {
  let [most, of, instead, all, count] = [0, 0, 0, 0, 0];
  let rising = true;
  let before = answer(-FROM * PER_UNIT);
  for (let sample = -FROM * PER_UNIT; sumOf(sample) <= until; sample++) {
    const now = answer(sample);
    for (const made of [now.least, now.most]) {
      const moved = Math.abs(made - sumOf(sample));
      if (moved > most) [most, of, instead] = [moved, sumOf(sample), made];
      all += moved;
      count++;
    }
    rising &&= now.least >= before.least && now.most >= before.most;
    before = now;
  }
  return { most, of, instead, mean: all / Math.max(1, count), rising };
}

/** The nodes of an activation: all of them, or the first and the last of many. */
export function activationText({ activation }: Pick<Stage, 'activation'>): string {
  const nodes = activation.map(({ name, op }) => `${name} (${op.kind === 'function' ? op.name : op.kind})`);
  if (nodes.length === 0) return 'nothing';
  return nodes.length <= 3
    ? nodes.join(', ')
    : `${nodes[0]} to ${nodes[nodes.length - 1]} (${nodes.length} nodes)`;
}

/** What the chip does otherwise, one sentence each. @param chip its largest output */
export function activationNotes({ who, largest, below, moves }: ActivationLook, chip: number): string[] {
  const notes: string[] = [];
  if (below !== 0) notes.push(`${who} makes ${short(below)} of -1, the chip's ReLU makes 0.`);
  if (Number.isFinite(largest) && Math.abs(largest - chip) > 1e-9)
    notes.push(`${who} goes up to ${short(largest)}, the chip's outputs up to ${short(chip)}.`);
  if (moves > 1 / 128 + 1e-9)
    notes.push(`${who} moves sums by up to ${short(moves)}; the chip's outputs have steps of 1/128.`);
  return notes;
}

function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}
