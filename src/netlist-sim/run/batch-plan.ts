import { EconError } from '../../base/index.js';
import { LANES } from '../emit/shape.js';
import type { BatchPlan } from './batch.js';
import type { Machine, Places } from './machine.js';
import type { InputPort } from './ports.js';

/** A stimulus of `runBatch`: what the inputs carry in each cycle, and upsets. */
export interface BatchStimulus {
  /** Cycle by cycle the words of each input named, lowest word first, in the order of the names. */
  readonly words: Uint32Array;
  /** Register bits that are inverted before a cycle (from 0). */
  readonly upsets?: readonly { readonly cycle: number; readonly name: string; readonly bit: number }[];
}

export interface BatchOptions {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Default: as many as there are processors. The results are the same for any number. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

/** Where the ports of a plan lie. */
export type PlacedPorts = Pick<BatchPlan, 'inputs' | 'inputWords' | 'outputs'>;

export function placePorts(inputs: readonly InputPort[], outputs: readonly Places[]): PlacedPorts {
  const ports = inputs.map((input) => ({ ...input, words: (input.width + 31) >>> 5 }));
  return {
    inputs: ports,
    inputWords: ports.reduce((sum, p) => sum + p.words, 0),
    outputs: outputs.flatMap(({ address, constant }, port) =>
      Array.from(address, (at, i) => ({ port, address: at, constant: constant[i] })),
    ),
  };
}

/**
 * What threads need to run a machine from the present state of lane 0.
 *
 * @param memory settled, the clock low
 */
export function batchPlan(
  { code, pages, layout, memories }: Machine,
  memory: Int32Array,
  ports: PlacedPorts,
): BatchPlan {
  const words = memory.slice();
  const copy = (from: number, bytes: number) => {
    for (let at = from >>> 2; at < (from + bytes) >>> 2; at += LANES) words.fill(words[at], at, at + LANES);
  };
  copy(layout.values, layout.countedBytes);
  for (const [address, bytes] of memories) copy(address, LANES * bytes);
  // What the copied values mean for the logic behind them is evaluated again.
  const marks = layout.marks >>> 2;
  words.fill(-1, marks, marks + layout.markWords);
  return {
    code,
    pages,
    state: new Uint8Array(words.buffer),
    marks,
    markWords: layout.markWords,
    unstable: layout.unstable >>> 2,
    ...ports,
  };
}

export function badBatch(where: string, what: string): EconError {
  return new EconError({
    code: 'simulation/batch',
    where,
    what,
    remedy: 'See BatchOptions; a design with several clocks runs with set, step and get.',
  });
}
