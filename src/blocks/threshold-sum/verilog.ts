import { bits, cat, choose, constant, type Expression, logic } from '../../hdl/index.js';
import type { AlgorithmHardware } from '../algorithm/hardware.js';
import { builtBlock, leaf } from '../build.js';
import { CODE_BITS, econtInput } from '../link-input/parameters.js';
import { CHARGE_BITS, sumBits } from '../normaliser/parameters.js';
import { ADDRESS_BITS, CODES_BITS, cellData, MAP_SUM_BITS, top } from '../packets/packet-text.js';
import { chargeCodes } from '../repeater/verilog.js';
import {
  MAP_FROM_CELLS,
  THRESHOLD_BITS,
  TYPE_EMPTY,
  TYPE_LIST,
  TYPE_MAP,
  thresholdPacketWords,
} from './reference.js';

/** Threshold sum: cells at or above their thresholds, and the sum of the others. */
export const thresholdSumBlock = builtBlock({
  name: 'threshold-sum',
  latency: 1,
  facts: () => ({
    purpose: [
      'Threshold sum: a cell is sent when its charge is at or above its threshold. The module sum is of the cells',
      'that are not sent, or of all with use_sum. Truncated packets carry the sum of all whatever use_sum says.',
    ],
    layer: 'threshold sum (alg_type 0)',
    formats: [
      'in  CALQ, unsigned integers, 22 bits; thresholds alike, compared before any drop',
      'out codes 4E3M of charge >> drop_lsb; sums (28 bits, no drop) 5E3M',
    ],
  }),
  build(m) {
    const { threshold_i, drop_i, use_sum_i } = m.inputs('configuration', {
      threshold_i: [econtInput.cells * THRESHOLD_BITS, 'register threshold k in [22k+21:22k]'],
      drop_i: 3,
      use_sum_i: [1, '1: module sum of all cells'],
    });
    const { charge_i } = m.inputs('from the calibration', { charge_i: econtInput.cells * CHARGE_BITS });

    m.section('selection');
    const cells = m.instance('u_threshold_cells', leaf('econ_threshold_cells', { Cells: econtInput.cells }), {
      threshold_i,
      charge_i,
    });
    const rest = cells.out('rest_o', { name: 'rest', note: 'charges of cells below threshold' });
    const { codes } = chargeCodes(m, drop_i, charge_i);

    m.section('sums');
    const wafer = leaf('econ_wafer_sum', { Cells: econtInput.cells });
    const encode = leaf('econ_float_encode', { InWidth: sumBits({}), Exponent: 5, Mantissa: 3 });
    const allSum = m.instance('u_all_sum', wafer, { charge_i });
    const restSum = m.instance('u_rest_sum', wafer, { charge_i: rest });
    const allCode = m.instance('u_encode_all', encode, {
      value_i: allSum.out('sum_o', { name: 'all_sum', note: 'unsigned integers' }),
    });
    const restCode = m.instance('u_encode_rest', encode, {
      value_i: restSum.out('sum_o', { name: 'rest_sum' }),
    });

    const map_o = m.pipeline('map', cells.out('pass_o'), 'cells at or above threshold');
    const codes_o = m.pipeline('codes', codes, '4E3M of charge >> drop, cell k in [7k+6:7k]');
    const all_sum_code_o = m.pipeline('all_sum_code', allCode.out('code_o'), '5E3M of the sum of all cells');
    const rest_sum_code = restCode.out('code_o', { name: 'rest_sum_code' });
    const sum_code_o = m.pipeline(
      'sum_code',
      choose(use_sum_i, allCode.out('code_o'), rest_sum_code),
      '5E3M',
    );
    m.outputs('to the formatter', {
      map_o: [map_o, 'one bit per cell'],
      codes_o,
      sum_code_o,
      all_sum_code_o,
    });
  },
});

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
    const allSumCode = m.pipeline(
      'map_all_code',
      maker.data('threshold_all_sum_code'),
      '5E3M of the sum of all cells',
    );
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
