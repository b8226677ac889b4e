/** Ones among the 32 bits of a number. */
export function bitCount(v: number): number {
  let ones = 0;
  for (let rest = v | 0; rest !== 0; rest &= rest - 1) ones++;
  return ones;
}
