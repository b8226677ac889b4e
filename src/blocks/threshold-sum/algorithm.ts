import { float5E3M } from '../../number/index.js';
import type { Algorithm, Sending } from '../algorithm/algorithm.js';
import { bitString } from '../bit-string.js';
import { econtInput } from '../link-input/parameters.js';
import { ETX } from '../links.js';
import { cellCharges, type Remainder, type SumCode } from '../packets/charges.js';
import { BUFFER_SAFE_WORDS, bufferBunch, type OutputBuffer } from '../packets/output-buffer.js';
import type { ChipSettings } from '../settings.js';
import { ThresholdSumStream } from './decode.js';
import { packThresholdSum, thresholdPacketWords, thresholdSum, thresholdSumBuffers } from './reference.js';
import { thresholdSumHardware } from './verilog.js';

export const THRESHOLD_SUM = 'threshold-sum';

/** The threshold of the public vectors: 1.35 transverse MIP (spec econt-behaviour 14). */
export const STANDARD_THRESHOLD = 47;

/** BX that a packet of the threshold sum may wait: T1 is what the links carry in that time. */
export const BUFFER_BX = 12;
/** Part of the wafers that may arrive as truncated words at the lowest threshold that fits. */
export const TRUNCATED_LIMIT = 0.01;

/**
 * Threshold sum through its buffer, the wafers as consecutive BX: T1 = 24 N words, so that no word waits longer than
 * 12 BX, and no T2. A packet that does not fit goes as a truncated word, with the sum of all cells and none of them.
 *
 * @param threshold CALQ; 'budget' takes for each batch the lowest one at which at most 1 % of its wafers are truncated
 * @param dropLsb bits taken off each charge before 4E3M
 */
export function thresholdSumSending(
  threshold: number | 'budget',
  remainder: Remainder,
  dropLsb = 0,
): Sending {
  const label = threshold === 'budget' ? 'lowest threshold that fits' : `threshold ${threshold}`;
  return {
    name: `threshold sum, ${label}, remainder ${remainder}`,
    remainder,
    registers: (etx, trial) => ({
      ...registers(threshold === 'budget' ? fittingThreshold(etx, trial) : threshold, etx),
      dropLsb,
    }),
    note({ count, sent, flags }, { thresholds }) {
      let words = 0;
      let truncated = 0;
      for (let row = 0; row < count; row++) {
        let cells = 0;
        for (let k = row * econtInput.cells; k < (row + 1) * econtInput.cells; k++) cells += sent[k];
        words += thresholdPacketWords(cells);
        if (flags[row] !== 0) truncated++;
      }
      const perWafer = (n: number): number => (count > 0 ? n / count : 0);
      return `threshold ${thresholds[0]}, mean packet ${perWafer(words / 2).toFixed(2)} eTx, ${(100 * perWafer(truncated)).toFixed(1)} % truncated`;
    },
  };
}

function registers(threshold: number, etx: number): Partial<ChipSettings> {
  return {
    algorithm: THRESHOLD_SUM,
    etx,
    thresholds: new Uint32Array(econtInput.cells).fill(threshold),
    bufferT1: BUFFER_BX * 2 * etx,
    bufferT2: 511,
    bufferT3: 0,
  };
}

/** Lowest threshold at which the buffer truncates no more than the limit: fewer and shorter packets only help. */
function fittingThreshold(etx: number, trial: (registers: Partial<ChipSettings>) => OutputBuffer): number {
  const fits = (threshold: number): boolean => {
    const [, full, short, late, whole] = trial(registers(threshold, etx)).conditions;
    return full + short <= TRUNCATED_LIMIT * (full + short + late + whole);
  };
  let [low, high] = [0, 2 ** 22 - 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

const sum: SumCode = { format: float5E3M, drops: false };

/** Threshold sum: cells at or above their thresholds, and the sum of the others, in packets of any length. */
export const thresholdSumAlgorithm: Algorithm = {
  name: THRESHOLD_SUM,
  short: 'TS',
  code: 0,
  latency: { formatter: 2, buffer: 2 },
  builtFor: ['generation'],
  registers: ['threshold', 'drop_lsb', 'buff_t1', 'buff_t2', 'buff_t3', 'use_sum', 'idle_pattern'],
  packer(settings, rows, buffer) {
    const { generation } = settings;
    const packet = bitString();
    const selected = thresholdSumBuffers(rows);
    return (charges, bx, n, out) => {
      thresholdSum(settings, charges, n, selected);
      for (let i = 0; i < n; i++) {
        packThresholdSum(generation, selected, i, bx[i], packet);
        bufferBunch(settings, buffer, packet, selected.allSumCode[i], bx[i], out, i * ETX);
      }
    };
  },
  receiver: {
    kind: 'stream',
    stream: (settings, firstBunch) => new ThresholdSumStream(settings, firstBunch),
  },
  hardware: thresholdSumHardware,
  fills: { cells: true, sum: true },
  sum,
  charges: (settings, packets, remainder) => cellCharges(settings, sum, packets, remainder),
  advice,
  sendings: [
    thresholdSumSending('budget', 'spread'),
    thresholdSumSending(STANDARD_THRESHOLD, 'spread'),
    thresholdSumSending(STANDARD_THRESHOLD, 'dropped'),
  ],
  tablePlace: 2,
};

function advice({ bufferT1, bufferT2, thresholds, etx }: ChipSettings): string[] {
  const list: string[] = [];
  if (bufferT1 > BUFFER_SAFE_WORDS)
    list.push(
      `buff_t1: ${bufferT1} is above ${BUFFER_SAFE_WORDS} words, where no chip is known to follow the model.`,
    );
  let longest = 0;
  while (longest < econtInput.cells && thresholdPacketWords(longest + 1) <= bufferT1) longest++;
  if (longest < econtInput.cells)
    list.push(`buff_t1: packets of more than ${longest} cells never fit ${bufferT1} words.`);
  if (bufferT2 < bufferT1)
    list.push(`buff_t2: from ${bufferT2 + 1} words on, packets up to T3 words are truncated.`);
  if (thresholds.every((t) => t === 0) && 2 * etx < thresholdPacketWords(econtInput.cells))
    list.push(`threshold: all are 0, so every packet has 25 words; ${etx} eTx carry ${2 * etx} per BX.`);
  return list;
}
