import type { Activity } from './activity.js';
import type { Graph } from './graph.js';
import { Op } from './operation.js';

/** A register as the emitter sees it: addresses and nodes only. */
export interface EmitRegister {
  readonly source: number;
  readonly domain: number;
  readonly next: number;
  readonly async?: { readonly condition: number; readonly value: number };
}

export interface EmitWrite {
  readonly source: number;
  readonly domain: number;
  readonly address: number;
  readonly data: readonly number[];
  readonly mask: readonly number[];
}

export interface EmitInput {
  readonly g: Graph;
  readonly activity: Activity;
  /** Node -> 1 when its value must be found in memory after settling. */
  readonly kept: Uint8Array;
  readonly registers: readonly EmitRegister[];
  readonly writes: readonly EmitWrite[];
  readonly domainCount: number;
  /** Source -> bytes of a memory; 4 for registers and inputs. */
  readonly sourceBytes: readonly number[];
}

/** Where things lie in linear memory (byte addresses). */
export interface Layout {
  /** Word that is set when asynchronous controls do not come to rest. */
  readonly unstable: number;
  /** Change marks, one bit per group, words in a row. */
  readonly marks: number;
  readonly markWords: number;
  /** Gate -> address of the value that it had when its readers were evaluated last. */
  readonly gateAddress: ReadonlyMap<number, number>;
  readonly sourceAddress: Int32Array;
  /** Node -> address, -1 when it is kept nowhere. */
  readonly nodeAddress: Int32Array;
  readonly bytes: number;
}

/** Marks first, then the words of sources and kept values in the order of their use, memories at the end. */
export function place(input: EmitInput, functionOf: Int32Array, crossing: Uint8Array): Layout {
  const { g, activity, sourceBytes } = input;
  const markWords = (activity.groupCount + 31) >>> 5;
  const marks = 4;
  let at = marks + 4 * markWords + 4 * activity.blocks.length;
  const sourceAddress = new Int32Array(sourceBytes.length).fill(-1);
  const nodeAddress = new Int32Array(g.length).fill(-1);
  const gateAddress = new Map<number, number>();
  activity.gateOf.forEach((group, n) => {
    if (group === 0) return;
    gateAddress.set(n, at);
    at += 4;
  });
  const placeSource = (s: number) => {
    if (sourceAddress[s] >= 0 || sourceBytes[s] !== 4) return;
    sourceAddress[s] = at;
    at += 4;
  };
  for (const { nodes } of activity.blocks) {
    for (const n of nodes) {
      g.operands(n, (o) => {
        if (g.op[o] === Op.Source) placeSource(g.a[o]);
      });
      if (crossing[n] === 1 && functionOf[n] >= 0) {
        nodeAddress[n] = at;
        at += 4;
      }
    }
  }
  for (let s = 0; s < sourceBytes.length; s++) placeSource(s);
  for (let s = 0; s < sourceBytes.length; s++) {
    if (sourceAddress[s] >= 0) continue;
    sourceAddress[s] = at;
    at += sourceBytes[s];
  }
  for (let n = 0; n < g.length; n++) if (g.op[n] === Op.Source) nodeAddress[n] = sourceAddress[g.a[n]];
  return { unstable: 0, marks, markWords, gateAddress, sourceAddress, nodeAddress, bytes: at };
}
