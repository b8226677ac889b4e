import type { Random } from '../../src/base/index.js';

/** Words that readers take for something: bounds of numbers, separators, marks of formats, ways out of the folder. */
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
  '../secret',
  '/dev/zero',
  '/etc/passwd',
  '%s',
  '__proto__',
  'constructor',
  '!!js',
  '&a',
  '*a',
  '<<: *a',
  '['.repeat(6000),
  '{"a":'.repeat(4000),
  '- '.repeat(3000),
].map((word) => Buffer.from(word));

/** Bytes that are lengths, offsets and counts where they matter. */
const NUMBERS = [0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

/**
 * Changes of a file, mostly one: bits, bytes, numbers, words, pieces left out, repeated, swapped or of another file. Few
 * changes leave a file that is read far into.
 * @param words further ones, of its format
 */
export function mutate(
  bytes: Uint8Array,
  other: Uint8Array,
  random: Random,
  words: readonly Buffer[] = [],
): Uint8Array {
  let out = Buffer.from(bytes);
  for (let left = random.below(2) ? 1 : 1 + random.below(4); left > 0; left--)
    out = change(out, other, random, words);
  return out;
}

function change(
  bytes: Buffer<ArrayBuffer>,
  other: Uint8Array,
  random: Random,
  words: readonly Buffer[],
): Buffer<ArrayBuffer> {
  // The beginning says what a file is, and how long its parts are.
  const within = random.below(4) === 0 ? Math.min(bytes.length, 256) : bytes.length;
  const at = random.below(within + 1);
  const end = Math.min(bytes.length, at + 1 + random.below(random.below(4) === 0 ? 400 : 8));
  const head = bytes.subarray(0, at);
  switch (random.below(11)) {
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
    case 5: {
      const n = random.below(WORDS.length + 2 * words.length);
      const word = n < WORDS.length ? WORDS[n] : words[(n - WORDS.length) % words.length];
      return Buffer.concat([head, word, bytes.subarray(random.below(2) ? at : end)]);
    }
    case 6:
      return Buffer.concat([head, bytes.subarray(end)]);
    case 7:
      return Buffer.concat([head, bytes.subarray(at, end), bytes.subarray(at)]);
    case 8: {
      const from = random.below(other.length + 1);
      return Buffer.concat([head, other.subarray(from, from + 1 + random.below(64)), bytes.subarray(end)]);
    }
    case 9: {
      const times = random.below(8) === 0 ? 1000 : 2 + random.below(6);
      const piece = bytes.subarray(at, Math.min(end, at + 20));
      return Buffer.concat([head, ...new Array<Uint8Array>(times).fill(piece), bytes.subarray(end)]);
    }
    default:
      return random.below(3) === 0 ? Buffer.from(head) : Buffer.concat([head, bytes.subarray(at).reverse()]);
  }
}
