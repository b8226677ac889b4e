import { EconError } from '../base/index.js';
import { type BestChoice, bestChoice, bestChoiceBuffers, packBestChoice } from './best-choice/reference.js';
import { type BitString, bitString } from './bit-string.js';
import { LATENTS } from './encoder/parameters.js';
import { encode } from './encoder/reference.js';
import { checkEtx, ETX } from './formatter/parameters.js';
import { packLatents, payloadPlan } from './formatter/reference.js';
import { buildFront, frontCharges } from './front.js';
import { CODES, LINKS } from './link-input/parameters.js';
import { countBunches } from './link-input/reference.js';
import { normalise, normalisedBuffers } from './normaliser/reference.js';
import { packRepeater, repeater } from './repeater/reference.js';
import type { ChipSettings } from './settings/settings.js';
import { packSuperTriggerCell, stcBuffers, superTriggerCell } from './super-trigger-cell/reference.js';
import { bufferBunch, type OutputBuffer, outputBuffer } from './threshold-sum/buffer.js';
import { packThresholdSum, thresholdSum, thresholdSumBuffers } from './threshold-sum/reference.js';

/**
 * The chip as a stream: input words to output words, row by row, without the pipeline latency (row i of the output
 * belongs to row i of the input). BX count and output buffer live on between calls.
 */
export interface Emulator {
  readonly settings: ChipSettings;
  /** BX number of the next row, unless its header restarts the count. */
  nextBunch: number;
  /** The output buffer (threshold sum). */
  readonly buffer: OutputBuffer;
  /**
   * @param words rows * 12 input words
   * @param out rows * 13 output words, allocated when left out; words of inactive links are 0
   */
  run(words: Uint32Array, out?: Uint32Array): Uint32Array;
}

/** Rows worked on at a time: the buffers in between stay in the cache. */
const BLOCK = 256;

/** Turns the charges of a block of rows into output words. */
type Packer = (charges: Uint32Array, bx: Uint32Array, n: number, out: Uint32Array) => void;

/** @throws EconError chip/bad-etx, chip/bad-settings */
export function createEmulator(settings: ChipSettings): Emulator {
  checkEtx(settings.etx);
  const front = buildFront(settings);
  const charges = new Uint32Array(BLOCK * CODES);
  const bx = new Uint32Array(BLOCK);
  const buffer = outputBuffer();
  const pack = packer(settings, bitString(), buffer);
  const emulator: Emulator = {
    settings,
    nextBunch: 0,
    buffer,
    run(words, out = new Uint32Array(Math.floor(words.length / LINKS) * ETX)) {
      const rows = words.length / LINKS;
      if (!Number.isInteger(rows) || out.length < rows * ETX) {
        throw new EconError({
          code: 'chip/bad-words',
          where: 'input words',
          what: `${words.length} words in and ${out.length} out are not rows of ${LINKS} in and ${ETX} out.`,
          remedy: `Give ${LINKS} input words per row.`,
        });
      }
      for (let row = 0; row < rows; row += BLOCK) {
        const n = Math.min(BLOCK, rows - row);
        const block = words.subarray(row * LINKS, (row + n) * LINKS);
        emulator.nextBunch = countBunches(block, n, emulator.nextBunch, bx);
        frontCharges(front, block, n, charges);
        pack(charges, bx, n, out.subarray(row * ETX, (row + n) * ETX));
      }
      return out;
    },
  };
  return emulator;
}

/**
 * Output words of input words, from an empty buffer and BX 0.
 * @param words rows * 12
 * @returns rows * 13
 */
export function runChip(settings: ChipSettings, words: Uint32Array): Uint32Array {
  return createEmulator(settings).run(words);
}

function packer(settings: ChipSettings, packet: BitString, buffer: OutputBuffer): Packer {
  const { generation, etx } = settings;
  switch (settings.algorithm) {
    case 'threshold-sum': {
      const sum = thresholdSumBuffers(BLOCK);
      return (charges, bx, n, out) => {
        thresholdSum(settings, charges, n, sum);
        for (let i = 0; i < n; i++) {
          packThresholdSum(generation, sum, i, bx[i], packet);
          bufferBunch(settings, buffer, packet, sum.allSumCode[i], bx[i], out, i * ETX);
        }
      };
    }
    case 'super-trigger-cell': {
      const stc = stcBuffers(BLOCK);
      return (charges, bx, n, out) => {
        superTriggerCell(settings, charges, n, stc);
        packSuperTriggerCell(settings.stcType, etx, stc, bx, n, packet, out);
      };
    }
    case 'best-choice': {
      const choice: BestChoice = bestChoiceBuffers(BLOCK);
      return (charges, bx, n, out) => {
        bestChoice(settings, charges, n, choice);
        packBestChoice(generation, etx, choice, bx, n, packet, out);
      };
    }
    case 'repeater': {
      const codes = new Uint8Array(BLOCK * CODES);
      return (charges, bx, n, out) => {
        repeater(charges, n, settings.dropLsb, codes);
        packRepeater(codes, bx, n, etx, packet, out);
      };
    }
    case 'autoencoder': {
      const plan = payloadPlan(etx, settings.keepMask);
      const normalised = normalisedBuffers(BLOCK);
      const latents = new Uint16Array(BLOCK * LATENTS);
      return (charges, bx, n, out) => {
        normalise(charges, n, normalised);
        encode(settings.weights, settings.arithmetic, normalised.x, n, { latents });
        packLatents(plan, latents, normalised.sumCode, bx, n, out);
      };
    }
  }
}
