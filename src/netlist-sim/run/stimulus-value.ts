/** A value with digits that do not matter. */
export interface Pattern {
  readonly value: bigint;
  /** Bits that count; undefined: all of the port. */
  readonly care?: bigint;
}

const BITS: Readonly<Record<string, number>> = { b: 1, o: 3, h: 4 };

/**
 * A number as people write it: `12`, `"0x1f"`, `"8'h1x"`, `"0b1?0"`, or digits of a given base. x, ? and - are digits
 * that do not matter; in decimals they are not allowed.
 * @param base of text without prefix, 10 or 16
 * @returns undefined when it is none
 */
export function parsePattern(text: string | number | bigint, base: 10 | 16 = 10): Pattern | undefined {
  if (typeof text !== 'string') {
    const whole = typeof text === 'bigint' || Number.isSafeInteger(text);
    return whole && text >= 0 ? { value: BigInt(text) } : undefined;
  }
  const plain = text.trim().replace(/_/g, '').toLowerCase();
  if (/^[x?-]$/.test(plain)) return { value: 0n, care: 0n };
  const match = /^(?:\d+)?'s?([bohd])([0-9a-fx?z-]+)$/.exec(plain) ?? /^0([bxo])([0-9a-fx?z-]+)$/.exec(plain);
  const letter = match === null ? (base === 16 ? 'h' : 'd') : match[1] === 'x' ? 'h' : match[1];
  const digits = match === null ? plain : match[2];
  if (letter === 'd') return /^\d+$/.test(digits) ? { value: BigInt(digits) } : undefined;
  return parseDigits(digits, BITS[letter]);
}

function parseDigits(digits: string, bits: number): Pattern | undefined {
  let value = 0n;
  let open = 0n;
  const ones = (1n << BigInt(bits)) - 1n;
  for (const digit of digits) {
    value <<= BigInt(bits);
    open <<= BigInt(bits);
    if (/[x?z-]/.test(digit)) open |= ones;
    else {
      const v = Number.parseInt(digit, 16);
      if (Number.isNaN(v) || v >= 2 ** bits) return undefined;
      value |= BigInt(v);
    }
  }
  if (digits === '') return undefined;
  // Digits in front that are not written are 0 and count.
  return open === 0n ? { value } : { value, care: ~open };
}
