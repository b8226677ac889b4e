import { bits, cat, constant } from '../../hdl/index.js';
import { builtBlock } from '../build.js';
import { leaf } from '../leaf.js';
import { CODE_BITS, CODES, CODES_PER_LINK, codePosition, LINKS } from './parameters.js';

/** Link input: 12 words of 32 bits to 48 codes and the BX counter. */
export const linkInputBlock = builtBlock({
  name: 'link-input',
  latency: 1,
  facts: () => ({
    purpose: [
      'Link input: takes the trigger-cell codes out of the 12 eRx words of a BX and counts bunch crossings.',
      `Word: header (4 bits), then ${CODES_PER_LINK} codes; code 4r is in bits 27:21 of eRx r, code 4r+3 in bits 6:0.`,
    ],
    layer: 'link input',
    formats: ['codes 4E3M, 7 bits, code m in [7m+6:7m]', 'bx 31 at BX 0, else BX mod 16'],
  }),
  build(m) {
    const { link_i } = m.inputs('input links', { link_i: [32 * LINKS, 'eRx r in [32r+31:32r]'] });
    const codes = Array.from({ length: CODES }, (_, k) => {
      const { link, low } = codePosition('production', k);
      return bits(link_i, 32 * link + low, CODE_BITS);
    });
    const headers = Array.from({ length: LINKS }, (_, r) => bits(link_i, 32 * r + 28, 4));
    // Of the headers only that of eRx 0 is used.
    m.unused(cat(...headers.slice(1).reverse()), 'headers');
    const bx = m.openRegister('bx', 5, { kind: 'control', reset: constant(5, 15) });
    const next = m.instance('u_bx_next', leaf('econ_bx_next'), { header_i: headers[0], bx_i: bx.q });
    m.connect(next.out('bx_o'), bx.d);
    const codes_o = m.register('codes', cat(...codes.reverse()), { kind: 'pipeline' });
    m.outputs('to the mux', { codes_o: [codes_o, '4E3M'], bx_o: bx.q });
  },
});
