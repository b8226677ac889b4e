import type { Graph } from '../graph/graph.js';
import type { MemoryWrite } from '../graph/lower.js';
import type { LoweredRegister } from '../graph/next-state.js';
import { Op } from '../graph/operation.js';
import type { Activity } from './activity.js';
import type { LaneCount } from './shape.js';

/** A register as the emitter sees it: addresses and nodes only. */
export type EmitRegister = Pick<LoweredRegister, 'source' | 'domain' | 'next' | 'async'>;
/** A write into a memory, likewise. */
export type EmitWrite = Omit<MemoryWrite, 'memory'>;

/** What code is wanted. */
export interface EmitOptions {
  /** Stimuli, or words of them, that run at once; 1 by default. */
  readonly lanes: LaneCount;
  /** Every bit of a word is a stimulus of its own: conditions are masks of bits. */
  readonly bits: boolean;
  /** Count how often the bits of all values change (`countToggles`); nothing is then computed on the way only. */
  readonly toggles: boolean;
}

export interface EmitInput extends EmitOptions {
  readonly g: Graph;
  readonly activity: Activity;
  /** Node -> 1 when its value must be found in memory after settling. */
  readonly kept: Uint8Array;
  readonly registers: readonly EmitRegister[];
  readonly writes: readonly EmitWrite[];
  readonly domainCount: number;
  /** Source -> bytes of a memory in one lane; 4 for registers and inputs. */
  readonly sourceBytes: readonly number[];
  /** Clocks may have edges in some lanes only: those are named by masks at `edges`. */
  readonly laneClocks: boolean;
}

/** Where things lie in linear memory (byte addresses). */
export interface Layout {
  /** Word that is set when asynchronous controls do not come to rest. */
  readonly unstable: number;
  /** Change marks, one bit per group, words in a row. */
  readonly marks: number;
  readonly markWords: number;
  /** Per block: domains whose registers have not loaded since the block was evaluated. */
  readonly pending: number;
  /** Per domain: lanes that have an edge, as a mask. */
  readonly edges: number;
  /** Gate -> address of the value that it had when its readers were evaluated last. */
  readonly gateAddress: ReadonlyMap<number, number>;
  readonly sourceAddress: Int32Array;
  /** Node -> address, -1 when it is kept nowhere. */
  readonly nodeAddress: Int32Array;
  /** First word of registers, inputs and kept values, which lie in one piece of `countedBytes`. */
  readonly values: number;
  readonly countedBytes: number;
  /** Values at the last count, and counters of 32 bits, one per 32-bit word; only for `toggles`. */
  readonly before: number;
  readonly counters?: number;
  readonly bytes: number;
}

/** Marks first, then the words of sources and kept values in the order of their use, memories at the end. */
export function place(input: EmitInput, functionOf: Int32Array, crossing: Uint8Array): Layout {
  const { g, activity, sourceBytes, lanes } = input;
  const wordBytes = 4 * lanes;
  const markWords = (activity.groupCount + 31) >>> 5;
  const marks = 4;
  const pending = marks + 4 * markWords;
  const edges = 16 * Math.ceil((pending + 4 * activity.blocks.length) / 16);
  let at = edges + (input.laneClocks ? wordBytes * input.domainCount : 0);
  const sourceAddress = new Int32Array(sourceBytes.length).fill(-1);
  const nodeAddress = new Int32Array(g.length).fill(-1);
  const gateAddress = new Map<number, number>();
  activity.gateOf.forEach((group, n) => {
    if (group === 0) return;
    gateAddress.set(n, at);
    at += wordBytes;
  });
  at = 16 * Math.ceil(at / 16);
  const values = at;
  const placeSource = (s: number) => {
    if (sourceAddress[s] >= 0 || sourceBytes[s] !== 4) return;
    sourceAddress[s] = at;
    at += wordBytes;
  };
  for (const { nodes } of activity.blocks) {
    for (const n of nodes) {
      g.operands(n, (o) => {
        if (g.op[o] === Op.Source) placeSource(g.a[o]);
      });
      if (crossing[n] === 1 && functionOf[n] >= 0) {
        nodeAddress[n] = at;
        at += wordBytes;
      }
    }
  }
  for (let s = 0; s < sourceBytes.length; s++) placeSource(s);
  at = 16 * Math.ceil(at / 16);
  const countedBytes = at - values;
  for (let s = 0; s < sourceBytes.length; s++) {
    if (sourceAddress[s] >= 0) continue;
    sourceAddress[s] = at;
    at += sourceBytes[s] * lanes;
  }
  at = 16 * Math.ceil(at / 16);
  for (let n = 0; n < g.length; n++) if (g.op[n] === Op.Source) nodeAddress[n] = sourceAddress[g.a[n]];
  const before = at;
  if (input.toggles) at += 2 * countedBytes;
  return {
    unstable: 0,
    marks,
    markWords,
    pending,
    edges,
    gateAddress,
    sourceAddress,
    nodeAddress,
    values,
    countedBytes,
    before,
    counters: input.toggles ? before + countedBytes : undefined,
    bytes: at,
  };
}
