import {
  type Algorithm,
  algorithms,
  type ChipSettings,
  packetCharges,
  type Sending,
} from '../../blocks/index.js';
import { createEmulator } from '../../chips/index.js';
import { chipSettings, sendWafers } from './chip-packets.js';
import { type Reference, toCellOrder, toMuxOrder } from './reference.js';

/** A way to use an algorithm of the chip, as one way to send wafers. */
export function sendingReference(sending: Sending): Reference {
  return {
    name: sending.name,
    fits: (etx) => sending.fits?.(etx) ?? true,
    reconstruct(batch, etx) {
      const trial = (registers: Partial<ChipSettings>) => {
        const emulator = createEmulator(chipSettings(registers));
        emulator.runCharges(toMuxOrder(batch));
        return emulator.buffer;
      };
      const registers = sending.registers(etx, trial);
      const settings = chipSettings(registers);
      const packets = sendWafers(toMuxOrder(batch), batch.count, settings);
      return {
        charges: toCellOrder(packetCharges(settings, packets, sending.remainder)),
        note: sending.note?.(packets, settings, etx),
      };
    },
  };
}

/** All ways to use one algorithm. */
export function algorithmReferences({ sendings }: Algorithm): Reference[] {
  return sendings.map(sendingReference);
}

/**
 * The algorithms of the chip besides the autoencoder, and those from outside, in the order of tables: they pack the cells
 * of HGCAL, there is none for wafers of another detector.
 */
export function chipReferences({ detector }: { readonly detector?: object } = {}): Reference[] {
  if (detector) return [];
  return algorithms
    .values()
    .sort((a, b) => a.tablePlace - b.tablePlace)
    .flatMap(algorithmReferences);
}
