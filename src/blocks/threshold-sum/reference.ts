import { encodeSmallFloat, float4E3M, float5E3M } from '../../number/index.js';
import { type BitString, clearBits, putBits, putMap } from '../bit-string.js';
import { econtInput } from '../link-input/parameters.js';
import { bunchCode5 } from '../link-input/reference.js';
import { type ChipSettings, dropShift, type Generation } from '../settings.js';

/** Bits of a threshold register: compared with the 22-bit charge, before any drop. */
export const THRESHOLD_BITS = 22;

/** Packet types, the 3 bits after the BX counter (spec econt-behaviour 8). */
export const TYPE_EMPTY = 0b000;
export const TYPE_LIST = 0b010;
export const TYPE_MAP = 0b100;

/** With fewer passing cells than this, addresses are a list of 6-bit numbers; from here on a 48-bit map. */
export const MAP_FROM_CELLS = 8;

export type ThresholdSettings = Pick<ChipSettings, 'thresholds' | 'dropLsb' | 'useSum'>;

/** What threshold sum sends of n wafers. */
export interface ThresholdSum {
  /** n * 48: 1 where the charge is at or above its threshold. */
  readonly passed: Uint8Array;
  /** n: cells that pass. */
  readonly count: Uint8Array;
  /** n * 48: 4E3M code of the charge >> drop, of all cells. */
  readonly codes: Uint8Array;
  /** n: 5E3M code of the module sum (no drop): of all cells with useSum, else of those that do not pass. */
  readonly sumCode: Uint8Array;
  /** n: 5E3M code of the sum of all cells, which truncated words carry. */
  readonly allSumCode: Uint8Array;
}

export function thresholdSumBuffers(n: number): ThresholdSum {
  return {
    passed: new Uint8Array(n * econtInput.cells),
    count: new Uint8Array(n),
    codes: new Uint8Array(n * econtInput.cells),
    sumCode: new Uint8Array(n),
    allSumCode: new Uint8Array(n),
  };
}

/** Cells at or above threshold and the module sums. `charges`: n * 48. */
export function thresholdSum(
  settings: ThresholdSettings,
  charges: Uint32Array,
  n: number,
  out: ThresholdSum = thresholdSumBuffers(n),
): ThresholdSum {
  const drop = dropShift(settings.dropLsb);
  for (let i = 0; i < n; i++) {
    const from = i * econtInput.cells;
    let all = 0;
    let rest = 0;
    let count = 0;
    for (let k = 0; k < econtInput.cells; k++) {
      const v = charges[from + k];
      const pass = v >= settings.thresholds[k];
      all += v;
      if (pass) count++;
      else rest += v;
      out.passed[from + k] = pass ? 1 : 0;
      out.codes[from + k] = encodeSmallFloat(float4E3M, v >>> drop);
    }
    out.count[i] = count;
    out.sumCode[i] = encodeSmallFloat(float5E3M, settings.useSum ? all : rest);
    out.allSumCode[i] = encodeSmallFloat(float5E3M, all);
  }
  return out;
}

/** 16-bit words of a packet with this many passing cells (0..48). */
export function thresholdPacketWords(count: number): number {
  if (count === 0) return 1;
  return ((count < MAP_FROM_CELLS ? 19 + 13 * count : 64 + 7 * count) + 15) >> 4;
}

/** Packet of wafer i: `BX (5) | type (3) | sum (8) | addresses | charges`, addresses and charges ascending. */
export function packThresholdSum(
  generation: Generation,
  sum: ThresholdSum,
  i: number,
  bx: number,
  packet: BitString,
): void {
  const from = i * econtInput.cells;
  const count = sum.count[i];
  clearBits(packet);
  putBits(packet, bunchCode5(bx), 5);
  putBits(packet, count === 0 ? TYPE_EMPTY : count < MAP_FROM_CELLS ? TYPE_LIST : TYPE_MAP, 3);
  putBits(packet, sum.sumCode[i], 8);
  if (count === 0) return;
  if (count < MAP_FROM_CELLS) {
    putBits(packet, count, 3);
    for (let k = 0; k < econtInput.cells; k++) if (sum.passed[from + k] !== 0) putBits(packet, k, 6);
  } else putMap(packet, sum.passed, from, generation === 'production');
  for (let k = 0; k < econtInput.cells; k++)
    if (sum.passed[from + k] !== 0) putBits(packet, sum.codes[from + k], 7);
}
