import { builtBlock, leaf } from '../build.js';
import { inputFormat } from '../link-input/parameters.js';
import { CHARGE_BITS, sumBits } from './parameters.js';

/** Normaliser: module sum, its code, and charges over the power of two at or below the sum. */
export const normaliserBlock = builtBlock({
  name: 'normaliser',
  latency: 2,
  facts: (options) => ({
    purpose: [
      `Normaliser: BX 1 adds the ${inputFormat(options).cells} charges; BX 2 divides them by the power of two at or below that sum and`,
      'encodes the sum for the packet.',
    ],
    layer: 'normaliser',
    formats: ['in  CALQ, unsigned integers, 22 bits', 'out x u1.7; sum 5E4M, 9 bits'],
  }),
  build(m, options) {
    const { cells } = inputFormat(options);
    const sumWidth = sumBits(options);
    const size = { Cells: cells, ...(sumWidth === sumBits({}) ? {} : { SumBits: sumWidth }) };
    const { charge_i, bx_i } = m.inputs('from the calibration', {
      charge_i: cells * CHARGE_BITS,
      bx_i: 5,
    });

    m.section('BX 1: sum');
    const wafer = m.instance('u_wafer_sum', leaf('econ_wafer_sum', size), { charge_i });
    const sum = m.pipeline('sum', wafer.out('sum_o'), 'unsigned');
    const charge = m.pipeline('charge', charge_i, 'CALQ, unsigned, cell k in [22k+21:22k]');
    const bxSum = m.register('bx_sum', bx_i, { kind: 'control' });

    m.section('BX 2: shift and code');
    const normalise = m.instance('u_normalise', leaf('econ_normalise', size), {
      charge_i: charge,
      sum_i: sum,
    });
    const encode = m.instance(
      'u_float_encode',
      leaf('econ_float_encode', { InWidth: sumBits(options), Exponent: 5, Mantissa: 4 }),
      { value_i: sum },
    );
    const x_o = m.pipeline('x', normalise.out('x_o'), 'u1.7, image position k in [8k+7:8k]');
    const sum_code_o = m.pipeline('sum_code', encode.out('code_o'), '5E4M');
    const bx_o = m.register('bx', bxSum, { kind: 'control' });
    m.outputs('to the encoder', { x_o, sum_code_o, bx_o });
  },
});
