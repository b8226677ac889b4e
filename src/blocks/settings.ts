import type { DetectorDescription } from '../detector/index.js';
import type { Arithmetic, EncoderWeights } from '../encoder/index.js';

/**
 * P1 is the prototype, production the chip. They differ in the numbering of the mux inputs, the order of 48-bit
 * address maps, and how a settings file gives the number of links (spec econt-behaviour 0).
 */
export type Generation = 'P1' | 'production';

/** Name of an algorithm of the chip's list, or of one from outside. */
export type AlgorithmName = string;

/** Everything in the chip's registers that decides its output words, as numbers (not as register fields). */
export interface ChipSettings {
  /** What the charges are of: not a register, but how the chip was built. Left out: HGCAL. */
  readonly detector?: DetectorDescription;
  readonly generation: Generation;
  readonly algorithm: AlgorithmName;
  /** What alg_type holds, where it is another number than that of the algorithm and acts alike (5, 6, 7). */
  readonly selection?: number;
  /** High-density module: three more bits in float-to-fixed instead of one. */
  readonly highDensity: boolean;
  /** drop_lsb, 0..7; above 4 acts as 0. */
  readonly dropLsb: number;
  /** Active output links N, 1..13. */
  readonly etx: number;
  /** The mask active_etxs of production, where its ones are not the first `etx` bits; only their number counts. */
  readonly etxMask?: number;
  /** Of each cell 0..63: output k takes input mux[k]; a number that no input has: code 0. */
  readonly mux: Uint8Array;
  /** Of each cell its factor, 12 bits, 2048 = 1. */
  readonly calibration: Uint16Array;
  /** Of each cell its threshold of the threshold sum, 22 bits. */
  readonly thresholds: Uint32Array;
  /** Truncation thresholds of the output buffer, in 16-bit words: 9, 9 and 5 bits. */
  readonly bufferT1: number;
  readonly bufferT2: number;
  readonly bufferT3: number;
  /** 0..4 (spec econt-behaviour 7.2). */
  readonly stcType: number;
  /** Which of equal maxima in a super trigger cell gives the address: vectors say 'highest'. */
  readonly stcTie: 'highest' | 'lowest';
  /** Module sum over all cells (true) or over those not sent (false); threshold sum and best choice. */
  readonly useSum: boolean;
  /** 11-bit filler of threshold-sum idle words. */
  readonly idlePattern: number;
  /** 11-bit filler after a link reset. */
  readonly linkResetPattern: number;
  /** keep_auto_encoder_bits, 144 bits: bit 9o+b keeps bit b of latent o. */
  readonly keepMask: bigint;
  readonly weights: EncoderWeights;
  /** Arithmetic of the encoder: not a register, but how the chip was built. ECON-T is 'econt'. */
  readonly arithmetic: Arithmetic;
}

/** Bits that drop_lsb removes: its value up to 4, above that none (spec econt-behaviour 6). */
export function dropShift(dropLsb: number): number {
  return dropLsb <= 4 ? dropLsb : 0;
}
