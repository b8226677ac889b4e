import { algorithmOf, type ChipSettings } from '../../blocks/index.js';

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
  const unused = Array.from({ length: s.mux.length }, (_, input) => input).filter(
    (input) => !s.mux.includes(input),
  );
  const high = s.mux.filter((input) => input >= s.mux.length).length;
  if (high > 0)
    advice.push(
      `mux: ${high} outputs select an input above ${s.mux.length - 1}, which there is not: they have code 0.`,
    );
  if (unused.length > 0) {
    const shown = unused.slice(0, 8).join(', ') + (unused.length > 8 ? ', ...' : '');
    advice.push(`mux: ${unused.length} inputs feed no output (${shown}); others feed several.`);
  }
  const zero = s.calibration.filter((factor) => factor === 0).length;
  if (zero > 0) advice.push(`cal: ${zero} factors are 0, so the charges of these outputs are, too.`);
  if (s.dropLsb > 4) advice.push(`drop_lsb: ${s.dropLsb} is above 4 and acts as 0.`);
  return [...advice, ...(algorithmOf(s).advice?.(s) ?? [])];
}
