import { bestChoiceAlgorithm, type ChipSettings, ETX } from '../../blocks/index.js';
import type { MeasuredQuality } from '../../budget/index.js';
import { decodePackets } from '../../chips/index.js';
import type { WaferBatch } from '../../dataset/index.js';
import { type Model, receivedCharges } from '../../model/index.js';
import { algorithmReferences, evaluateReconstruction } from '../../quality/index.js';

/**
 * How well wafers come through a chip: what the receiver makes of its output words. Beside the packets, the codes
 * of the input links are in it. Best choice has them on as many links without those codes, as in the comparisons: they
 * make a charge of 1 of an empty cell, which only the sum of best choice shows.
 * @param settings of the chip that made `sent`
 * @param sent output words, 13 a wafer
 * @param wafers those of the first words
 */
export function chipQuality(
  model: Model,
  settings: ChipSettings,
  sent: Uint32Array,
  wafers: WaferBatch,
): MeasuredQuality {
  const meanEmd = (charges: Float32Array): number =>
    evaluateReconstruction(wafers, charges).emdWithGuess.mean ?? Number.NaN;
  const packets = decodePackets(settings, sent.subarray(0, wafers.count * ETX));
  const references = wafers.detector ? [] : algorithmReferences(bestChoiceAlgorithm);
  const [bestChoice] = references
    .map(({ name, reconstruct }) => ({
      name,
      meanEmd: meanEmd(reconstruct(wafers, settings.etx).charges),
    }))
    .sort((a, b) => a.meanEmd - b.meanEmd);
  return {
    wafers: wafers.count,
    meanEmd: meanEmd(receivedCharges(model, packets, wafers.modules)),
    ...(bestChoice ? { bestChoice } : {}),
  };
}
