import { concat, declare, instance, slice } from '../../hdl/index.js';
import { type BuildContext, type ChipBlock, emitModule, triplicate } from '../build.js';
import { CODE_BITS, CODES, CODES_PER_LINK, codePosition, LINKS } from './parameters.js';

const BITS = CODES * CODE_BITS;

/** Link input: 12 words of 32 bits to 48 codes and the BX counter. */
export const linkInputBlock: ChipBlock = {
  name: 'link-input',
  instance: 'u_link_input',
  module: 'econ_link_input',
  latency: 1,
  state: () => [
    { what: 'codes', bits: BITS, kind: 'pipeline' },
    { what: 'BX counter', bits: 5, kind: 'control' },
  ],
  emit,
};

function emit(context: BuildContext): string {
  // Code m of link m >> 2; the highest code number is the most significant part of the concatenation.
  const codes = Array.from({ length: CODES }, (_, m) => {
    const { link, low } = codePosition('production', m);
    return slice('link_i', 32 * link + low, CODE_BITS);
  }).reverse();
  // Of the headers only that of eRx 0 is used.
  const headers = Array.from({ length: LINKS - 1 }, (_, r) =>
    slice('link_i', 32 * (r + 1) + 28, 4),
  ).reverse();
  return emitModule(
    context,
    {
      purpose: [
        'Link input: takes the trigger-cell codes out of the 12 eRx words of a BX and counts bunch crossings.',
        `Word: header (4 bits), then ${CODES_PER_LINK} codes; code 4r is in bits 27:21 of eRx r, code 4r+3 in bits 6:0.`,
      ],
      layer: 'link input',
      formats: ['codes 4E3M, 7 bits, code m in [7m+6:7m]', 'bx 31 at BX 0, else BX mod 16'],
      latency: '1 BX',
    },
    {
      name: 'econ_link_input',
      groups: [
        {
          title: 'clock and reset',
          ports: [
            { direction: 'input', width: 1, name: 'clk_i' },
            { direction: 'input', width: 1, name: 'rst_ni' },
          ],
        },
        {
          title: 'input links',
          ports: [{ direction: 'input', width: 32 * LINKS, name: 'link_i', note: 'eRx r in [32r+31:32r]' }],
        },
        {
          title: 'to the mux',
          ports: [
            { direction: 'output', width: BITS, name: 'codes_o', note: '4E3M' },
            { direction: 'output', width: 5, name: 'bx_o' },
            { direction: 'output', width: 1, name: 'err_o', note: 'copies of a register differ' },
          ],
        },
      ],
      body: [
        ...declare('wire', [
          { width: BITS, name: 'codes_d' },
          { width: BITS, name: 'codes_q' },
          { width: 5, name: 'bx_d' },
          { width: 5, name: 'bx_q' },
          { width: 1, name: 'codes_err' },
          { width: 1, name: 'bx_err' },
          { width: 1, name: 'unused_headers' },
        ]),
        '',
        `assign codes_d = ${concat(codes)};`,
        `assign unused_headers = ^${concat(headers)};`,
        '',
        ...instance(
          'econ_bx_next',
          'u_bx_next',
          [],
          [
            ['header_i', 'link_i[31:28]'],
            ['bx_i', 'bx_q'],
            ['bx_o', 'bx_d'],
          ],
        ),
        '',
        ...instance(
          'econ_pipeline',
          'u_codes',
          [
            ['Width', BITS],
            ['Triplicate', triplicate(context.options, 'pipeline')],
          ],
          [
            ['clk_i', 'clk_i'],
            ['d_i', 'codes_d'],
            ['q_o', 'codes_q'],
            ['err_o', 'codes_err'],
          ],
        ),
        ...instance(
          'econ_register',
          'u_bx',
          [
            ['Width', 5],
            ['ResetValue', "5'd15"],
            ['Triplicate', triplicate(context.options, 'control')],
          ],
          [
            ['clk_i', 'clk_i'],
            ['rst_ni', 'rst_ni'],
            ['en_i', "1'b1"],
            ['d_i', 'bx_d'],
            ['q_o', 'bx_q'],
            ['err_o', 'bx_err'],
          ],
        ),
        '',
        'assign codes_o = codes_q;',
        'assign bx_o    = bx_q;',
        'assign err_o   = codes_err | bx_err;',
      ],
    },
  );
}
