import { float4E3M } from '../../number/index.js';
import { builtBlock, leaf } from '../build.js';
import { codeText, inputFormat } from '../link-input/parameters.js';
import { MUX_BITS } from './reference.js';

/** Mux: any of the input codes to each of the image positions. */
export const muxBlock = builtBlock({
  name: 'mux',
  latency: 1,
  facts: (options) => ({
    purpose: [
      'Mux: image position k carries the code of input mux[k]. The mux carries the geometry of the module:',
      'which link brings which trigger cell.',
    ],
    layer: 'mux',
    formats: [codeText(options)],
  }),
  build(m, options) {
    const { cells, code } = inputFormat(options);
    const { mux_i } = m.inputs('configuration', { mux_i: [cells * MUX_BITS, 'register mux k in [6k+5:6k]'] });
    const { codes_i, bx_i } = m.inputs('from the link input', { codes_i: cells * code.bits, bx_i: 5 });
    const select = m.instance(
      'u_select',
      leaf('econ_cell_select', { Cells: cells, ...(code === float4E3M ? {} : { CodeBits: code.bits }) }),
      {
        codes_i,
        select_i: mux_i,
      },
    );
    const where = `image position k in [${code.bits}k+${code.bits - 1}:${code.bits}k]`;
    const codes_o = m.pipeline('codes', select.out('codes_o'), `${code.name}, ${where}`);
    const bx_o = m.register('bx', bx_i, { kind: 'control' });
    m.outputs('to float-to-fixed', { codes_o, bx_o });
  },
});
