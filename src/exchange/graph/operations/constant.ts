import type { Op } from '../operation.js';
import { sizeOf } from '../tensor.js';
import { Misfit, type OperationRule, text } from '../value.js';

export const constant: OperationRule<Op<'constant'>> = {
  inputs: [0, 0],
  shape: ({ value: { shape, data } }) => {
    if (data.length !== sizeOf(shape))
      throw new Misfit(
        `has ${data.length} numbers, not ${text(shape)}`,
        `Write the tensor with ${sizeOf(shape)} numbers, or another shape.`,
      );
    const odd = data.findIndex((v) => Number.isNaN(v));
    if (odd >= 0)
      throw new Misfit(`holds NaN at number ${odd}`, 'Train again from where its loss was still a number.');
    return shape;
  },
  compute: ({ value }) => value.data,
};
