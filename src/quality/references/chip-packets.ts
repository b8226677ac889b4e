import {
  type ChipSettings,
  defaultSettings,
  firstPackets,
  type OutputBuffer,
  type Packets,
  packetCharges,
  type Remainder,
} from '../../blocks/index.js';
import { createEmulator, decodePackets } from '../../chips/index.js';
import type { WaferBatch } from '../../dataset/index.js';
import { toCellOrder, toMuxOrder } from './reference.js';

/** What came out of the links of the chip for a batch of wafers. */
export interface Received {
  /** count * 48 charges in TC_Number order, CALQ. */
  readonly charges: Float32Array;
  /** One packet per wafer. */
  readonly packets: Packets;
  /** The output buffer after the last wafer: what the threshold sum truncated. */
  readonly buffer: OutputBuffer;
}

/** Empty wafers sent after the batch, so that nothing of it stays in the buffer: 400 words leave in 200 BX at most. */
const FLUSH = 200;

/**
 * Wafers as consecutive BX through the chip with these registers (the others at their power-up values): algorithm,
 * formatter, buffer, output words, and back through the decoder of the packets.
 *
 * The wafers enter as calibrated charges, behind the link input: their 4E3M codes on the way in would spoil all
 * algorithms alike.
 */
export function throughPackets(
  batch: WaferBatch,
  registers: Partial<ChipSettings>,
  remainder: Remainder,
): Received {
  const settings = chipSettings(registers);
  const { packets, buffer } = sendWafers(toMuxOrder(batch), batch.count, settings);
  return { charges: toCellOrder(packetCharges(settings, packets, remainder)), packets, buffer };
}

/** Power-up registers of the chip, the sum that of the cells not sent, with these changes. */
export function chipSettings(registers: Partial<ChipSettings>): ChipSettings {
  return { ...defaultSettings('production', registers.detector), useSum: false, ...registers };
}

/** @param charges count * 48 in mux output order */
export function sendWafers(
  charges: Uint32Array,
  count: number,
  settings: ChipSettings,
): { readonly packets: Packets; readonly buffer: OutputBuffer } {
  const emulator = createEmulator(settings);
  const stream = new Uint32Array((count + FLUSH) * settings.mux.length);
  stream.set(charges);
  const all = decodePackets(settings, emulator.runCharges(stream));
  return { packets: firstPackets(all, count), buffer: emulator.buffer };
}
