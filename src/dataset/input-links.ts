import { hgcal } from '../detector/index.js';
import { decodeSmallFloatMid, float4E3M } from '../number/index.js';
import { linkWordPieces } from './link-words.js';
import { type WaferBatch, wafers } from './row/batch.js';
import { dataError } from './row/errors.js';
import type { Chunks } from './source.js';

/** Trigger cells in the word of an input link. */
const CODES_IN_WORD = 4;
/** Codes of a low-density module stand for a quarter of this; fractions of a wafer's charge are the same. */
const HIGH_DENSITY_UNIT = 8;

const charges = Uint32Array.from({ length: 2 ** float4E3M.bits }, (_, code) =>
  Math.round(decodeSmallFloatMid(float4E3M, code) * HIGH_DENSITY_UNIT),
);

/**
 * Wafers as they enter the chip: one row of input link words RX_DATA_0 .. RX_DATA_11 per bunch crossing, four 4E3M codes
 * in each word from bit 27 down. The codes, from left to right, are the trigger cells in TC_Number order, and each is the
 * middle of its interval in units of a high-density module, as the chip itself linearises it (spec econt-behaviour 4).
 */
export async function* readInputLinks(chunks: Chunks, path: string): AsyncGenerator<WaferBatch> {
  const { cells } = hgcal();
  const links = cells / CODES_IN_WORD;
  for await (const { words, rows, columns } of linkWordPieces(chunks, path)) {
    if (columns !== links)
      throw dataError(
        'bad-header',
        { path, line: 1 },
        `there are ${columns} input links.`,
        `A wafer comes on ${links}: RX_DATA_0 .. RX_DATA_${links - 1}.`,
      );
    const out = new Uint32Array(rows * cells);
    for (let i = 0; i < out.length; i++) {
      const shift = 7 * (CODES_IN_WORD - 1 - (i % CODES_IN_WORD));
      out[i] = charges[(words[Math.floor(i / CODES_IN_WORD)] >>> shift) & 0x7f];
    }
    yield wafers(out);
  }
}
