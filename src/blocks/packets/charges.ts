import { decodeSmallFloatMid, float4E3M, type SmallFloat } from '../../number/index.js';
import { econtInput } from '../link-input/parameters.js';
import { type ChipSettings, dropShift } from '../settings.js';
import { type Packets, packetFlags } from './packets.js';

/** What becomes of the part of the module sum that no sent cell accounts for: left out, or spread over these cells. */
export type Remainder = 'dropped' | 'spread';

/**
 * What a receiver makes of each code: the mean of the integers that have it, so that no bias is left. Code 0
 * without dropped bits is exactly 0.
 */
export function codeMeans(format: SmallFloat, drop: number): Float64Array {
  return Float64Array.from(
    { length: 2 ** format.bits },
    (_, code) => decodeSmallFloatMid(format, code) * 2 ** drop - 0.5,
  );
}

/** The registers that make charges of packets. */
export type ChargeSettings = Pick<ChipSettings, 'algorithm' | 'dropLsb' | 'useSum' | 'stcType'>;

/** The module sum of a packet. */
export interface SumCode {
  readonly format: SmallFloat;
  /** Is it in units of 2^drop_lsb? */
  readonly drops: boolean;
}

/** Module sums of packets in CALQ; none where the algorithm sends none. */
export function sumMeans(
  sum: SumCode | undefined,
  { dropLsb }: Pick<ChipSettings, 'dropLsb'>,
  { sumCode }: Packets,
): Float64Array {
  if (sum === undefined) return new Float64Array(0);
  const means = codeMeans(sum.format, sum.drops ? dropShift(dropLsb) : 0);
  return Float64Array.from(sumCode, (code) => means[code]);
}

/** Charges of packets that name cells and send a code of each, and perhaps a module sum. */
export function cellCharges(
  settings: ChargeSettings,
  sum: SumCode | undefined,
  p: Packets,
  remainder: Remainder,
): Float32Array {
  const means = codeMeans(float4E3M, dropShift(settings.dropLsb));
  const sums = sumMeans(sum, settings, p);
  const out = new Float32Array(p.count * econtInput.cells);
  for (let i = 0; i < p.count; i++) {
    const at = i * econtInput.cells;
    let cells = 0;
    let total = 0;
    for (let k = at; k < at + econtInput.cells; k++) {
      if (p.sent[k] === 0) continue;
      cells++;
      out[k] = means[p.codes[k]];
      total += out[k];
    }
    if (sum === undefined || remainder === 'dropped' || cells === econtInput.cells) continue;
    // Nothing of the packet came that can be believed.
    if ((p.flags[i] & (packetFlags.lost | packetFlags.linkReset)) !== 0) continue;
    // With use_sum the sum is that of all cells: the sent ones are taken off. A truncated word sends none of them.
    const left = settings.useSum ? Math.max(sums[i] - total, 0) : sums[i];
    for (let k = at; k < at + econtInput.cells; k++)
      if (p.sent[k] === 0) out[k] = left / (econtInput.cells - cells);
  }
  return out;
}
