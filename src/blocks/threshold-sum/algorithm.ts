import { float5E3M } from '../../number/index.js';
import type { Algorithm } from '../algorithm/algorithm.js';
import { bitString } from '../bit-string.js';
import { econtInput } from '../link-input/parameters.js';
import { ETX } from '../links.js';
import { BUFFER_SAFE_WORDS } from '../packets/buffer-parameters.js';
import { cellCharges, type SumCode } from '../packets/charges.js';
import { bufferBunch } from '../packets/output-buffer.js';
import type { ChipSettings } from '../settings.js';
import { ThresholdSumStream } from './decode.js';
import { thresholdSumHardware } from './hardware.js';
import { packThresholdSum, thresholdPacketWords, thresholdSum, thresholdSumBuffers } from './reference.js';
import { STANDARD_THRESHOLD, THRESHOLD_SUM, thresholdSumSending } from './sending.js';

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
