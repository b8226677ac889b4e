import type { ChipBlock } from '../build.js';
import { LINKS } from '../link-input/parameters.js';

/** Check of the headers of the input words: a leaf cell (rtl/econ_header_check.v), nothing is emitted. */
export const headerCheckBlock: ChipBlock = {
  name: 'header-check',
  instance: 'u_header_check',
  module: 'econ_header_check',
  latency: 0,
  state: () => [{ what: 'flags and counters', bits: 17 * LINKS, kind: 'counter' }],
};
