import { CONV_FILTERS, CONV_SIDE, INPUT_BITS, WEIGHT_BITS } from './parameters.js';
import { convTaps } from './reference.js';

/** Bits that an activation of an empty position can have: 6:2. */
export const EMPTY_BITS = 5;
const WEIGHT_LARGEST = 2 ** (WEIGHT_BITS - 1) - 1;
const INPUT_LARGEST = 2 ** INPUT_BITS - 1;

/** Conv positions 4 i + j that see at least one cell, and those that see none. */
export const livePositions = convTaps.flatMap((taps, p) => (taps.length > 0 ? [p] : []));
const emptyPositions = convTaps.flatMap((taps, p) => (taps.length === 0 ? [p] : []));

/**
 * Register of the activations of conv position 4 i + j, and the bits that each needs: at most 4 * 31 of the bias and
 * 255 * 31 / 32 of each tap. Positions without taps hold a multiple of 4, kept without its low bits.
 */
export function activationRegister(p: number): { name: string; bits: number; shift: number } {
  const taps = convTaps[p].length;
  if (taps === 0) return { name: 'act_empty', bits: EMPTY_BITS, shift: 2 };
  const largest = 4 * WEIGHT_LARGEST + Math.floor((taps * INPUT_LARGEST * WEIGHT_LARGEST) / 32);
  return { name: `act_${positionName(p)}`, bits: 32 - Math.clz32(largest), shift: 0 };
}

/** Groups of positions that econ_dense_neuron knows. */
const WIDE_BITS = 12;
const NARROW_BITS = 11;
const widePositions = livePositions.filter((p) => activationRegister(p).bits === WIDE_BITS);
const narrowPositions = livePositions.filter((p) => activationRegister(p).bits === NARROW_BITS);

/** `r2c1` of conv position 4 i + j. */
export function positionName(p: number): string {
  return `r${Math.floor(p / CONV_SIDE)}c${p % CONV_SIDE}`;
}

/**
 * Activations of one width, as the dense layer takes them. `registers`: the positions whose registers they are,
 * `positions`: those that they stand for.
 */
export const denseGroups = [
  { name: 'wide', parameter: 'Wide', bits: WIDE_BITS, positions: widePositions, registers: widePositions },
  {
    name: 'narrow',
    parameter: 'Narrow',
    bits: NARROW_BITS,
    positions: narrowPositions,
    registers: narrowPositions,
  },
  {
    name: 'empty',
    parameter: 'Empty',
    bits: EMPTY_BITS,
    positions: emptyPositions,
    registers: emptyPositions.slice(0, 1),
  },
].map((group) => ({
  ...group,
  shift: activationRegister(group.registers[0]).shift,
  values: CONV_FILTERS * group.registers.length,
  note: `${group.bits} bits each: ${group.positions.map(positionName).join(', ')}`,
}));
export type DenseGroup = (typeof denseGroups)[number];
