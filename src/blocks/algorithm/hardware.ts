import type { Bits, Expression, Instance, ModuleBuilder } from '../../hdl/index.js';
import type { ChipBlock, ChipOptions } from '../build.js';

/** The top level of the chip, as an algorithm meets it. */
export interface ChipTop {
  readonly options: ChipOptions;
  /** Calibrated charges (CALQ, 22 bits each), and the number of the BX that they belong to. */
  readonly charge: Bits;
  readonly bx: Bits;
  /** Banks of active weights, in a chip with an encoder. */
  readonly weights: readonly Bits[];
  /** A field of a stored register by its wire, such as 'drop_lsb'; 'links' is the number of active links. */
  setting(name: string): Bits;
  /** Places a block of the chip by its name; clock, reset and err_o connect themselves. */
  place(block: string, inputs: Readonly<Record<string, Expression>>): Instance;
}

/** Wires of the chip's configuration that packets may depend on. */
export type PacketSetting = 'links' | 'stc_type' | 'active_etxs' | 'keep';

/** Cells that are sent, put together in the BX before the packet, and the registers that hold them. */
export interface SentCells {
  /** The map, its first bit on top. */
  readonly map: Expression;
  /** Codes (4E3M) and numbers of the cells that are sent, place 0 on top. */
  readonly codes: Bits;
  readonly addresses: Bits;
  /** 5E3M. */
  readonly sumCode: Bits;
  /** How many cells are sent: a register of those who ask for it. */
  readonly count: Bits;
}

/** The formatter while it is built, as an algorithm meets it. */
export interface PacketMaker {
  readonly m: ModuleBuilder;
  /** One of the data of the algorithm, by its name. */
  data(name: string): Bits;
  /** A wire of the chip's configuration. */
  setting(name: PacketSetting): Bits;
  /** The BX counter at the head of the packet, and its four bits. */
  readonly bx: Bits;
  readonly bx4: Bits;
  /** For algorithms whose packets name cells. */
  readonly cells: SentCells;
  /** A packet: its parts, the first bit on top, and zeros up to the bits of every packet. */
  packed(...parts: readonly Expression[]): Expression;
}

/** What the formatter keeps of a packet. */
export interface MadePacket {
  /** From packed(). */
  readonly packet: Expression;
  /** Of packets of any length: words of 16 bits (5), and the 5E3M code of the sum of all cells, for truncated words. */
  readonly stream?: { readonly length: Expression; readonly allSumCode: Expression };
}

/** The part of the chip between calibrated charges and the packet. */
export interface AlgorithmHardware {
  /** In headings and sentences, e.g. 'threshold sum'. */
  readonly title: string;
  /** Blocks up to what the formatter packs, in the order of the data. */
  blocks(options: ChipOptions): readonly ChipBlock[];
  /** Places them at the top. @returns the data for the formatter, by name */
  place(top: ChipTop): Readonly<Record<string, Expression>>;
  /** Where its data come from, as the heading of ports, and the data: the formatter has a port NAME_i for each. */
  readonly from: string;
  readonly data: readonly { readonly name: string; readonly width: number; readonly note?: string }[];
  /** Bits of the longest packet without padding, and its parts in words. */
  readonly bits: number;
  readonly layout: string;
  /**
   * Packets that name cells: the formatter puts the chosen cells together in a BX before the packet, from the data
   * PREFIX_map, PREFIX_codes (4E3M) and PREFIX_sum_code (5E3M); at most so many have their numbers sent.
   */
  readonly cells?: { readonly prefix: string; readonly addresses: number };
  /** Makes the packet of a BX. */
  packet(maker: PacketMaker): MadePacket;
}
