import { EconError } from '../base/index.js';
import type { DetectorDescription } from '../detector/index.js';
import { latentField } from '../encoder/index.js';

/** Output links (eTx) of ECON-T; software keeps so many words a BX, whatever the detector has. */
export const ETX = 13;
/** Output links that a chip has. */
export function outputLinks({ detector }: { readonly detector?: DetectorDescription }): number {
  return detector ? detector.links.count : ETX;
}

/** BX in which a link reset fills all active links with its pattern (spec econt-behaviour 8.2). */
export const LINK_RESET_ROWS = 256;
/** The keep mask that keeps all of the latents' field. */
export const ALL_BITS: bigint = (1n << BigInt(latentField.bits)) - 1n;

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
