import { Registry } from '../../base/index.js';
import type { ChipOptions, EcontOptions } from '../build.js';
import { frontBlocks } from '../front/front.js';
import { type ChargeSettings, type Remainder, type SumCode, sumMeans } from '../packets/charges.js';
import type { OutputBuffer } from '../packets/output-buffer.js';
import type { PacketArrays, Packets } from '../packets/packets.js';
import type { AlgorithmName, ChipSettings } from '../settings.js';
import type { AlgorithmHardware } from './hardware.js';

/**
 * Makes output words of calibrated charges, one BX after the other.
 * @param charges n * 48, CALQ, in mux output order
 * @param bx n BX numbers, 0 is the first of an orbit
 * @param out n * 13 words; those of inactive links are 0
 */
export type Packer = (charges: Uint32Array, bx: Uint32Array, n: number, out: Uint32Array) => void;

/** Packet of a row: the 13 words at `first` into packet i. @returns flags; the BX counter is not its business */
export type Unpacker = (words: Uint32Array, first: number, out: Packets, i: number) => number;

/** A receiver of packets of any length, which follow each other in the words of an output buffer. */
export interface PacketStream {
  /** Packets under way: the room that the next row may need besides its own. */
  readonly pending: number;
  /** One BX: the link words at `first`. @returns packets written to out, which follow the `at` there are */
  row(words: Uint32Array, first: number, out: Packets, at: number): number;
  /** The stream ends, or the link is reset. @returns packets written to out */
  giveUp(out: Packets, at: number): number;
  /** A row of link reset words took the place of a packet. @param counter as sent @returns its BX */
  resetRow(counter: number): number;
}

/** How the packets of an algorithm come in: each in its own row, or as a stream. */
export type PacketReceiver =
  | {
      readonly kind: 'rows';
      /** Bits of the BX counter at the head of the packet. */
      readonly counterBits: 4 | 5;
      unpacker(settings: ReceiverSettings): Unpacker;
    }
  | { readonly kind: 'stream'; stream(settings: ReceiverSettings, firstBunch: number): PacketStream };

/** The registers that a receiver knows. */
export type ReceiverSettings = Pick<
  ChipSettings,
  'generation' | 'algorithm' | 'etx' | 'stcType' | 'keepMask' | 'idlePattern' | 'linkResetPattern'
>;

/** One way to use an algorithm, in tables that compare them at equal links. */
export interface Sending {
  /** As in tables, e.g. 'best choice, remainder spread'. */
  readonly name: string;
  readonly remainder: Remainder;
  /** Does it send the whole wafer, or its best try, in the packet of N links (1..13)? @default always */
  fits?(etx: number): boolean;
  /**
   * Registers on N links, the others at their power-up values.
   * @param trial the output buffer after all wafers were sent with other registers
   */
  registers(etx: number, trial: (registers: Partial<ChipSettings>) => OutputBuffer): Partial<ChipSettings>;
  /** What a reader of the table must know of the packets. */
  note?(packets: Packets, settings: ChipSettings, etx: number): string | undefined;
}

/** An algorithm of the chip, from calibrated charges to packets and back: all that is particular to it. */
export interface Algorithm {
  readonly name: AlgorithmName;
  /** As on command lines, e.g. 'TS'. */
  readonly short: string;
  /** Number in register alg_type, 0..7, and other numbers that act alike where no algorithm has them. */
  readonly code: number;
  readonly otherCodes?: readonly number[];
  /** BX from what its blocks give to the packet, and from there to the link words. */
  readonly latency: { readonly formatter: number; readonly buffer: number };
  /** Does it need the weights of an encoder, and a model to make charges of its packets? @default no */
  readonly encoder?: boolean;
  /** What of a chip's building its packets depend on, beside the registers. */
  readonly builtFor?: readonly ('generation' | 'stcTie' | 'arithmetic')[];
  /** Stored registers (or fields of those that all share) that it reads, by the names of their signals. */
  readonly registers: readonly string[];

  /** @param rows most BX at a time @param buffer of the chip, for packets of any length */
  packer(settings: ChipSettings, rows: number, buffer: OutputBuffer): Packer;
  readonly receiver: PacketReceiver;
  /** The part of the chip that makes its packets; left out, no chip can include it. */
  readonly hardware?: AlgorithmHardware;
  /** Arrays of Packets that it fills. */
  readonly fills: PacketArrays;
  /** Format of its module sum; undefined when it sends none. */
  readonly sum?: SumCode;
  /**
   * Charges that packets tell of: count * 48 in mux output order, CALQ.
   * @throws EconError chip/needs-model when only a model can tell
   */
  charges(settings: ChargeSettings, packets: Packets, remainder: Remainder): Float32Array;
  /** What is legal in these registers but rarely meant, one sentence each. */
  advice?(settings: ChipSettings): string[];
  /** Ways to use it in comparisons, and the place of them in a table: lowest first. */
  readonly sendings: readonly Sending[];
  readonly tablePlace: number;
}

