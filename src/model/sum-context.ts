import { codeMeans } from '../chip/index.js';
import { float5E4M } from '../number/index.js';

/** What a decoder may be told beside the latents: nothing, or the module sum that every packet carries. */
export const decoderContexts = ['none', 'sum'] as const;
export type DecoderContext = (typeof decoderContexts)[number];

/** Inputs of the decoder that are made of the sum; they follow the latents. */
export const SUM_INPUTS = 4;

export function contextInputs(context: DecoderContext): number {
  return context === 'sum' ? SUM_INPUTS : 0;
}

const CODES = 2 ** float5E4M.bits;
const table = new Float32Array(CODES * SUM_INPUTS);
codeMeans(float5E4M, 0).forEach((mean, code) => {
  const sum = Math.max(1, mean);
  const power = 2 ** Math.floor(Math.log2(sum));
  // The encoder sees the charges divided by this power of two: the first input tells what they add up to.
  table.set([sum / power - 1, Math.log2(sum) / 8 - 1, 32 / (32 + sum), 256 / (256 + sum)], code * SUM_INPUTS);
});

/**
 * Inputs that stand for a module sum.
 * @param code 5E4M code of the packet, 0..511
 * @returns SUM_INPUTS values of size 1: mantissa, logarithm, and two that tell small sums apart. Not a copy.
 */
export function sumInputs(code: number): Float32Array {
  return table.subarray(code * SUM_INPUTS, (code + 1) * SUM_INPUTS);
}
