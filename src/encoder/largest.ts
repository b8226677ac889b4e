/**
 * Latents of which only the largest are sent: the number of their set among all sets of so many, then their codes in
 * ascending order. The number is that of the combinatorial number system (Knuth, TAOCP 4A, 7.2.1.3): the sum over the
 * members c_1 < c_2 < ... of "c_i choose i".
 */

/** Most latents of which the largest can be chosen: numbers of their sets are exact in a float64. */
export const MOST_CHOSEN_FROM = 48;

/** The part of a shape that says what is sent of its latents. */
interface SentLatents {
  /** Of the code of each latent. */
  readonly bits: readonly number[];
  /** How many of them are sent; left out: all. */
  readonly largest?: number;
}

const choices: readonly (readonly number[])[] = pascal(MOST_CHOSEN_FROM);

function pascal(most: number): number[][] {
  const rows: number[][] = [];
  for (let n = 0; n <= most; n++)
    rows.push(
      Array.from({ length: most + 1 }, (_, k) =>
        k === 0 ? 1 : n === 0 ? 0 : rows[n - 1][k - 1] + rows[n - 1][k],
      ),
    );
  return rows;
}

/** Bits of the number of a set; 0 when all latents are sent. */
export function setBits({ bits, largest }: SentLatents): number {
  return largest === undefined ? 0 : Math.ceil(Math.log2(choices[bits.length][largest]));
}

/** Widths of the parts of the field, the lowest first: the number of the set if there is one, then the codes. */
export function fieldWidths(latents: SentLatents): readonly number[] {
  const { bits, largest } = latents;
  return largest === undefined ? bits : [setBits(latents), ...bits.slice(0, largest)];
}

/** Bits of all latents as they are sent. */
export function fieldLength(latents: SentLatents): number {
  return fieldWidths(latents).reduce((sum, width) => sum + width, 0);
}

/**
 * The `count` largest of the values; of equal ones the first.
 * @returns their indices, ascending
 */
export function largestOf(values: ArrayLike<number>, count: number): number[] {
  const order = Array.from({ length: values.length }, (_, o) => o);
  order.sort((a, b) => values[b] - values[a] || a - b);
  return order.slice(0, count).sort((a, b) => a - b);
}

/** Number of a set. @param members ascending, 0..47 */
export function numberOfSet(members: readonly number[]): number {
  return members.reduce((sum, member, i) => sum + choices[member][i + 1], 0);
}

/** The set of a number; one that no set has, as a damaged packet may carry, gives some set. @returns ascending */
export function setOfNumber(number: number, count: number, latents: number): number[] {
  const members: number[] = [];
  let rest = number;
  let below = latents;
  for (let i = count; i > 0; i--) {
    let member = below - 1;
    while (member >= i && choices[member][i] > rest) member--;
    rest = Math.max(0, rest - choices[member][i]);
    members.unshift(member);
    below = member;
  }
  return members;
}
