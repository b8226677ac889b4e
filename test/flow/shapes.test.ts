import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { emitChip } from '../../src/chips/index.js';
import { defaultGenerator, generateWafers, selectWafers, splitWafers } from '../../src/dataset/index.js';
import { runTool, withTemporaryFolder } from '../../src/eda/index.js';
import { chipJob } from '../../src/flow/index.js';
import { loadModel, reconstruct, saveModel } from '../../src/model/index.js';
import { compare, modelCandidate } from '../../src/quality/index.js';
import { trainEncoder } from '../../src/training/index.js';
import { simulateChip } from '../../src/verify/index.js';
import { optionalTool } from '../chips/rtl-bench.js';
import { optionShapes } from '../chips/shapes.js';

const wafers = selectWafers(generateWafers({ ...defaultGenerator, seed: 21, wafers: 700 }).batch);
const { train, validation, test: held } = splitWafers(wafers, { seed: 1 });
const verilator = await optionalTool('verilator');
const iverilog = await optionalTool('iverilog');

/** Messages of both linters; none of a clean design. */
async function lint(files: ReadonlyMap<string, string>): Promise<string> {
  return withTemporaryFolder(async (folder) => {
    for (const [path, text] of files) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const names = [...files.keys()];
    const messages: string[] = [];
    const run = async (tool: string | undefined, args: readonly string[]) => {
      if (tool) messages.push((await runTool(tool, [...args, ...names], { cwd: folder })).stderr);
    };
    await run(verilator, ['--lint-only', '-Wall', '--top-module', 'econ_chip']);
    await run(iverilog, ['-g2005', '-Wall', '-t', 'null', '-s', 'econ_chip']);
    return messages.join('');
  });
}

test('a decoder that is told the module: trained, kept, in Verilog, and received from the packets of the simulation', async () => {
  const { model } = await trainEncoder({
    train,
    validation,
    settings: { context: 'module', epochs: 2, hidden: [16] },
  });
  const kept = await withTemporaryFolder(async (folder) => {
    saveModel(folder, model);
    return loadModel(folder);
  });
  expect(kept).toEqual(model);
  expect(kept.decoder.context).toBe('module');
  const run = await simulateChip(chipJob(kept, 'weights', held));
  expect([run.equalRows, run.mismatches]).toEqual([run.rows, 0]);
  const told = modelCandidate(kept).reconstruct(held, 5).charges;
  const fractions = reconstruct(kept, held);
  for (let row = 0; row < held.count; row++) {
    const sum = told.subarray(48 * row, 48 * row + 48).reduce((a, b) => a + b, 0);
    for (let k = 48 * row; k < 48 * row + 48; k++) expect(told[k] / sum).toBeCloseTo(fractions[k], 4);
  }
  const { modules: _, ...unknown } = held;
  const silent = modelCandidate(kept).reconstruct(unknown, 5);
  expect(silent.charges).not.toEqual(told);
  expect(silent.note).toContain('not told the modules');
});

describe.each(Object.keys(optionShapes))('%s', (name) => {
  test('trains, is kept in a file, becomes Verilog without a warning, and simulates to the last bit', async () => {
    // Each arithmetic with half of the shapes.
    const arithmetic = Object.keys(optionShapes).indexOf(name) % 2 === 0 ? 'econt' : 'exact';
    const { model } = await trainEncoder({
      train,
      validation,
      settings: { shape: optionShapes[name], arithmetic, epochs: 2, hidden: [16], encoderRate: 2 },
    });
    const kept = await withTemporaryFolder(async (folder) => {
      saveModel(folder, model);
      return loadModel(folder);
    });
    expect(kept).toEqual(model);
    const job = chipJob(kept, 'weights', held);
    const run = await simulateChip(job);
    expect(run.readBack.wrong).toBe(0);
    expect(run.commitAccepted).toBe(true);
    expect([run.equalRows, run.mismatches]).toEqual([run.rows, 0]);
    expect(run.chipLatency).toBe(job.description.latency);
    // The wafers arrive: better than spreading the charge evenly.
    expect(new Set(job.vectors.expected).size).toBeGreaterThan(held.count);
    const [row] = compare([modelCandidate(kept)], held, [kept.etx]).rows;
    expect(row.evaluation.metrics.emd.mean).toBeLessThan(4);
    expect(await lint(emitChip(job.description).files)).toBe('');
  });
});
