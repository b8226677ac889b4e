import { type ChargeSettings, type Remainder, sumMeans } from '../packets/charges.js';
import type { Packets } from '../packets/packets.js';
import { algorithmOf } from './algorithm.js';

/** Module sums of the packets in CALQ; of the cells not sent, or of all with use_sum or in truncated words. */
export function packetSums(settings: ChargeSettings, p: Packets): Float64Array {
  return sumMeans(algorithmOf(settings).sum, settings, p);
}

/**
 * The charges that the packets tell of: count * 48 in mux output order, CALQ. Sent charges are put where they belong;
 * the sum of a super trigger cell at its largest charge, or evenly over its cells when the type sends no address.
 * A lost packet, a link reset and what is damaged beyond use give no charge.
 * @throws EconError chip/needs-model when only the decoder that was trained with an encoder can tell
 */
export function packetCharges(settings: ChargeSettings, p: Packets, remainder: Remainder): Float32Array {
  return algorithmOf(settings).charges(settings, p, remainder);
}
