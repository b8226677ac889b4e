import { float5E3M } from '../../number/index.js';
import type { Algorithm, Sending } from '../algorithm/algorithm.js';
import { bitString } from '../bit-string.js';
import { cellCharges, type Remainder, type SumCode } from '../packets/charges.js';
import { bestChoiceSent } from './parameters.js';
import { bestChoice, bestChoiceBuffers, packBestChoice, unpackBestChoice } from './reference.js';
import { bestChoiceHardware } from './verilog.js';

const name = 'best-choice';
const sum: SumCode = { format: float5E3M, drops: true };

/** The n largest charges, and the sum of the others. @param dropLsb bits taken off each charge before 4E3M */
export function bestChoiceSending(remainder: Remainder, dropLsb = 0): Sending {
  return {
    name: `best choice, remainder ${remainder}`,
    remainder,
    registers: (etx) => ({ algorithm: name, etx, dropLsb }),
    note: (_packets, _settings, etx) => `${bestChoiceSent(etx)} cells`,
  };
}

/** Best choice: the n largest charges by the sorting network, and the sum of the others. */
export const bestChoiceAlgorithm: Algorithm = {
  name,
  short: 'BC',
  code: 2,
  latency: { formatter: 2, buffer: 1 },
  builtFor: ['generation'],
  registers: ['drop_lsb', 'use_sum'],
  packer(settings, rows) {
    const { generation, etx } = settings;
    const packet = bitString();
    const choice = bestChoiceBuffers(rows);
    return (charges, bx, n, out) => {
      bestChoice(settings, charges, n, choice);
      packBestChoice(generation, etx, choice, bx, n, packet, out);
    };
  },
  receiver: { kind: 'rows', counterBits: 4, unpacker: unpackBestChoice },
  hardware: bestChoiceHardware,
  fills: { cells: true, sum: true },
  sum,
  charges: (settings, packets, remainder) => cellCharges(settings, sum, packets, remainder),
  sendings: [bestChoiceSending('spread'), bestChoiceSending('dropped')],
  tablePlace: 0,
};
