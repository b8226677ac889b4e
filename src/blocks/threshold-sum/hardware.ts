import { bits, cat, constant, type Expression, logic } from '../../hdl/index.js';
import type { AlgorithmHardware } from '../algorithm/hardware.js';
import { CODE_BITS, econtInput } from '../link-input/parameters.js';
import { ADDRESS_BITS, CODES_BITS, cellData, MAP_SUM_BITS, top } from '../packets/packet-text.js';
import { MAP_FROM_CELLS, TYPE_EMPTY, TYPE_LIST, TYPE_MAP } from './parameters.js';
import { thresholdPacketWords } from './reference.js';
import { thresholdSumBlock } from './verilog.js';

export const thresholdSumHardware: AlgorithmHardware = {
  title: 'threshold sum',
  blocks: () => [thresholdSumBlock],
  place(top) {
    const block = top.place('threshold-sum', {
      threshold_i: top.setting('threshold'),
      drop_i: top.setting('drop_lsb'),
      use_sum_i: top.setting('use_sum'),
      charge_i: top.charge,
    });
    const name = 'threshold_all_sum_code';
    return { ...cellData(block, 'threshold'), [name]: block.out('all_sum_code_o', { name }) };
  },
  from: 'from the threshold sum',
  data: [
    { name: 'threshold_map', width: econtInput.cells },
    { name: 'threshold_codes', width: CODES_BITS },
    { name: 'threshold_sum_code', width: MAP_SUM_BITS },
    { name: 'threshold_all_sum_code', width: MAP_SUM_BITS },
  ],
  // BX (5), type (3), sum (8), map, charges: 25 words of 16 bits
  bits: 16 + econtInput.cells + CODES_BITS,
  layout:
    'threshold sum      bx5 | type (3) | sum (8) | count (3), addresses (6 each) or map (48) | charges (7 each)',
  cells: { prefix: 'threshold', addresses: MAP_FROM_CELLS - 1 },
  packet(maker) {
    const { m, cells, bx } = maker;
    const { map, codes, addresses, sumCode, count } = cells;
    const head = (type: number): Expression[] => [bx, constant(3, type), sumCode];
    const allSumCode = m.register('map_all_code', maker.data('threshold_all_sum_code'), {
      kind: 'pipeline',
      note: '5E3M of the sum of all cells',
    });
    const lists = Array.from({ length: MAP_FROM_CELLS - 1 }, (_, i) => i + 1).map((n) => {
      const numbers = top(addresses, ADDRESS_BITS * n);
      const value = maker.packed(...head(TYPE_LIST), constant(3, n), numbers, top(codes, CODE_BITS * n));
      return { labels: [n], value, words: thresholdPacketWords(n) };
    });
    const empty = { labels: [0], value: maker.packed(...head(TYPE_EMPTY)), words: thresholdPacketWords(0) };
    const all = maker.packed(...head(TYPE_MAP), map, codes);
    const packet = m.select('threshold_packet', count, [empty, ...lists], all);

    // Words of a packet with a map: (64 + 7 count) / 16, rounded up.
    const sevenfold = logic(9)`${cat(count, constant(3, 0))} - ${cat(constant(3, 0), count)}`;
    const length = m.wire(
      'map_length',
      logic(9)`${sevenfold} + ${constant(9, 79)}`,
      'bits of a packet with a map',
    );
    m.unused(bits(length, 0, 4), 'map_length');
    const words = [empty, ...lists].map((list) => ({ labels: list.labels, value: constant(5, list.words) }));
    return { packet, stream: { length: m.select('length_d', count, words, bits(length, 4, 5)), allSumCode } };
  },
};
