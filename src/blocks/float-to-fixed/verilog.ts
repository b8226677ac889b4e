import { builtBlock } from '../build.js';
import { leaf } from '../leaf.js';
import { CODE_BITS, CODES } from '../link-input/parameters.js';

/** Float-to-fixed: 4E3M codes to linear charges. */
export const floatToFixedBlock = builtBlock({
  name: 'float-to-fixed',
  latency: 1,
  facts: () => ({
    purpose: ['Float-to-fixed: 4E3M codes to linear charges, in the middle of the interval of the code.'],
    layer: 'float-to-fixed',
    formats: ['in  codes 4E3M, 7 bits', 'out unsigned integers, 21 bits (19 used in low density)'],
  }),
  build(m) {
    const { high_density_i } = m.inputs('configuration', { high_density_i: 1 });
    const { codes_i, bx_i } = m.inputs('from the mux', { codes_i: CODES * CODE_BITS, bx_i: 5 });
    const decode = m.instance('u_decode', leaf('econ_float_decode', { Cells: CODES }), {
      high_density_i,
      codes_i,
    });
    const linear_o = m.register('linear', decode.out('linear_o'), {
      kind: 'pipeline',
      note: 'unsigned, cell k in [21k+20:21k]',
    });
    const bx_o = m.register('bx', bx_i, { kind: 'control' });
    m.outputs('to the calibration', { linear_o, bx_o });
  },
});
