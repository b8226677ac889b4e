import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/base/index.js';
import {
  type AlgorithmName,
  type ChipSettings,
  defaultEcontOptions,
  defaultSettings,
} from '../../src/blocks/index.js';
import {
  ALGORITHMS,
  type ChipVectors,
  chipLatency,
  chipWrites,
  describeChip,
  plannedFlipFlops,
  resetImage,
  rtlPackageFiles,
} from '../../src/chips/index.js';
import { runTool, withTemporaryFolder } from '../../src/eda/index.js';
import { encoderShape, unpackWeights, WEIGHT_BYTES } from '../../src/encoder/index.js';
import { simulateChip } from '../../src/verify/index.js';
import { countFlipFlops } from './flip-flops.js';
import { fromOrbitStart, randomWords, vectorsOf } from './random-chip.js';
import { optionalTool, runIcarus } from './rtl-bench.js';
import { optionShapes } from './shapes.js';

const iverilog = await optionalTool('iverilog');
const verilator = await optionalTool('verilator');

/** All, each alone, and those that share parts. */
const selections: readonly (readonly AlgorithmName[])[] = [
  ALGORITHMS,
  ...ALGORITHMS.map((a) => [a]),
  ['threshold-sum', 'best-choice'],
  ['best-choice', 'repeater'],
];

const chipOf = (algorithms: readonly AlgorithmName[], tmr: 'none' | 'weights' | 'registers' = 'weights') =>
  describeChip({ tmr, econt: { ...defaultEcontOptions, algorithms } });

describe.skipIf(!verilator)('Verilator -Wall and Icarus -Wall have nothing to say', () => {
  test.each(selections)('about a chip of %s', async (...algorithms) => {
    await withTemporaryFolder(async (folder) => {
      const files = rtlPackageFiles(chipOf(algorithms, algorithms.length > 2 ? 'registers' : 'weights'));
      for (const [path, text] of files) {
        mkdirSync(join(folder, dirname(path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
      const args = ['--lint-only', '-Wall', '--top-module', 'econ_chip', '-f', 'econ_chip.f'];
      const { status, stderr } = await runTool(verilator!, args, { cwd: folder });
      expect([status, stderr]).toEqual([0, '']);
      if (!iverilog) return;
      const icarus = ['-g2005', '-Wall', '-s', 'econ_chip', '-o', 'sim', '-f', 'econ_chip.f'];
      const compiled = await runTool(iverilog, icarus, { cwd: folder });
      expect([compiled.status, compiled.stderr]).toEqual([0, '']);
    });
  });
});

test('flip-flops of a whole ECON-T after synthesis are the planned ones', async () => {
  const description = chipOf(ALGORITHMS);
  expect(await countFlipFlops(description)).toBe(plannedFlipFlops(description).total);
}, 300_000);

test('order and repetition of the algorithms do not matter, an unknown one is named', () => {
  const [a, b] = [
    ['repeater', 'threshold-sum'],
    ['threshold-sum', 'repeater', 'threshold-sum'],
  ].map((algorithms) => chipOf(algorithms as AlgorithmName[]));
  expect(a).toEqual(b);
  expect(() => chipOf(['best' as AlgorithmName])).toThrow(/"best" is not one of threshold-sum/);
  expect(() => chipOf([])).toThrow(/econt.algorithms/);
});

test('settings that the chip was not built for are refused', () => {
  const { options } = chipOf(['threshold-sum', 'super-trigger-cell']);
  const settings = (change: Partial<ChipSettings>): ChipSettings => ({
    ...defaultSettings('production'),
    ...change,
  });
  expect(() => chipWrites(options, settings({ algorithm: 'repeater' }))).toThrow(/ask for repeater/);
  expect(() => chipWrites(options, settings({ generation: 'P1' }))).toThrow(/packets of production/);
  expect(() => chipWrites(options, settings({ algorithm: 'super-trigger-cell', stcTie: 'lowest' }))).toThrow(
    /highest of equal cells/,
  );
});

test('an encoder of any latency: its packets and those of another algorithm leave as promised, bit by bit', async () => {
  for (const [name, latency] of [
    ['levels of single cells', 10],
    ['4x4x3 image, stride 1', 11],
    ['the largest latents behind a dense layer', 12],
  ] as const) {
    const shape = encoderShape(optionShapes[name]);
    const econt = { ...defaultEcontOptions, algorithms: ['super-trigger-cell', 'autoencoder'] };
    const description = describeChip({ tmr: 'none', shape, econt });
    const random = new Random(9);
    const bytes = Uint8Array.from({ length: WEIGHT_BYTES }, () => random.below(256));
    const words = fromOrbitStart(randomWords(random, 'exponential', 40, 30));
    for (const algorithm of description.options.econt!.algorithms) {
      const settings = { ...defaultSettings('production'), algorithm, weights: unpackWeights(bytes, shape) };
      const run = await simulateChip({
        description,
        settings,
        vectors: vectorsOf(description, settings, words),
      });
      expect([run.equalRows, run.mismatches]).toEqual([40, 0]);
      expect(chipLatency(description, algorithm)).toBe(algorithm === 'autoencoder' ? latency : 7);
    }
  }
}, 300_000);

/** What differs from reset: an I2C script that Icarus can play in seconds. */
function changesOnly(writes: ChipVectors['writes']): ChipVectors['writes'] {
  const reset = resetImage('production').bytes;
  return writes.filter(({ address, bytes }) => bytes.some((byte, i) => byte !== reset[address + i]));
}

test.skipIf(!iverilog).each([
  ['threshold-sum', { bufferT1: 60, bufferT2: 20, bufferT3: 9, etx: 3 }],
  ['best-choice', { dropLsb: 1, etx: 5 }],
  ['super-trigger-cell', { stcType: 0, etx: 4 }],
] as [AlgorithmName, Partial<ChipSettings>][])(
  'the emitted testbench in Icarus: %s',
  async (algorithm, change) => {
    const rows = algorithm === 'best-choice' ? 12 : 60;
    const description = chipOf([algorithm], 'none');
    const settings = { ...defaultSettings('production'), algorithm, ...change };
    const words = randomWords(new Random(5), 'exponential', rows, 30);
    const whole = vectorsOf(description, settings, words);
    const vectors = { ...whole, writes: changesOnly(whole.writes) };
    const options = { halfBitClocks: 8, strap: 1, readBackBytes: 0 };
    const output = await runIcarus(
      iverilog!,
      new Map(rtlPackageFiles(description, vectors, options)),
      'tb_econ_chip',
    );
    expect(output).toContain(`latency: ${vectors.latency} BX measured, ${vectors.latency} BX promised`);
    expect(output).toContain(`PASS ${rows}/${rows}`);
  },
  300_000,
);
