import { choose } from '../../hdl/index.js';
import { builtBlock } from '../build.js';
import { leaf } from '../leaf.js';
import { econtInput } from '../link-input/parameters.js';
import { CHARGE_BITS, sumBits } from '../normaliser/parameters.js';
import { chargeCodes } from '../repeater/verilog.js';
import { THRESHOLD_BITS } from './parameters.js';

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

    const kind = 'pipeline';
    const map_o = m.register('map', cells.out('pass_o'), { kind, note: 'cells at or above threshold' });
    const codes_o = m.register('codes', codes, {
      kind,
      note: '4E3M of charge >> drop, cell k in [7k+6:7k]',
    });
    const all_sum_code_o = m.register('all_sum_code', allCode.out('code_o'), {
      kind,
      note: '5E3M of the sum of all cells',
    });
    const rest_sum_code = restCode.out('code_o', { name: 'rest_sum_code' });
    const sum_code_o = m.register('sum_code', choose(use_sum_i, allCode.out('code_o'), rest_sum_code), {
      kind,
      note: '5E3M',
    });
    m.outputs('to the formatter', {
      map_o: [map_o, 'one bit per cell'],
      codes_o,
      sum_code_o,
      all_sum_code_o,
    });
  },
});