/** All algorithms that there are: those of the chip, and others from outside. */
export const algorithms = new Registry<Algorithm>('algorithm', wrongIn);

const PARTS = {
  short: 'string',
  code: 'number',
  latency: 'object',
  registers: 'object',
  packer: 'function',
  receiver: 'object',
  fills: 'object',
  charges: 'function',
  sendings: 'object',
  tablePlace: 'number',
} as const;

function wrongIn(algorithm: Algorithm): string | undefined {
  for (const [part, type] of Object.entries(PARTS)) {
    const given = typeof algorithm[part as keyof typeof PARTS];
    if (given !== type) return `its ${part} is ${given}, not ${type}.`;
  }
  const { code, short } = algorithm;
  if (!(Number.isInteger(code) && code >= 0 && code <= 7)) return `its code is ${code}, not 0..7.`;
  for (const other of algorithms.values()) {
    if (other.code === code) return `its code ${code} is that of ${other.name}.`;
    if (other.short === short) return `its short name ${short} is that of ${other.name}.`;
  }
  return undefined;
}

/** The algorithm of these settings. @throws EconError base/unknown-name */
export function algorithmOf({ algorithm }: { readonly algorithm: AlgorithmName }): Algorithm {
  return algorithms.get(algorithm, 'algorithm');
}

/** What number 0..7 in alg_type selects. */
export function algorithmOfCode(code: number): Algorithm {
  const all = algorithms.values();
  return all.find((a) => a.code === code) ?? all.find((a) => a.otherCodes?.includes(code))!;
}

/** All algorithms that there are, as production sends them. */
export const defaultEcontOptions: EcontOptions = {
  get algorithms() {
    return algorithms
      .values()
      .filter((a) => a.hardware)
      .map(({ name }) => name);
  },
  generation: 'production',
  stcTie: 'highest',
};

/** Algorithms of a chip, in the order of its list; without a list the one that runs the encoder. */
export function includedAlgorithms({ econt }: Pick<ChipOptions, 'econt'>): Algorithm[] {
  if (econt) return econt.algorithms.map((name) => algorithms.get(name, 'chip option econt.algorithms'));
  return algorithms.values().filter((a) => a.encoder);
}

/** Does a chip with these options run the weights of an encoder? */
export function hasEncoder(options: Pick<ChipOptions, 'econt'>): boolean {
  return includedAlgorithms(options).some((a) => a.encoder);
}

/** The hardware of the algorithms of a chip, in the order of its list. */
export function includedHardware(options: Pick<ChipOptions, 'econt'>): AlgorithmHardware[] {
  return includedAlgorithms(options).flatMap(({ hardware }) => hardware ?? []);
}

/** The algorithm whose packets have any length, if the chip has one. */
export function streamAlgorithm(options: Pick<ChipOptions, 'econt'>): Algorithm | undefined {
  return includedAlgorithms(options).find(({ receiver }) => receiver.kind === 'stream');
}

/** BX from link_i to the register that holds the packet, in a chip with these options. */
export function packetLatency({ hardware, latency }: Algorithm, options: ChipOptions): number {
  const blocks = [...frontBlocks, ...(hardware?.blocks(options) ?? [])];
  return blocks.reduce((bx, block) => bx + block.latency, latency.formatter);
}

/** BX from link_i to link_o: a link buffer writes a BX's words before it reads them, one BX more for packets of any length. */
export function algorithmLatency(algorithm: Algorithm, options: ChipOptions): number {
  return packetLatency(algorithm, options) + (options.econt ? algorithm.latency.buffer : 0);
}

/** Values of alg_type that select an algorithm in a chip with these: its own first. */
export function selections(algorithm: Algorithm, included: readonly Algorithm[]): number[] {
  const taken = included.map(({ code }) => code);
  return [algorithm.code, ...(algorithm.otherCodes ?? []).filter((code) => !taken.includes(code))];
}

/** Module sums of the packets in CALQ; of the cells not sent, or of all with use_sum or in truncated words. */
export function packetSums(settings: ChargeSettings, p: Packets): Float64Array {
  return sumMeans(algorithmOf(settings).sum, settings, p);
}

/**
 * The charges that the packets tell of: count * 48 in mux output order, CALQ. Sent charges are put where they belong;
 * the sum of a super trigger cell at its largest charge, or evenly over its cells when the type sends no address.
 * A lost packet, a link reset and what is damaged beyond use give no charge.
 * @throws EconError chip/needs-model when only the decoder that was trained with an encoder can tell
 */
export function packetCharges(settings: ChargeSettings, p: Packets, remainder: Remainder): Float32Array {
  return algorithmOf(settings).charges(settings, p, remainder);
}

/** Bits of the register that holds the packet of any included algorithm, first bit on top. */
export function packetBits(options: ChipOptions): number {
  return Math.max(...includedHardware(options).map(({ bits }) => bits));
}
