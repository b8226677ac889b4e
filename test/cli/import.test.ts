import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Random } from '../../src/base/index.js';
import { defaultGenerator, generateWafers, writeWafers } from '../../src/dataset/index.js';
import { loadModel } from '../../src/model/index.js';
import { econ, scratch } from './run-cli.js';

it('imports tensors, says what the chip does to them, and tunes them', { timeout: 300_000 }, async () => {
  const folder = scratch();
  const random = new Random(2);
  const data = (n: number, scale: number): number[] =>
    Array.from({ length: n }, () => scale * random.normal());
  const file = join(folder, 'net.json');
  writeFileSync(
    file,
    JSON.stringify({
      tensors: {
        'conv/kernel': { shape: [3, 3, 1, 8], data: data(72, 0.4) },
        'conv/bias': { shape: [8], data: data(8, 0.05) },
        'dense/kernel': { shape: [128, 16], data: data(2048, 0.3) },
        'dense/bias': { shape: [16], data: data(16, 0.2).map((v) => v + 0.5) },
      },
    }),
  );
  const wafers = join(folder, 'wafers.npz');
  await writeWafers(wafers, generateWafers({ ...defaultGenerator, wafers: 700 }).batch);
  const args = [file, '--data', wafers, '--run', join(folder, 'run'), '--wafers', '40000', '-q'];
  const { status, stdout, stderr } = await econ('import', ...args, '--fine-tune');
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(
    /Not bit-exact.*\nChip minus network on \d+ wafers.*\n +input .* 100\.0 % equal.*\n +conv +mean [+-]?\d/,
  );
  expect(stdout).toMatch(/weights of 6 bits in units of 1\/32: \d+ of 2064 are held as they are/);
  const json = JSON.parse((await econ('import', ...args, '--fine-tune', '--json')).stdout);
  expect(json.tuned).toBeLessThan(json.imported);
  expect(json.difference.layers.map((l: { layer: string }) => l.layer)).toEqual(['input', 'conv', 'latents']);
  const graph = await econ('import', file, '--graph');
  expect(graph.stdout).toMatch(
    /^conv 4x4x8 = conv2d \[strides \[2,2\].*\(wafer, conv\/kernel, conv\/bias\)$/m,
  );
  const imported = loadModel(join(folder, 'run', 'model')).encoder;
  const tuned = loadModel(join(folder, 'run', 'tuned')).encoder;
  expect([...tuned.layers[1].kernel]).not.toEqual([...imported.layers[1].kernel]);

  const bad = await econ('import', join(folder, 'none.json'));
  expect([bad.status, bad.stderr]).toEqual([2, expect.stringMatching(/none\.json/)]);
});
