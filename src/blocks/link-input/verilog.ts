import { bits, cat, constant } from '../../hdl/index.js';
import { builtBlock, leaf } from '../build.js';
import { codePosition, type InputFormat, inputFormat } from './parameters.js';

/** Link input: words of 32 bits to codes and the BX counter. */
export const linkInputBlock = builtBlock({
  name: 'link-input',
  latency: 1,
  facts(options) {
    const { code, perLink, links } = inputFormat(options);
    const [first, last] = [0, perLink - 1].map(
      (slot) => codePosition('production', slot, inputFormat(options)).low,
    );
    return {
      purpose: [
        `Link input: takes the trigger-cell codes out of the ${links} eRx words of a BX and counts bunch crossings.`,
        `Word: header (4 bits), then ${perLink} codes; code ${perLink}r is in bits 27:${first} of eRx r, code ${perLink}r+${perLink - 1} in bits ${last + code.bits - 1}:${last}.`,
      ],
      layer: 'link input',
      formats: [
        `codes ${code.name}, ${code.bits} bits, code m in [${code.bits}m+${code.bits - 1}:${code.bits}m]`,
        'bx 31 at BX 0, else BX mod 16',
      ],
    };
  },
  build(m, options) {
    const format = inputFormat(options);
    const { cells, code, links } = format;
    const { link_i } = m.inputs('input links', { link_i: [32 * links, 'eRx r in [32r+31:32r]'] });
    const codes = Array.from({ length: cells }, (_, k) => {
      const { link, low } = codePosition('production', k, format);
      return bits(link_i, 32 * link + low, code.bits);
    });
    // Of the headers only that of eRx 0 is used.
    const [header, ...others] = Array.from({ length: links }, (_, r) => bits(link_i, 32 * r + 28, 4));
    if (others.length > 0) m.unused(cat(...others.reverse()), 'headers');
    const unused = unusedBits(format).map(([link, width]) => bits(link_i, 32 * link, width));
    if (unused.length > 0) m.unused(cat(...unused.reverse()), 'payload');
    const bx = m.openRegister('bx', 5, { kind: 'control', reset: constant(5, 15) });
    const next = m.instance('u_bx_next', leaf('econ_bx_next'), { header_i: header, bx_i: bx.q });
    m.connect(next.out('bx_o'), bx.d);
    const codes_o = m.pipeline('codes', cat(...codes.reverse()));
    m.outputs('to the mux', { codes_o: [codes_o, code.name], bx_o: bx.q });
  },
});

/** Lowest bits of words in which no code is: the link, and how many there are. */
function unusedBits(format: InputFormat): [link: number, width: number][] {
  const { cells, perLink, links } = format;
  return Array.from({ length: links }, (_, link): [number, number] => {
    const last = Math.min(cells, perLink * (link + 1)) - 1;
    return [link, codePosition('production', last, format).low];
  }).filter(([, width]) => width > 0);
}
