import { EconError } from '../../base/index.js';
import {
  algorithmOf,
  anyBits,
  BunchCount,
  bunchCode4,
  bunchCode5,
  checkEtx,
  ETX,
  firstPackets,
  LINK_RESET_ROWS,
  type PacketArrays,
  type PacketStream,
  type Packets,
  packetFlags,
  packets,
  type ReceiverSettings,
  takeBits,
  type Unpacker,
} from '../../blocks/index.js';

/** The trigger-primitive side of the links: output words back to what the algorithm sent. */
export interface Decoder {
  /**
   * @param words rows * 13 output words, in the order of the BX
   * @returns the packets that came whole (or are lost) since the last call, in the order of their BX; a packet of
   *   any length may come some rows after its own BX
   */
  run(words: Uint32Array): Packets;
  /** The next 256 rows are those of a link reset: the sender of the fast command knows. */
  linkReset(): Packets;
  /** The stream ends: packets under way are lost. */
  finish(): Packets;
}

/**
 * A receiver of the packets that these registers make. It never throws over words: what is odd is flagged.
 * @param firstBunch BX of the first row, unless its counter says 0
 * @throws EconError chip/bad-etx
 */
export function createDecoder(settings: ReceiverSettings, firstBunch = 0): Decoder {
  checkEtx(settings.etx);
  const { fills, receiver } = algorithmOf(settings);
  const stream =
    receiver.kind === 'stream'
      ? receiver.stream(settings, firstBunch)
      : rowStream(receiver.unpacker(settings), receiver.counterBits, firstBunch);
  let reset = 0;
  const giveUp = (): Packets => {
    const out = packets(fills, stream.pending);
    stream.giveUp(out, 0);
    return out;
  };
  return {
    run(words) {
      const rows = rowsOf(words);
      const out = packets(fills, stream.pending + rows);
      let at = 0;
      for (let i = 0; i < rows; i++) {
        const first = i * ETX;
        if (reset > 0) {
          reset--;
          resetRow(settings, words, first, out, at++, stream.resetRow(words[first] >>> 27));
          continue;
        }
        const came = stream.row(words, first, out, at);
        // Ones on inactive links belong to no packet in particular: the last one that came tells of them.
        if (at + came > 0) out.flags[at + came - 1] |= idleLinks(words, first, settings.etx);
        at += came;
      }
      return firstPackets(out, at);
    },
    linkReset() {
      reset = LINK_RESET_ROWS;
      return giveUp();
    },
    finish: giveUp,
  };
}

/** Packets of all rows of output words; those that did not come whole are flagged lost. @param words rows * 13 */
export function decodePackets(settings: ReceiverSettings, words: Uint32Array, firstBunch = 0): Packets {
  const decoder = createDecoder(settings, firstBunch);
  const whole = decoder.run(words);
  const rest = decoder.finish();
  return rest.count === 0 ? whole : joinPackets(algorithmOf(settings).fills, whole, rest);
}

function joinPackets(fills: PacketArrays, a: Packets, b: Packets): Packets {
  const all = packets(fills, a.count + b.count);
  for (const name of Object.keys(all) as (keyof Packets)[]) {
    if (name === 'count') continue;
    all[name].set(a[name]);
    all[name].set(b[name], a[name].length);
  }
  return all;
}

/** Packets of fixed length: one per row, in its own row. */
function rowStream(unpack: Unpacker, counterBits: 4 | 5, firstBunch: number): PacketStream {
  const four = counterBits === 4;
  const bunches = new BunchCount(firstBunch, four ? bunchCode4 : bunchCode5);
  return {
    pending: 0,
    row(words, first, out, i) {
      out.flags[i] = unpack(words, first, out, i);
      const counter = takeBits(words, first, 0, counterBits);
      const exists = counter < (four ? 8 : 16) || counter === (four ? 15 : 31);
      // Types that have no room send zeros, not even a counter.
      const room = (out.flags[i] & packetFlags.noRoom) === 0;
      out.bx[i] = exists && room ? bunches.take(counter) : bunches.skip();
      if (room && !exists) out.flags[i] |= packetFlags.badHeader;
      else if (room && bunches.mismatch) out.flags[i] |= packetFlags.bunchMismatch;
      return 1;
    },
    giveUp: () => 0,
    // Reset words carry the five bits, whatever the packets do.
    resetRow: (counter) => bunches.take(four ? ((counter >> 1) & 8) | (counter & 7) : counter),
  };
}

/** A row of link reset words of this BX as packet i. */
function resetRow(
  settings: ReceiverSettings,
  words: Uint32Array,
  first: number,
  out: Packets,
  i: number,
  bx: number,
): void {
  const half = (bunchCode5(bx) << 11) | settings.linkResetPattern;
  const word = ((half << 16) | half) >>> 0;
  out.bx[i] = bx;
  out.flags[i] = packetFlags.linkReset;
  for (let j = 0; j < ETX; j++) {
    if (words[first + j] !== (j < settings.etx ? word : 0)) out.flags[i] |= packetFlags.badHeader;
  }
}

function idleLinks(words: Uint32Array, first: number, etx: number): number {
  return anyBits(words, first, 32 * etx, 32 * ETX) ? packetFlags.notZero : 0;
}

function rowsOf(words: Uint32Array): number {
  if (words.length % ETX === 0) return words.length / ETX;
  throw new EconError({
    code: 'chip/bad-words',
    where: 'output words',
    what: `${words.length} words are not rows of ${ETX}.`,
    remedy: `Give ${ETX} output words per row; those of inactive links are 0.`,
  });
}
