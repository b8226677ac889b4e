import { econtInput } from '../link-input/parameters.js';
import { bunchCode5 } from '../link-input/reference.js';
import { BunchCount } from '../packets/bunch-count.js';
import { TYPE_TRUNCATED_FULL, TYPE_TRUNCATED_SHORT } from '../packets/output-buffer.js';
import {
  anyBits,
  type Packets,
  packetFlags,
  takeBits,
  takeCodes,
  takeList,
  takeMap,
} from '../packets/packets.js';
import type { ChipSettings } from '../settings.js';
import { MAP_FROM_CELLS, TYPE_EMPTY, TYPE_LIST, TYPE_MAP, thresholdPacketWords } from './reference.js';

/** Packets with a wrong BX counter in a row after which the place in the stream counts as lost. */
const MISMATCHES = 2;

/**
 * The receiver of the threshold sum: a stream of 16-bit words in which packets of any length follow each other, each
 * some BX after its own. Every BX sends exactly one packet, so a receiver that began with an empty buffer knows at
 * each word whether a packet or an idle word must come, even where the idle pattern looks like a header.
 *
 * After damage that hides where the next packet begins, all packets are lost until a BX ends with an idle word:
 * then the buffer of the chip is empty, and the next packet begins with the next BX.
 */
export class ThresholdSumStream {
  /** BX of which the chip has sent words, and packets written out; the difference is under way. */
  private rows = 0;
  private done = 0;
  private readonly bunches: BunchCount;
  private mismatches = 0;
  private lost = false;
  /** Words of the packet that is being received, two in each element, and how many it will have. */
  private readonly packet = new Uint32Array(13);
  private have = 0;
  private need = 0;

  constructor(
    private readonly settings: Pick<ChipSettings, 'generation' | 'etx' | 'idlePattern'>,
    firstBunch: number,
  ) {
    this.bunches = new BunchCount(firstBunch, bunchCode5);
  }

  /** Packets under way: the room that the next row may need besides its own. */
  get pending(): number {
    return this.rows - this.done;
  }

  /** One BX: the link words at `first`. @returns packets written to out, which follow the `at` there are */
  row(words: Uint32Array, first: number, out: Packets, at: number): number {
    let to = at;
    this.rows++;
    for (let j = 0; j < this.settings.etx && !this.lost; j++) {
      to += this.word(words[first + j] >>> 16, out, to);
      if (!this.lost) to += this.word(words[first + j] & 0xffff, out, to);
    }
    if (this.lost) {
      const last = words[first + this.settings.etx - 1] & 0xffff;
      if (this.isIdle(last, this.pending)) {
        to += this.giveUp(out, to);
        this.lost = false;
      }
    }
    return to - at;
  }

  /** All packets under way are lost: the stream ends here, or the link is reset. @returns packets written to out */
  giveUp(out: Packets, at: number): number {
    const count = this.pending;
    for (let i = at; i < at + count; i++) {
      out.bx[i] = this.bunches.skip();
      out.flags[i] |= packetFlags.lost;
    }
    this.done = this.rows;
    this.have = 0;
    this.mismatches = 0;
    return count;
  }

  /** A row of link reset words took the place of a packet. @returns its BX */
  resetRow(counter: number): number {
    this.rows++;
    this.done++;
    this.lost = false;
    return this.bunches.take(counter);
  }

  /** Is this the idle word of the BX `ahead` of the last packet? */
  private isIdle(word: number, ahead: number): boolean {
    return (word & 2047) === this.settings.idlePattern && this.bunches.agrees(word >> 11, ahead);
  }

  /** One word. @returns packets written to out: 0 or 1 */
  private word(word: number, out: Packets, at: number): number {
    if (this.have === 0 && this.pending === 0) {
      // All packets are here, the buffer of the chip is empty.
      this.lost = !this.isIdle(word, 0);
      return 0;
    }
    const slot = this.have >> 1;
    this.packet[slot] = this.have & 1 ? this.packet[slot] | word : word << 16;
    this.have++;
    if (this.have === 1) {
      const type = (word >> 8) & 7;
      this.need = type === TYPE_LIST ? 2 : type === TYPE_MAP ? 4 : 1;
      const known = [TYPE_EMPTY, TYPE_LIST, TYPE_MAP, TYPE_TRUNCATED_FULL, TYPE_TRUNCATED_SHORT].includes(
        type,
      );
      const bunch = word >> 11;
      if (!known || (bunch > 15 && bunch < 31)) return this.bad(packetFlags.badHeader, out, at);
    } else if (this.have === this.need) {
      const type = takeBits(this.packet, 0, 5, 3);
      if (type === TYPE_LIST && this.have === 2) {
        const count = takeBits(this.packet, 0, 16, 3);
        if (count === 0) return this.bad(packetFlags.badCount, out, at);
        this.need = thresholdPacketWords(count);
      } else if (type === TYPE_MAP && this.have === 4) {
        let count = 0;
        for (let b = 16; b < 64; b++) count += takeBits(this.packet, 0, b, 1);
        if (count < MAP_FROM_CELLS) return this.bad(packetFlags.badCount, out, at);
        this.need = thresholdPacketWords(count);
      }
    }
    return this.have === this.need ? this.complete(out, at) : 0;
  }

  /** A header that cannot be: where the next one begins is not known. */
  private bad(flag: number, out: Packets, at: number): number {
    out.bx[at] = this.bunches.skip();
    out.flags[at] |= flag | packetFlags.lost;
    this.done++;
    this.have = 0;
    this.lost = true;
    return 1;
  }

  private complete(out: Packets, at: number): number {
    const { packet } = this;
    const length = this.have;
    const type = takeBits(packet, 0, 5, 3);
    const to = at * econtInput.cells;
    let flags = 0;
    this.done++;
    this.have = 0;
    out.bx[at] = this.bunches.take(takeBits(packet, 0, 0, 5));
    if (!this.bunches.mismatch) this.mismatches = 0;
    else {
      flags |= packetFlags.bunchMismatch;
      this.lost = ++this.mismatches >= MISMATCHES;
    }
    out.sumCode[at] = takeBits(packet, 0, 8, 8);
    if (type === TYPE_TRUNCATED_FULL) flags |= packetFlags.truncated;
    if (type === TYPE_TRUNCATED_SHORT) flags |= packetFlags.truncatedShort;
    let end = 16;
    if (type === TYPE_LIST) {
      const count = takeBits(packet, 0, 16, 3);
      if (!takeList(packet, 0, 19, count, out.sent, to)) flags |= packetFlags.badAddress;
      takeCodes(packet, 0, 19 + 6 * count, out.sent, out.codes, to);
      end = 19 + 13 * count;
    } else if (type === TYPE_MAP) {
      const count = takeMap(packet, 0, 16, this.settings.generation === 'production', out.sent, to);
      takeCodes(packet, 0, 64, out.sent, out.codes, to);
      end = 64 + 7 * count;
    }
    if (anyBits(packet, 0, end, 16 * length)) flags |= packetFlags.notZero;
    out.flags[at] |= flags;
    return 1;
  }
}
