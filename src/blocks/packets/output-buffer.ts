import { type BitString, packetWords } from '../bit-string.js';
import { bunchCode5 } from '../link-input/reference.js';
import type { ChipSettings } from '../settings.js';

/** Words of the output buffer, and the fill beyond which the upstream one misbehaves: T1 above it is out of range. */
export const BUFFER_WORDS = 512;
export const BUFFER_SAFE_WORDS = 400;

/** Packet types of the words that a packet without room is replaced with: it did not fit, or T2 was passed. */
export const TYPE_TRUNCATED_FULL = 0b110;
export const TYPE_TRUNCATED_SHORT = 0b111;

export type BufferSettings = Pick<ChipSettings, 'etx' | 'bufferT1' | 'bufferT2' | 'bufferT3' | 'idlePattern'>;

/** The output buffer of the threshold sum: a ring of 16-bit words that lives across rows and orbits. */
export interface OutputBuffer {
  readonly ring: Uint16Array;
  /** Index of the oldest word. */
  first: number;
  /** Words held at the start of the next BX (Nbuf). */
  held: number;
  /** True since the fill first passed 400 words: a chip would not follow this model from there. */
  overfull: boolean;
  /** Most words held after the write of a BX. */
  highest: number;
  /** BX in which condition 1, 2, 3, 4 held; index 0 is unused. */
  readonly conditions: Float64Array;
}

// A power of two well above T1 (9 bits) and one packet, so that the ring itself never wraps onto held words.
const RING = 2 * BUFFER_WORDS;

export function outputBuffer(): OutputBuffer {
  return {
    ring: new Uint16Array(RING),
    first: 0,
    held: 0,
    overfull: false,
    highest: 0,
    conditions: new Float64Array(5),
  };
}

/**
 * One BX: writes the packet, or one truncated word when the buffer is too full for it (the four conditions of spec
 * econt-behaviour 8.1), then reads 2 N words into the 13 link words at `at`; words that are missing are idle words.
 * @param allSumCode 5E3M code of the sum of all cells, for the truncated word
 * @returns the condition, 1..4
 */
export function bufferBunch(
  settings: BufferSettings,
  buffer: OutputBuffer,
  packet: BitString,
  allSumCode: number,
  bx: number,
  out: Uint32Array,
  at: number,
): 1 | 2 | 3 | 4 {
  const length = packetWords(packet);
  const counter = bunchCode5(bx) << 11;
  const condition = bufferCondition(settings, buffer.held, length);
  if (condition <= 2) {
    const type = condition === 1 ? TYPE_TRUNCATED_FULL : TYPE_TRUNCATED_SHORT;
    write(buffer, counter | (type << 8) | allSumCode);
  } else for (let w = 0; w < length; w++) write(buffer, packet.words[w]);
  buffer.conditions[condition]++;
  if (buffer.held > buffer.highest) buffer.highest = buffer.held;
  if (buffer.held > BUFFER_SAFE_WORDS) buffer.overfull = true;

  const idle = counter | settings.idlePattern;
  for (let j = 0; j < 13; j++) {
    if (j >= settings.etx) out[at + j] = 0;
    else {
      const upper = read(buffer, idle);
      out[at + j] = ((upper << 16) | read(buffer, idle)) >>> 0;
    }
  }
  return condition;
}

/** Which of the four conditions holds with `held` words in the buffer and a packet of `length` words. */
export function bufferCondition(
  settings: Pick<ChipSettings, 'bufferT1' | 'bufferT2' | 'bufferT3'>,
  held: number,
  length: number,
): 1 | 2 | 3 | 4 {
  if (held + length > settings.bufferT1) return 1;
  if (held <= settings.bufferT2) return 4;
  return length <= settings.bufferT3 ? 2 : 3;
}

/** A link reset leaves the buffer empty. */
export function emptyBuffer(buffer: OutputBuffer): void {
  buffer.held = 0;
}

function write(buffer: OutputBuffer, word: number): void {
  buffer.ring[(buffer.first + buffer.held) & (RING - 1)] = word;
  buffer.held++;
}

function read(buffer: OutputBuffer, idle: number): number {
  if (buffer.held === 0) return idle;
  const word = buffer.ring[buffer.first];
  buffer.first = (buffer.first + 1) & (RING - 1);
  buffer.held--;
  return word;
}
