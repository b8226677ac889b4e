import type { Random } from '../../src/base/index.js';

/** Words that readers take for something: bounds of numbers, separators, marks of formats. */
const WORDS = [
  '0',
  '-1',
  '1e999',
  'NaN',
  'inf',
  '4294967296',
  '9007199254740993',
  '0x',
  '010',
  '""',
  "''",
  '{',
  '}',
  '[',
  ']',
  ',',
  ';',
  ':',
  '#',
  '\n',
  '\r\n',
  '\t',
  ' ',
  '\0',
  '\ufeff',
  '../',
  '/dev/null',
  '%s',
  '__proto__',
  'constructor',
  '!!js',
  '&a',
  '*a',
  '<<: *a',
].map((word) => Buffer.from(word));

/** Bytes that are lengths, offsets and counts where they matter. */
const NUMBERS = [0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

/** One to four changes of a file: bits, bytes, numbers, words, pieces left out, repeated, swapped or of another file. */
export function mutate(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let out = Buffer.from(bytes);
  for (let left = 1 + random.below(4); left > 0; left--) out = change(out, other, random);
  return out;
}

function change(bytes: Buffer<ArrayBuffer>, other: Uint8Array, random: Random): Buffer<ArrayBuffer> {
  const at = random.below(bytes.length + 1);
  const end = Math.min(bytes.length, at + 1 + random.below(random.below(4) === 0 ? 400 : 8));
  const head = bytes.subarray(0, at);
  switch (random.below(10)) {
    case 0:
    case 1: {
      const out = Buffer.from(bytes);
      if (at < out.length) out[at] ^= 1 << random.below(8);
      return out;
    }
    case 2: {
      const out = Buffer.from(bytes);
      if (at < out.length) out[at] = random.below(256);
      return out;
    }
    case 3: {
      const out = Buffer.from(bytes);
      const number = NUMBERS[random.below(NUMBERS.length)];
      const size = [1, 2, 4][random.below(3)];
      if (at + size <= out.length)
        random.below(2)
          ? out.writeUIntLE(number % 256 ** size, at, size)
          : out.writeUIntBE(number % 256 ** size, at, size);
      return out;
    }
    case 4:
    case 5:
      return Buffer.concat([
        head,
        WORDS[random.below(WORDS.length)],
        bytes.subarray(random.below(2) ? at : end),
      ]);
    case 6:
      return Buffer.concat([head, bytes.subarray(end)]);
    case 7:
      return Buffer.concat([head, bytes.subarray(at, end), bytes.subarray(at)]);
    case 8: {
      const from = random.below(other.length + 1);
      return Buffer.concat([head, other.subarray(from, from + 1 + random.below(64)), bytes.subarray(end)]);
    }
    default:
      return random.below(3) === 0 ? Buffer.from(head) : Buffer.concat([head, bytes.subarray(at).reverse()]);
  }
}
