import type { ChipSettings } from '../../blocks/index.js';
import {
  BUFFER_SAFE_WORDS,
  CODES,
  stcGroupsSent,
  stcTypes,
  thresholdPacketWords,
} from '../../blocks/index.js';

/**
 * What is legal in these registers but rarely meant, one sentence each; empty when nothing is.
 * (What is illegal is an error of the reader, with its line.)
 */
export function settingsAdvice(s: ChipSettings): string[] {
  const advice: string[] = [];
  if (s.etxMask !== undefined)
    advice.push(
      `active_etxs: 0x${s.etxMask.toString(16)} is a mask of ${s.etx} links that are not the first ones; their number counts (${s.etx} links from eTx 0 on: 0x${((1 << s.etx) - 1).toString(16)}).`,
    );
  const unused = Array.from({ length: CODES }, (_, input) => input).filter((input) => !s.mux.includes(input));
  const high = s.mux.filter((input) => input >= CODES).length;
  if (high > 0)
    advice.push(`mux: ${high} outputs select an input above 47, which there is not: they have code 0.`);
  if (unused.length > 0) {
    const shown = unused.slice(0, 8).join(', ') + (unused.length > 8 ? ', ...' : '');
    advice.push(`mux: ${unused.length} inputs feed no output (${shown}); others feed several.`);
  }
  const zero = s.calibration.filter((factor) => factor === 0).length;
  if (zero > 0) advice.push(`cal: ${zero} factors are 0, so the charges of these outputs are, too.`);
  if (s.dropLsb > 4) advice.push(`drop_lsb: ${s.dropLsb} is above 4 and acts as 0.`);
  if (s.algorithm === 'threshold-sum') advice.push(...bufferAdvice(s));
  if (s.algorithm === 'super-trigger-cell') {
    const { name, cells } = stcTypes[s.stcType];
    const sent = stcGroupsSent(s.stcType, s.etx);
    if (sent === 0) advice.push(`stc_type: ${name} on ${s.etx} eTx sends zeros only.`);
    else if (sent < CODES / cells)
      advice.push(`stc_type: ${name} on ${s.etx} eTx sends ${sent} of ${CODES / cells} groups.`);
  }
  if (s.algorithm === 'repeater' && s.etx < 11)
    advice.push(`active_etxs: the repeater needs 11 eTx, ${s.etx} cut its packet.`);
  if (s.algorithm === 'autoencoder') {
    const { convKernel, convBias, denseKernel, denseBias } = s.weights;
    if ([convKernel, convBias, denseKernel, denseBias].every((w) => w.every((v) => v === 0)))
      advice.push('weights: all are 0, so all latents are.');
  }
  return advice;
}

function bufferAdvice({ bufferT1, bufferT2, thresholds, etx }: ChipSettings): string[] {
  const advice: string[] = [];
  if (bufferT1 > BUFFER_SAFE_WORDS)
    advice.push(
      `buff_t1: ${bufferT1} is above ${BUFFER_SAFE_WORDS} words, where no chip is known to follow the model.`,
    );
  let longest = 0;
  while (longest < CODES && thresholdPacketWords(longest + 1) <= bufferT1) longest++;
  if (longest < CODES)
    advice.push(`buff_t1: packets of more than ${longest} cells never fit ${bufferT1} words.`);
  if (bufferT2 < bufferT1)
    advice.push(`buff_t2: from ${bufferT2 + 1} words on, packets up to T3 words are truncated.`);
  if (thresholds.every((t) => t === 0) && 2 * etx < thresholdPacketWords(CODES))
    advice.push(`threshold: all are 0, so every packet has 25 words; ${etx} eTx carry ${2 * etx} per BX.`);
  return advice;
}
