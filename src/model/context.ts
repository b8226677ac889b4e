import { codeMeans } from '../blocks/index.js';
import { LAST_LAYER, moduleOfNumber, modulePitches, modules } from '../detector/index.js';
import { float5E4M } from '../number/index.js';

/**
 * What a decoder may be told beside the latents: nothing; the module sum that every packet carries; that and which module of
 * the detector the packet comes from, which the receiver knows by the link it came on.
 */
export const decoderContexts = ['none', 'sum', 'module'] as const;
export type DecoderContext = (typeof decoderContexts)[number];

/** Inputs of the decoder that are made of the sum; they follow the latents. */
const SUM_INPUTS = 4;
/** Inputs that are made of the module; they follow those of the sum. */
const MODULE_INPUTS = 6;

export function contextInputs(context: DecoderContext): number {
  if (context === 'none') return 0;
  return context === 'sum' ? SUM_INPUTS : SUM_INPUTS + MODULE_INPUTS;
}

/** Per wafer what its decoder is told: code 5E4M of the module sum and, above its 9 bits, the number of the module. */
export type Told = Uint16Array | Uint32Array;

/** @param modules numbers of wafer/modules; left out: unknown */
export function told(sumCodes: Uint16Array, modules?: Uint16Array): Told {
  return modules ? Uint32Array.from(sumCodes, (code, i) => toldOf(code, modules[i])) : sumCodes;
}

export function toldOf(sumCode: number, module: number): number {
  return sumCode | (module << float5E4M.bits);
}

const SUM_CODES = 2 ** float5E4M.bits;
const sumTable = new Float32Array(SUM_CODES * SUM_INPUTS);
codeMeans(float5E4M, 0).forEach((mean, code) => {
  const sum = Math.max(1, mean);
  const power = 2 ** Math.floor(Math.log2(sum));
  // The encoder sees the charges divided by this power of two: the first input tells what they add up to.
  sumTable.set(
    [sum / power - 1, Math.log2(sum) / 8 - 1, 32 / (32 + sum), 256 / (256 + sum)],
    code * SUM_INPUTS,
  );
});

const both = new Float32Array(SUM_INPUTS + MODULE_INPUTS);

/**
 * The decoder's inputs that stand for what it is told, all of about size 1. Of the sum: mantissa, logarithm, and two that tell
 * small sums apart. Of the module: that it is known, layer, hadronic part, high density, distance from the beam, partial
 * wafer; all 0 of an unknown one.
 * @param code of Told
 * @returns contextInputs values, valid until the next call
 */
export function contextValues(context: DecoderContext, code: number): Float32Array {
  const sum = code % SUM_CODES;
  const ofSum = sumTable.subarray(sum * SUM_INPUTS, (sum + 1) * SUM_INPUTS);
  if (context !== 'module') return ofSum;
  const number = (code - sum) / SUM_CODES;
  both.set(ofSum);
  both.set(moduleTable().subarray(number * MODULE_INPUTS, (number + 1) * MODULE_INPUTS), SUM_INPUTS);
  return both;
}

/** First layer of the hadronic part. */
const HADRONIC = 29;

let ofModules: Float32Array | undefined;

function moduleTable(): Float32Array {
  if (ofModules) return ofModules;
  const count = modules().length;
  const table = new Float32Array((count + 1) * MODULE_INPUTS);
  for (let number = 1; number <= count; number++) {
    const module = moduleOfNumber(number)!;
    const { layer, density, type } = module;
    const flag = (yes: boolean): number => (yes ? 1 : 0);
    table.set(
      [
        1,
        layer / (LAST_LAYER / 2) - 1,
        flag(layer >= HADRONIC),
        flag(density === 'high'),
        modulePitches(module) / 5 - 1,
        flag(!type.startsWith('F')),
      ],
      number * MODULE_INPUTS,
    );
  }
  ofModules = table;
  return table;
}
