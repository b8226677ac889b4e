import { type DetectorDescription, detectorOf } from '../../detector/index.js';
import { zeroWeights } from '../../encoder/index.js';
import { ALL_BITS } from '../links.js';
import type { ChipSettings, Generation } from '../settings.js';
import { algorithmOfCode } from './algorithm.js';

/** The power-up values of the registers (spec econt-behaviour 12, 13). */
export function defaultSettings(generation: Generation, detector?: DetectorDescription): ChipSettings {
  const { cells } = detectorOf(detector);
  const production = generation === 'production';
  return {
    ...(detector ? { detector } : {}),
    generation,
    algorithm: algorithmOfCode(0).name,
    highDensity: false,
    dropLsb: 0,
    etx: 2,
    mux: Uint8Array.from({ length: cells }, (_, k) => k),
    calibration: new Uint16Array(cells).fill(2048),
    thresholds: new Uint32Array(cells),
    bufferT1: 0x30,
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
