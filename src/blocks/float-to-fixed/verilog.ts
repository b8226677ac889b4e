import { float4E3M } from '../../number/index.js';
import { builtBlock, type ChipOptions, leaf } from '../build.js';
import { codeText, inputFormat } from '../link-input/parameters.js';
import { LINEAR_BITS } from './reference.js';

/** Are there codes of more bits than a linear charge has? */
function saturates(options: ChipOptions): boolean {
  return inputFormat(options).code !== float4E3M;
}

/** Float-to-fixed: codes to linear charges. */
export const floatToFixedBlock = builtBlock({
  name: 'float-to-fixed',
  latency: 1,
  facts: (options) => ({
    purpose: [
      `Float-to-fixed: ${inputFormat(options).code.name} codes to linear charges, in the middle of the interval of the code.`,
      ...(saturates(options) ? [`Charges of more than ${LINEAR_BITS} bits become the largest one.`] : []),
    ],
    layer: 'float-to-fixed',
    formats: [
      `in  ${codeText(options)}`,
      `out unsigned integers, 21 bits${saturates(options) ? '' : ' (19 used in low density)'}`,
    ],
  }),
  build(m, options) {
    const { cells, code } = inputFormat(options);
    const { high_density_i } = m.inputs('configuration', { high_density_i: 1 });
    const { codes_i, bx_i } = m.inputs('from the mux', { codes_i: cells * code.bits, bx_i: 5 });
    const decode = m.instance(
      'u_decode',
      leaf('econ_float_decode', {
        Cells: cells,
        ...(code === float4E3M ? {} : { Exponent: code.exponentBits, Mantissa: code.mantissaBits }),
      }),
      {
        high_density_i,
        codes_i,
      },
    );
    const linear_o = m.pipeline('linear', decode.out('linear_o'), 'unsigned, cell k in [21k+20:21k]');
    const bx_o = m.register('bx', bx_i, { kind: 'control' });
    m.outputs('to the calibration', { linear_o, bx_o });
  },
});
