import { type Arithmetic, type EncoderWeights, zeroWeights } from '../encoder/index.js';
import { ALL_BITS } from './formatter/parameters.js';

/**
 * P1 is the prototype, production the chip. They differ in the numbering of the mux inputs, the order of 48-bit
 * address maps, and how a settings file gives the number of links (spec econt-behaviour 0).
 */
export type Generation = 'P1' | 'production';

/** In the order of the register alg_type: 0..4. */
export const ALGORITHMS = [
  'threshold-sum',
  'super-trigger-cell',
  'best-choice',
  'repeater',
  'autoencoder',
] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** Everything in the chip's registers that decides its output words, as numbers (not as register fields). */
export interface ChipSettings {
  readonly generation: Generation;
  readonly algorithm: Algorithm;
  /** What alg_type holds, where it is 5, 6 or 7: these act as the repeater, too. */
  readonly selection?: number;
  /** High-density module: three more bits in float-to-fixed instead of one. */
  readonly highDensity: boolean;
  /** drop_lsb, 0..7; above 4 acts as 0. */
  readonly dropLsb: number;
  /** Active output links N, 1..13. */
  readonly etx: number;
  /** The mask active_etxs of production, where its ones are not the first `etx` bits; only their number counts. */
  readonly etxMask?: number;
  /** 48 values 0..63: output k takes input mux[k]; 48..63 name none: code 0. */
  readonly mux: Uint8Array;
  /** 48 factors, 12 bits, 2048 = 1. */
  readonly calibration: Uint16Array;
  /** 48 thresholds of the threshold sum, 22 bits. */
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

/** The power-up values of the registers (spec econt-behaviour 12, 13). */
export function defaultSettings(generation: Generation): ChipSettings {
  const production = generation === 'production';
  return {
    generation,
    algorithm: 'threshold-sum',
    highDensity: false,
    dropLsb: 0,
    etx: 2,
    mux: Uint8Array.from({ length: 48 }, (_, k) => k),
    calibration: new Uint16Array(48).fill(2048),
    thresholds: new Uint32Array(48),
    bufferT1: 48,
    bufferT2: 511,
    bufferT3: 0,
    stcType: 1,
    stcTie: 'highest',
    useSum: true,
    idlePattern: production ? 1450 : 0x70f,
    linkResetPattern: production ? 290 : 0x70f,
    keepMask: ALL_BITS,
    weights: zeroWeights(),
    arithmetic: 'econt',
  };
}

/** Bits that drop_lsb removes: its value up to 4, above that none (spec econt-behaviour 6). */
export function dropShift(dropLsb: number): number {
  return dropLsb <= 4 ? dropLsb : 0;
}
