import type { Bits, Expression, Instance, Signal } from '../../hdl/index.js';
import type { ChipBlock, ChipOptions } from '../build.js';
import type { StageSignal } from '../stage.js';

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
export const PACKET_CONFIGURATION = ['links', 'stc_type', 'active_etxs', 'keep'] as const;

/**
 * Packets that name cells: the formatter puts the chosen cells together in a BX before the packet, from the wires
 * PREFIX_map, PREFIX_codes (4E3M) and PREFIX_sum_code (5E3M).
 */
export interface CellPackets {
  readonly prefix: string;
  /** Cells that the longest list of addresses names. */
  readonly addresses: number;
  /** Registers beside them: the number of cells that are sent as `count`, and others from ports of the formatter. */
  readonly counts: boolean;
  readonly more: readonly { readonly register: StageSignal; readonly port: string }[];
}

/** The part of the chip between calibrated charges and the packet. */
export interface AlgorithmHardware {
  /** In headings and sentences, e.g. 'threshold sum'. */
  readonly title: string;
  /** Blocks up to what the formatter packs, in the order of the data. */
  readonly blocks: readonly ChipBlock[];
  /** Places them at the top. @returns the data for the formatter, by name */
  place(top: ChipTop): Readonly<Record<string, Expression>>;
  /** Where its data come from, as the heading of ports, and the data: the formatter has a port NAME_i for each. */
  readonly from: string;
  readonly data: readonly Signal[];
  readonly configuration: readonly (typeof PACKET_CONFIGURATION)[number][];
  /** Bits of the longest packet without padding, and its parts in words. */
  readonly bits: number;
  readonly layout: string;
  readonly cells?: CellPackets;
  /** Registers of the formatter before the packet, for this algorithm only, and the lines that drive them. */
  readonly stage?: readonly StageSignal[];
  stageBody?(): string[];
  /** Wires, variables and lines that make the packet; `bx_i` has the BX counter, `bx4` its four bits. */
  readonly packetWires?: readonly Signal[];
  packetVariables?(bits: number): readonly Signal[];
  packetBody?(bits: number, addresses: number): string[];
  /** The packet as an expression of `bits` bits, first bit on top. */
  packet(bits: number): string;
  /** Of packets of any length, which set length_d: the 5E3M code of the sum of all cells, for truncated words. */
  readonly allSum?: string;
}
