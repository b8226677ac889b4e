import { badNetwork } from './network-error.js';

/** More numbers than any network for this chip has in a tensor of its file: a size beyond it is a damaged file. */
const MOST_WEIGHTS = 2 ** 24;
/** The same for what a node makes. */
export const MOST_VALUES = 2 ** 20;

/**
 * How many numbers a shape of a file holds.
 * @throws EconError exchange/network for negative sides and for more numbers than `most`
 */
export function mustBeSmall(
  shape: readonly number[],
  what: string,
  path: string,
  most = MOST_WEIGHTS,
): number {
  const bad = shape.find((side) => !Number.isInteger(side) || side < 0);
  if (bad !== undefined) throw badNetwork(path, `${what} has a side of ${bad}`, 'Write the file again.');
  if (shape.length > 8) throw badNetwork(path, `${what} has ${shape.length} axes`, 'At most 8 are read.');
  const count = shape.reduce((n, side) => n * side, 1);
  if (count > most)
    throw badNetwork(
      path,
      `${what} has ${shape.join('x')} numbers; more than ${most} are not read`,
      'Check the file: a network for this chip has some thousand weights.',
    );
  return count;
}
