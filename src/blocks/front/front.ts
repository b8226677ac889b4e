import { calibrate } from '../calibration/reference.js';
import { calibrationBlock } from '../calibration/verilog.js';
import { floatToFixed } from '../float-to-fixed/reference.js';
import { floatToFixedBlock } from '../float-to-fixed/verilog.js';
import { codePosition, inputFormat } from '../link-input/parameters.js';
import { linkInputBlock } from '../link-input/verilog.js';
import { muxInput } from '../mux/reference.js';
import { muxBlock } from '../mux/verilog.js';
import type { ChipSettings } from '../settings.js';

/** From link words to calibrated charges: what all algorithms share, in the order of the data. */
export const frontBlocks = [linkInputBlock, muxBlock, floatToFixedBlock, calibrationBlock] as const;

/** The registers of the front: words to calibrated charges. */
export type FrontSettings = Pick<
  ChipSettings,
  'detector' | 'generation' | 'highDensity' | 'mux' | 'calibration'
>;

/** Link input, mux, float-to-fixed and calibration folded into tables: one look-up per charge. */
export interface Front {
  /** Words and charges of a row. */
  readonly links: number;
  readonly cells: number;
  readonly codeCount: number;
  /** Per mux output: link and lowest bit of its code. */
  readonly link: Uint8Array;
  readonly low: Uint8Array;
  /** [mux output][code] -> charge. */
  readonly charge: Uint32Array;
}

export function buildFront(settings: FrontSettings): Front {
  const format = inputFormat(settings);
  const { cells, code: float, links } = format;
  const codeCount = 1 << float.bits;
  const link = new Uint8Array(cells);
  const low = new Uint8Array(cells);
  const charge = new Uint32Array(cells * codeCount);
  for (let k = 0; k < cells; k++) {
    const input = muxInput(settings.mux[k], cells);
    const position = codePosition(settings.generation, Math.max(input, 0), format);
    link[k] = position.link;
    low[k] = position.low;
    for (let code = 0; code < codeCount; code++) {
      // An output without an input has code 0, whatever comes in.
      const linear = floatToFixed(input < 0 ? 0 : code, settings.highDensity, float);
      charge[k * codeCount + code] = calibrate(linear, settings.calibration[k]);
    }
  }
  return { links, cells, codeCount, link, low, charge };
}

/**
 * Calibrated charges (CALQ) of link words.
 * @param words rows * links
 * @param out rows * cells, in mux output order, allocated when left out
 */
export function frontCharges(
  front: Front,
  words: Uint32Array,
  rows: number,
  out: Uint32Array = new Uint32Array(rows * front.cells),
): Uint32Array {
  const { links, cells, codeCount, link, low, charge } = front;
  for (let i = 0; i < rows; i++) {
    const from = i * links;
    const to = i * cells;
    for (let k = 0; k < cells; k++) {
      const code = (words[from + link[k]] >>> low[k]) & (codeCount - 1);
      out[to + k] = charge[k * codeCount + code];
    }
  }
  return out;
}

/** Calibrated charges of link words under these settings: words in, charges out (mux output order). */
export function decodeCharges(settings: FrontSettings, words: Uint32Array): Uint32Array {
  const front = buildFront(settings);
  return frontCharges(front, words, Math.floor(words.length / front.links));
}
