import { float4E3M, float5E3M, float5E4M, type SmallFloat } from '../../number/index.js';

/** One of the five kinds of super trigger cells (spec econt-behaviour 7.2). */
export interface StcType {
  readonly name: string;
  /** Consecutive cells that are added. */
  readonly cells: 4 | 16;
  /** Bits of the position of the largest charge; 0 when it is not sent. */
  readonly addressBits: number;
  readonly format: SmallFloat;
  /** Does drop_lsb act on the sum? */
  readonly drops: boolean;
  /** Groups sent on 1, 2, ... links; on more links the chip sends zeros. */
  readonly sent: readonly number[];
}

/** Index = stc_type. Type 4 has no public vector: 8 bits without drop is a decision of the project. */
export const stcTypes: readonly StcType[] = [
  { name: 'STC4 5E4M', cells: 4, addressBits: 2, format: float5E4M, drops: false, sent: [2, 5, 8, 11, 12] },
  { name: 'STC16 5E4M', cells: 16, addressBits: 4, format: float5E4M, drops: false, sent: [2, 3] },
  { name: 'CTC4 4E3M', cells: 4, addressBits: 0, format: float4E3M, drops: true, sent: [4, 8, 12] },
  { name: 'STC4 4E3M', cells: 4, addressBits: 2, format: float4E3M, drops: true, sent: [3, 6, 10, 12] },
  { name: 'CTC4 5E3M', cells: 4, addressBits: 0, format: float5E3M, drops: false, sent: [3, 7, 11, 12] },
];

/** Groups that N links carry: 0 when N is above the largest listed. */
export function stcGroupsSent(type: number, etx: number): number {
  return stcTypes[type].sent[etx - 1] ?? 0;
}
