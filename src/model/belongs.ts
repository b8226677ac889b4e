import { EconError } from '../base/index.js';
import { algorithmOf, type ChipSettings } from '../blocks/index.js';
import { fieldMask, packWeights } from '../encoder/index.js';
import type { Model } from './model.js';
import { sentBits } from './sent.js';

/**
 * Refuses registers under which the packets of this model's encoder would not be what its decoder takes: other weights,
 * other bits of the latents kept, another algorithm. Registers without weights, all of them 0, say nothing of them.
 * @param where the file of the registers
 * @returns whether the weights were there to be compared
 * @throws EconError model/other-settings
 */
export function checkBelongs(model: Model, settings: ChipSettings, where: string): boolean {
  if (!algorithmOf(settings).encoder)
    throw unlike(where, `these registers select ${settings.algorithm}, whose packets need no model.`);
  const weights = packWeights(settings.weights);
  const own = packWeights(model.encoder);
  const told = weights.some((byte) => byte !== 0);
  const other = weights.reduce((count, byte, i) => count + Number(byte !== own[i]), 0);
  if (told && other > 0)
    throw unlike(
      where,
      `the weights of the encoder are not those of the model: ${other} of ${own.length} bytes differ.`,
    );
  const kept = [model.latentBits, sentBits(model, settings.etx)].map((bits) =>
    fieldMask(model.encoder.shape, bits),
  );
  if (!kept.includes(settings.keepMask)) {
    const hex = (mask: bigint): string => `0x${mask.toString(16).padStart(36, '0')}`;
    throw unlike(
      where,
      `keep_auto_encoder_bits is ${hex(settings.keepMask)}; the model's decoder takes ${hex(kept[1])} on ${settings.etx} eTx.`,
    );
  }
  return told;
}

function unlike(where: string, what: string): EconError {
  const remedy =
    'Give the model whose settings these are (econ export -o init.yaml writes them), or leave the model out.';
  return new EconError({ code: 'model/other-settings', where, what, remedy });
}
