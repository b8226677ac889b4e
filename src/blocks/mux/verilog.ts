import { builtBlock } from '../build.js';
import { leaf } from '../leaf.js';
import { CODE_BITS, CODES } from '../link-input/parameters.js';
import { MUX_BITS } from './parameters.js';

/** Mux: any of the 48 input codes to each of the 48 image positions. */
export const muxBlock = builtBlock({
  name: 'mux',
  latency: 1,
  facts: () => ({
    purpose: [
      'Mux: image position k carries the code of input mux[k]. The mux carries the geometry of the module:',
      'which link brings which trigger cell.',
    ],
    layer: 'mux',
    formats: ['codes 4E3M, 7 bits'],
  }),
  build(m) {
    const { mux_i } = m.inputs('configuration', { mux_i: [CODES * MUX_BITS, 'register mux k in [6k+5:6k]'] });
    const { codes_i, bx_i } = m.inputs('from the link input', { codes_i: CODES * CODE_BITS, bx_i: 5 });
    const select = m.instance('u_select', leaf('econ_cell_select', { Cells: CODES }), {
      codes_i,
      select_i: mux_i,
    });
    const codes_o = m.register('codes', select.out('codes_o'), {
      kind: 'pipeline',
      note: '4E3M, image position k in [7k+6:7k]',
    });
    const bx_o = m.register('bx', bx_i, { kind: 'control' });
    m.outputs('to float-to-fixed', { codes_o, bx_o });
  },
});
