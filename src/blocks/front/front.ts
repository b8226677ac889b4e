import { calibrate } from '../calibration/reference.js';
import { floatToFixed } from '../float-to-fixed/reference.js';
import { CODE_BITS, CODES, codePosition, LINKS } from '../link-input/parameters.js';
import { muxInput } from '../mux/reference.js';
import type { ChipSettings } from '../settings.js';

/** The registers of the front: words to calibrated charges. */
export type FrontSettings = Pick<ChipSettings, 'generation' | 'highDensity' | 'mux' | 'calibration'>;

/** Link input, mux, float-to-fixed and calibration folded into tables: one look-up per charge. */
export interface Front {
  /** Per mux output: link and lowest bit of its code. */
  readonly link: Uint8Array;
  readonly low: Uint8Array;
  /** [mux output][code] -> charge. */
  readonly charge: Uint32Array;
}

const CODE_COUNT = 1 << CODE_BITS;

export function buildFront(settings: FrontSettings): Front {
  const link = new Uint8Array(CODES);
  const low = new Uint8Array(CODES);
  const charge = new Uint32Array(CODES * CODE_COUNT);
  for (let k = 0; k < CODES; k++) {
    const input = muxInput(settings.mux[k]);
    const position = codePosition(settings.generation, Math.max(input, 0));
    link[k] = position.link;
    low[k] = position.low;
    for (let code = 0; code < CODE_COUNT; code++) {
      // An output without an input has code 0, whatever comes in.
      const linear = floatToFixed(input < 0 ? 0 : code, settings.highDensity);
      charge[k * CODE_COUNT + code] = calibrate(linear, settings.calibration[k]);
    }
  }
  return { link, low, charge };
}

/**
 * Calibrated charges (CALQ) of link words.
 * @param words rows * 12
 * @param out rows * 48, in mux output order, allocated when left out
 */
export function frontCharges(
  front: Front,
  words: Uint32Array,
  rows: number,
  out: Uint32Array = new Uint32Array(rows * CODES),
): Uint32Array {
  const { link, low, charge } = front;
  for (let i = 0; i < rows; i++) {
    const from = i * LINKS;
    const to = i * CODES;
    for (let k = 0; k < CODES; k++) {
      const code = (words[from + link[k]] >>> low[k]) & (CODE_COUNT - 1);
      out[to + k] = charge[k * CODE_COUNT + code];
    }
  }
  return out;
}

/** Calibrated charges of link words under these settings: rows * 12 words in, rows * 48 charges out (mux output order). */
export function decodeCharges(settings: FrontSettings, words: Uint32Array): Uint32Array {
  return frontCharges(buildFront(settings), words, Math.floor(words.length / LINKS));
}
