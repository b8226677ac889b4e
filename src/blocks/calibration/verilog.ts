import { builtBlock, type ChipOptions, leaf } from '../build.js';
import { floatToFixed, LINEAR_BITS } from '../float-to-fixed/reference.js';
import { inputFormat } from '../link-input/parameters.js';
import { CALIBRATION_BITS, calibrate } from './reference.js';

/** Of the largest code and the largest factor. */
function largestCharge(options: ChipOptions): number {
  const { code } = inputFormat(options);
  return calibrate(floatToFixed(2 ** code.bits - 1, true, code), 2 ** CALIBRATION_BITS - 1);
}

/** Calibration: one factor per cell. */
export const calibrationBlock = builtBlock({
  name: 'calibration',
  latency: 1,
  facts: (options) => ({
    purpose: ['Calibration: CALQ = (linear * factor) >> 11, truncated. The factor carries 1 / cosh(eta).'],
    layer: 'calibration',
    formats: [
      'in  unsigned integers, 21 bits; factors u1.11',
      `out CALQ, unsigned integers, 22 bits, <= ${largestCharge(options)}`,
    ],
  }),
  build(m, options) {
    const { cells } = inputFormat(options);
    const { cal_i } = m.inputs('configuration', {
      cal_i: [cells * CALIBRATION_BITS, 'register cal k in [12k+11:12k]'],
    });
    const { linear_i, bx_i } = m.inputs('from float-to-fixed', { linear_i: cells * LINEAR_BITS, bx_i: 5 });
    const calibrate = m.instance('u_calibrate', leaf('econ_calibrate', { Cells: cells }), {
      linear_i,
      factor_i: cal_i,
    });
    const charge_o = m.pipeline(
      'charge',
      calibrate.out('charge_o'),
      'CALQ, unsigned, cell k in [22k+21:22k]',
    );
    const bx_o = m.register('bx', bx_i, { kind: 'control' });
    m.outputs('to the normaliser', { charge_o, bx_o });
  },
});
