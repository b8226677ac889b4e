import { IMAGE_CELLS } from '../../encoder/index.js';
import { builtBlock } from '../build.js';
import { leaf } from '../leaf.js';
import { CHARGE_BITS, SUM_BITS } from './parameters.js';

/** Normaliser: module sum, its code, and charges over the power of two at or below the sum. */
export const normaliserBlock = builtBlock({
  name: 'normaliser',
  latency: 2,
  facts: () => ({
    purpose: [
      'Normaliser: BX 1 adds the 48 charges; BX 2 divides them by the power of two at or below that sum and',
      'encodes the sum for the packet.',
    ],
    layer: 'normaliser',
    formats: ['in  CALQ, unsigned integers, 22 bits', 'out x u1.7; sum 5E4M, 9 bits'],
  }),
  build(m) {
    const { charge_i, bx_i } = m.inputs('from the calibration', {
      charge_i: IMAGE_CELLS * CHARGE_BITS,
      bx_i: 5,
    });

    m.section('BX 1: sum');
    const wafer = m.instance('u_wafer_sum', leaf('econ_wafer_sum', { Cells: IMAGE_CELLS }), { charge_i });
    const sum = m.register('sum', wafer.out('sum_o'), { kind: 'pipeline', note: 'unsigned' });
    const charge = m.register('charge', charge_i, {
      kind: 'pipeline',
      note: 'CALQ, unsigned, cell k in [22k+21:22k]',
    });
    const bxSum = m.register('bx_sum', bx_i, { kind: 'control' });

    m.section('BX 2: shift and code');
    const normalise = m.instance('u_normalise', leaf('econ_normalise', { Cells: IMAGE_CELLS }), {
      charge_i: charge,
      sum_i: sum,
    });
    const encode = m.instance(
      'u_float_encode',
      leaf('econ_float_encode', { InWidth: SUM_BITS, Exponent: 5, Mantissa: 4 }),
      { value_i: sum },
    );
    const x_o = m.register('x', normalise.out('x_o'), {
      kind: 'pipeline',
      note: 'u1.7, image position k in [8k+7:8k]',
    });
    const sum_code_o = m.register('sum_code', encode.out('code_o'), { kind: 'pipeline', note: '5E4M' });
    const bx_o = m.register('bx', bxSum, { kind: 'control' });
    m.outputs('to the encoder', { x_o, sum_code_o, bx_o });
  },
});
