import { EconError } from '../../base/index.js';

/** What every reader answers to a network that no encoder of the chip can be made of. */
export function badNetwork(path: string, what: string, remedy?: string): EconError {
  return new EconError({
    code: 'exchange/network',
    where: path,
    what: `${what}.`,
    remedy:
      remedy ??
      "An encoder is: 8x8x1, 4x4x3 or 48 inputs, at most one convolution with padding 'same', then 1 to 4 dense layers, a ReLU after each, a bias in each.",
  });
}
