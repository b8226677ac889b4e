// How a file is cut into pieces is up to the system: no reader may notice. The readers are called on pieces of
// chosen sizes here, down to single bytes.
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/base/index.js';
import { readCalqCsv } from '../../src/dataset/calq-csv.js';
import { concat, type WaferBatch } from '../../src/dataset/index.js';
import { encodeNpy, readNpy } from '../../src/dataset/npy.js';
import { lines, randomWafers } from './helpers.js';

type Reader = (chunks: AsyncIterable<Uint8Array>, path: string) => AsyncGenerator<WaferBatch>;

async function* pieces(bytes: Uint8Array, size: () => number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; ) {
    const end = at + size();
    yield bytes.subarray(at, end);
    at = end;
  }
}

async function outcome(reader: Reader, bytes: Uint8Array, size: () => number): Promise<unknown> {
  try {
    const batches: WaferBatch[] = [];
    for await (const batch of reader(pieces(bytes, size), 'x')) batches.push(batch);
    return lines(concat(batches));
  } catch (error) {
    return (error as Error).message;
  }
}

async function check(reader: Reader, bytes: Uint8Array): Promise<void> {
  const whole = await outcome(reader, bytes, () => bytes.length);
  for (const size of [1, 2, 3, 7, 64, 191, 192, 193]) {
    expect(await outcome(reader, bytes, () => size), `pieces of ${size}`).toEqual(whole);
  }
  for (let seed = 0; seed < 10; seed++) {
    const random = new Random(seed);
    // Empty pieces occur, too.
    expect(await outcome(reader, bytes, () => random.below(400)), `seed ${seed}`).toEqual(whole);
  }
}

const batch = randomWafers(9, 12);
const text = lines(batch);
const header = Array.from({ length: 48 }, (_, cell) => `CALQ_${cell}`).join(',');
const bytes = (content: string) => new TextEncoder().encode(content);

describe('CSV', () => {
  test.each([
    ['plain', text.join('\n')],
    ['with header, CRLF and byte-order mark', `\uFEFF${header}\r\n${text.join('\r\n')}\r\n`],
    ['with blank lines', `\n\r\n${header}\n\n${text.join('\n\r\n\n')}\n\n`],
    ['with a bad cell', `${header}\n${text.join('\n').replace(/,(\d+)$/, ',-$1')}\n`],
    ['with a short row', `\n${text.join('\n').slice(0, -10)}`],
    ['with a zero byte', `${text.join('\n')}\n1,2,\0`],
  ])('%s', async (_, content) => {
    await check(readCalqCsv, bytes(content));
  });

  test('the plain one is read', async () => {
    expect(await outcome(readCalqCsv, bytes(text.join('\n')), () => 5)).toEqual(text);
  });
});

describe('NPY', () => {
  const array = encodeNpy(batch);
  test('whole, with something behind it, and cut anywhere', async () => {
    expect(await outcome(readNpy, array, () => 5)).toEqual(text);
    await check(readNpy, array);
    await check(readNpy, Buffer.concat([array, Buffer.alloc(1000, 7)]));
    for (const length of [0, 5, 9, 11, 100, 128, 129, 128 + 192, array.length - 1]) {
      await check(readNpy, array.subarray(0, length));
      expect(await outcome(readNpy, array.subarray(0, length), () => 50)).toMatch(/cut short/);
    }
  });

  test('every single-byte change of the header is read or refused, never a crash', async () => {
    const results = new Set<string>();
    for (let at = 0; at < 128; at++) {
      for (const value of [0, 0x20, 0x39, 0xff]) {
        const changed = array.slice();
        changed[at] = value;
        const result = await outcome(readNpy, changed, () => 1 << 20);
        if (typeof result === 'string') expect(result).toMatch(/^x[:,] .*(Save|Write|Copy|copy|Charges)/);
        results.add(typeof result);
      }
    }
    expect(results.size).toBe(2);
  });
});
