import { EconError } from '../../base/index.js';
import { decodeSmallFloatMid, float4E3M, float5E3M, float5E4M, type SmallFloat } from '../../number/index.js';
import { CODES } from '../link-input/parameters.js';
import { type ChipSettings, dropShift } from '../settings.js';
import { stcTypes } from '../super-trigger-cell/parameters.js';
import { STC_GROUPS } from '../super-trigger-cell/reference.js';
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

export type ChargeSettings = Pick<ChipSettings, 'algorithm' | 'dropLsb' | 'useSum' | 'stcType'>;

/** Module sums of the packets in CALQ; of the cells not sent, or of all with use_sum or in truncated words. */
export function packetSums({ algorithm, dropLsb }: ChargeSettings, { sumCode }: Packets): Float64Array {
  // Best choice adds what is left after the drop; threshold sum and autoencoder add whole charges.
  const drop = algorithm === 'best-choice' ? dropShift(dropLsb) : 0;
  const means = codeMeans(algorithm === 'autoencoder' ? float5E4M : float5E3M, drop);
  return Float64Array.from(sumCode, (code) => means[code]);
}

/**
 * The charges that the packets tell of: count * 48 in mux output order, CALQ. Sent charges are put where they belong;
 * the sum of a super trigger cell at its largest charge, or evenly over its cells when the type sends no address.
 * A lost packet, a link reset and what is damaged beyond use give no charge.
 * @throws EconError chip/needs-model for the autoencoder: latents need the decoder that was trained with it
 */
export function packetCharges(settings: ChargeSettings, p: Packets, remainder: Remainder): Float32Array {
  switch (settings.algorithm) {
    case 'autoencoder':
      throw new EconError({
        code: 'chip/needs-model',
        where: 'autoencoder packets',
        what: 'latents become charges only through the decoder that was trained with the encoder.',
        remedy: 'Give the model.',
      });
    case 'super-trigger-cell':
      return superCharges(settings, p);
    case 'repeater':
      return cellCharges(settings, p, 'dropped');
    default:
      return cellCharges(settings, p, remainder);
  }
}

function cellCharges(settings: ChargeSettings, p: Packets, remainder: Remainder): Float32Array {
  const means = codeMeans(float4E3M, dropShift(settings.dropLsb));
  const sums = packetSums(settings, p);
  const out = new Float32Array(p.count * CODES);
  for (let i = 0; i < p.count; i++) {
    const at = i * CODES;
    let cells = 0;
    let sum = 0;
    for (let k = at; k < at + CODES; k++) {
      if (p.sent[k] === 0) continue;
      cells++;
      out[k] = means[p.codes[k]];
      sum += out[k];
    }
    if (remainder === 'dropped' || cells === CODES || !carriesSum(p, i)) continue;
    // With use_sum the sum is that of all cells: the sent ones are taken off. A truncated word sends none of them.
    const left = settings.useSum ? Math.max(sums[i] - sum, 0) : sums[i];
    for (let k = at; k < at + CODES; k++) if (p.sent[k] === 0) out[k] = left / (CODES - cells);
  }
  return out;
}

/** Did anything of the packet come that can be believed? */
function carriesSum(p: Packets, i: number): boolean {
  return (p.flags[i] & (packetFlags.lost | packetFlags.linkReset)) === 0;
}

function superCharges({ stcType, dropLsb }: ChargeSettings, p: Packets): Float32Array {
  const { cells, addressBits, format, drops } = stcTypes[stcType];
  const means = codeMeans(format, drops ? dropShift(dropLsb) : 0);
  const out = new Float32Array(p.count * CODES);
  for (let i = 0; i < p.count; i++) {
    for (let g = 0; g < CODES / cells; g++) {
      const group = i * STC_GROUPS + g;
      if (p.groupSent[group] === 0) continue;
      const at = i * CODES + g * cells;
      const sum = means[p.groupSums[group]];
      if (addressBits > 0) out[at + p.groupAddresses[group]] = sum;
      else out.fill(sum / cells, at, at + cells);
    }
  }
  return out;
}
