import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { concat, streamWafers, type WaferBatch, wafers, writeWafers } from '../../src/dataset/index.js';
import { expectSame, lines, randomWafers, scratch } from './helpers.js';

const { folder, file } = scratch();

/** The rows of `batch`, `times` over. */
function repeat(batch: WaferBatch, times: number): WaferBatch {
  return concat(new Array(times).fill(batch));
}

test('200,000 wafers from gzip: pieces of bounded size, in order, in time that grows with the length only', async () => {
  const random = randomWafers(2000, 7);
  const block = wafers(random.charges.map((charge) => charge % 100));
  const text = Buffer.from(`${lines(block).join('\n')}\n`);
  const write = (name: string, times: number) =>
    file(name, gzipSync(Buffer.concat(new Array(times).fill(text)), { level: 1 }));
  const [short, long] = [write('short.csv.gz', 10), write('long.csv.gz', 100)];

  const read = async (path: string) => {
    const start = performance.now();
    let largest = 0;
    const sample: WaferBatch[] = [];
    const count = await streamWafers(path, (batch) => {
      largest = Math.max(largest, batch.count);
      sample.push(batch);
    });
    return { count, largest, seconds: (performance.now() - start) / 1000, all: concat(sample) };
  };
  await read(short); // warms up
  const first = await read(short);
  const all = await read(long);
  expect([first.count, all.count]).toEqual([20_000, 200_000]);
  expectSame(all.all, repeat(block, 100));
  expect(all.largest).toBeLessThan(20_000);
  // Ten times the rows: linear reading takes about ten times as long, quadratic a hundred. Generous, because
  // other work shares the cores.
  expect(all.seconds).toBeLessThan(40 * first.seconds);
  console.log(`200,000 wafers from .csv.gz in ${all.seconds.toFixed(2)} s`);
}, 120_000);

test('waits for onBatch before it reads on, and hands its error through', async () => {
  const path = `${folder}/x.npy`;
  await writeWafers(path, repeat(randomWafers(1000, 8), 30));
  let running = 0;
  await streamWafers(path, async () => {
    expect(++running).toBe(1);
    await new Promise((resume) => setTimeout(resume, 1));
    running--;
  });
  const stop = new Error('enough');
  await expect(
    streamWafers(path, () => {
      throw stop;
    }),
  ).rejects.toBe(stop);
});

test('rows that straddle pieces are whole', async () => {
  // 4 MiB pieces would hide it: rows of every length around the 1 MiB pieces of the file.
  const block = randomWafers(5000, 9);
  const charges = block.charges.map((charge, i) => (i % 7 ? charge % 10 : charge));
  const path = `${folder}/y.csv`;
  await writeWafers(path, repeat(wafers(charges), 5));
  const batches: WaferBatch[] = [];
  await streamWafers(path, (batch) => {
    batches.push(batch);
  });
  expect(batches.length).toBeGreaterThan(2);
  expectSame(concat(batches), repeat(wafers(charges), 5));
});

test('a pipe of text or .npy is read; one of a format that needs places is refused and told, not waited for', async () => {
  const batch = randomWafers(20, 3);
  const fifo = join(folder, 'fifo');
  execFileSync('mkfifo', [fifo]);
  const through = async (name: string): Promise<number> => {
    await writeWafers(join(folder, name), batch);
    const writer = spawn('sh', ['-c', 'cat "$0" > "$1"', join(folder, name), fifo], { stdio: 'ignore' });
    try {
      return await streamWafers(fifo, () => {});
    } finally {
      writer.kill();
    }
  };
  expect(await through('a.csv')).toBe(20);
  expect(await through('a.csv.gz')).toBe(20);
  expect(await through('a.npy')).toBe(20);
  await expect(through('a.npz')).rejects.toMatchObject({ code: 'base/no-file', where: fifo });
});
