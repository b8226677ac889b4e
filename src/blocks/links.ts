import { EconError } from '../base/index.js';

/** Output links (eTx) of the chip. */
export const ETX = 13;
/** BX in which a link reset fills all active links with its pattern (spec econt-behaviour 8.2). */
export const LINK_RESET_ROWS = 256;
/** Bits of the 16 latents together; also the bits of the keep mask. */
export const RAW_BITS = 144;
export const ALL_BITS: bigint = (1n << 144n) - 1n;

/** @throws EconError unless etx is 1..13 */
export function checkEtx(etx: number): void {
  if (Number.isInteger(etx) && etx >= 1 && etx <= ETX) return;
  throw new EconError({
    code: 'chip/bad-etx',
    where: 'number of output links (eTx)',
    what: `${etx} is not one of 1..13.`,
    remedy: 'Choose 1 to 13 links.',
  });
}
