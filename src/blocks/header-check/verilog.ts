import { leafBlock } from '../build.js';
import { econtInput } from '../link-input/parameters.js';

/** Check of the headers of the input words. */
export const headerCheckBlock = leafBlock(
  'header-check',
  () => [{ what: 'flags and counters', bits: 17 * econtInput.links, kind: 'counter' }],
  () => ({ Links: econtInput.links }),
);
