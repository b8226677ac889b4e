import { leafBlock } from '../build.js';
import { LINKS } from '../link-input/parameters.js';

/** Check of the headers of the input words. */
export const headerCheckBlock = leafBlock(
  'header-check',
  () => [{ what: 'flags and counters', bits: 17 * LINKS, kind: 'counter' }],
  () => ({ Links: LINKS }),
);
