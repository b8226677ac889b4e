import { encodeSmallFloat, float4E3M, float5E3M } from '../../number/index.js';
import type { ReceiverSettings, Unpacker } from '../algorithm/algorithm.js';
import { type BitString, clearBits, putBits, putMap, toLinks } from '../bit-string.js';
import { econtInput } from '../link-input/parameters.js';
import { bunchCode4 } from '../link-input/reference.js';
import { anyBits, packetFlags, takeBits, takeCodes, takeList, takeMap } from '../packets/packets.js';
import { type ChipSettings, dropShift, type Generation } from '../settings.js';
import { bestChoiceSent, KEY_LARGEST, MAP_FROM, sortStages } from './parameters.js';

export type BestChoiceSettings = Pick<ChipSettings, 'etx' | 'dropLsb' | 'useSum'>;

/** What best choice sends of n wafers. */
export interface BestChoice {
  /** n * 48: 1 where the cell is sent. */
  readonly sent: Uint8Array;
  /** n * 48: 4E3M code of the charge >> drop, of all cells. */
  readonly codes: Uint8Array;
  /** n: 5E3M code of the module sum, in units of 2^drop. */
  readonly sumCode: Uint8Array;
}

export function bestChoiceBuffers(n: number): BestChoice {
  return {
    sent: new Uint8Array(n * econtInput.cells),
    codes: new Uint8Array(n * econtInput.cells),
    sumCode: new Uint8Array(n),
  };
}

const comparators = Uint8Array.from(sortStages.flatMap((s) => s.lower.flatMap((i) => [i, i + s.distance])));

// Keys of one wafer as key << 6 | cell: key and address move together, comparisons look at the key alone.
const keys = new Int32Array(econtInput.cells);

/**
 * The n largest charges of each wafer by the chip's sorting network, ties included, and the module sum of the rest
 * (or of all, with useSum). `charges`: n * 48.
 */
export function bestChoice(
  settings: BestChoiceSettings,
  charges: Uint32Array,
  n: number,
  out: BestChoice = bestChoiceBuffers(n),
): BestChoice {
  const drop = dropShift(settings.dropLsb);
  const take = bestChoiceSent(settings.etx);
  out.sent.fill(0, 0, n * econtInput.cells);
  for (let i = 0; i < n; i++) {
    const from = i * econtInput.cells;
    for (let k = 0; k < econtInput.cells; k++) {
      const v = Math.min(charges[from + k] >>> drop, KEY_LARGEST);
      keys[k] = (v << 6) | k;
      out.codes[from + k] = encodeSmallFloat(float4E3M, v);
    }
    for (let c = 0; c < comparators.length; c += 2) {
      const upper = comparators[c];
      const lower = comparators[c + 1];
      const a = keys[upper];
      const b = keys[lower];
      // All ones where the key of a is below the key of b, whatever the cells: ties stay. No branch to mispredict.
      const swap = (a ^ b) & (((a | 63) - b) >> 31);
      keys[upper] = a ^ swap;
      keys[lower] = b ^ swap;
    }
    let sum = 0;
    for (let p = 0; p < econtInput.cells; p++) {
      if (p < take) out.sent[from + (keys[p] & 63)] = 1;
      if (settings.useSum || p >= take) sum += keys[p] >> 6;
    }
    out.sumCode[i] = encodeSmallFloat(float5E3M, sum);
  }
  return out;
}

/** Packets of n BX: `BX (4) | sum (8) | addresses | charges`, both in ascending order of cell. `out`: n * 13 words. */
export function packBestChoice(
  generation: Generation,
  etx: number,
  choice: BestChoice,
  bx: Uint32Array,
  n: number,
  packet: BitString,
  out: Uint32Array,
): void {
  const list = bestChoiceSent(etx) < MAP_FROM;
  for (let i = 0; i < n; i++) {
    const from = i * econtInput.cells;
    clearBits(packet);
    putBits(packet, bunchCode4(bx[i]), 4);
    putBits(packet, choice.sumCode[i], 8);
    if (list) {
      for (let k = 0; k < econtInput.cells; k++) if (choice.sent[from + k] !== 0) putBits(packet, k, 6);
    } else putMap(packet, choice.sent, from, generation === 'production');
    for (let k = 0; k < econtInput.cells; k++)
      if (choice.sent[from + k] !== 0) putBits(packet, choice.codes[from + k], 7);
    toLinks(packet, etx, out, i * 13);
  }
}

/** Takes packets apart. */
export function unpackBestChoice({ generation, etx }: ReceiverSettings): Unpacker {
  const count = bestChoiceSent(etx);
  return (words, first, out, i) => {
    const to = i * econtInput.cells;
    out.sumCode[i] = takeBits(words, first, 4, 8);
    let flags = 0;
    let at = 12;
    if (count < MAP_FROM) {
      if (!takeList(words, first, at, count, out.sent, to)) flags |= packetFlags.badAddress;
      at += 6 * count;
    } else {
      const ones = takeMap(words, first, at, generation === 'production', out.sent, to);
      if (ones !== count) {
        out.sent.fill(0, to, to + econtInput.cells);
        flags |= packetFlags.badCount;
      }
      at += econtInput.cells;
    }
    takeCodes(words, first, at, out.sent, out.codes, to);
    if (anyBits(words, first, at + 7 * count, 32 * etx)) flags |= packetFlags.notZero;
    return flags;
  };
}
