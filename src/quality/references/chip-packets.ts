import { type ChipSettings, defaultSettings, firstPackets, type Packets } from '../../blocks/index.js';
import { createEmulator, decodePackets } from '../../chips/index.js';

/** Empty wafers sent after the batch, so that nothing of it stays in the buffer: 400 words leave in 200 BX at most. */
const FLUSH = 200;

/** Power-up registers of the chip, the sum that of the cells not sent, with these changes. */
export function chipSettings(registers: Partial<ChipSettings>): ChipSettings {
  return { ...defaultSettings('production', registers.detector), useSum: false, ...registers };
}

/**
 * Wafers as consecutive BX through the chip with these registers: algorithm, formatter, buffer, output words, and back
 * through the decoder of the packets.
 *
 * The wafers enter as calibrated charges, behind the link input: their 4E3M codes on the way in would spoil all
 * algorithms alike.
 * @param charges count * cells in mux output order
 * @returns one packet per wafer
 */
export function sendWafers(charges: Uint32Array, count: number, settings: ChipSettings): Packets {
  const stream = new Uint32Array((count + FLUSH) * settings.mux.length);
  stream.set(charges);
  return firstPackets(decodePackets(settings, createEmulator(settings).runCharges(stream)), count);
}
