import { WEIGHT_BASE } from '../../blocks/index.js';
import { WEIGHT_BLOCK_BYTES, WEIGHT_BLOCKS } from '../../encoder/index.js';
import type { Field, Register } from '../map/register.js';

/** Weights in settings: 16 bytes a field, named after the first of them. */
export const weightFields: readonly Field[] = Array.from(
  { length: Math.ceil(WEIGHT_BLOCK_BYTES / 16) },
  (_, n) => ({
    name: `weights_byte${16 * n}`,
    lsb: 128 * n,
    width: 8 * Math.min(16, WEIGHT_BLOCK_BYTES - 16 * n),
    access: 'rw',
    reset: 0n,
  }),
);

/** The weight blocks, in a gap of the production map. */
export const weights: Register = {
  block: 'Encoder',
  name: 'weights',
  address: WEIGHT_BASE,
  bytes: WEIGHT_BLOCK_BYTES,
  count: WEIGHT_BLOCKS,
  stride: WEIGHT_BLOCK_BYTES,
  fields: weightFields,
  storage: 'weights',
  doc: '',
};
