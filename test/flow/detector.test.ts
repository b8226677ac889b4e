import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/base/index.js';
import { floatToFixed, inputFormat } from '../../src/blocks/index.js';
import { describeChip, emitChip, runChip } from '../../src/chips/index.js';
import { builtInWafers, splitWafers } from '../../src/dataset/index.js';
import { type Detector, readDetector } from '../../src/detector/index.js';
import { flowRun } from '../../src/flow/index.js';
import { type ChipJob, chipJob } from '../../src/flow/steps/rtl.js';
import { loadModel, type Model, reconstruct, saveModel } from '../../src/model/index.js';
import { float5E3M } from '../../src/number/index.js';
import { runSummarySchema } from '../../src/report/summary.js';
import { trainEncoder } from '../../src/training/index.js';
import { runTestbench, simulateChip } from '../../src/verify/index.js';

const folder = mkdtempSync(join(tmpdir(), 'econ-detector-flow-'));
afterAll(() => rmSync(folder, { recursive: true }));
const grid = readDetector(join(packageRoot, 'docs/examples/grid8x8.yaml'));

async function train(detector: Detector, shape?: object): Promise<Model> {
  const { train, validation } = splitWafers(builtInWafers(detector, 3, 600), { seed: 1 });
  const settings = {
    etx: detector.links.count,
    wafers: 3000,
    epochs: 2,
    hidden: [16],
    fewerBits: 0,
    ...(shape ? { shape } : {}),
  };
  return (await trainEncoder({ train, validation, settings: settings as never })).model;
}

/** The words of a job, from the twelfth wafer on with codes of every exponent, which wafers do not have. */
function withEveryCode({ settings, vectors }: ChipJob): ChipJob['vectors'] {
  const { links } = inputFormat(settings);
  const words = vectors.words.map((word, i) =>
    i < 12 * links ? word : (word & 0xf0000000) | ((Math.imul(i, 2654435761) >>> 4) & 0x0fffffff),
  );
  return { ...vectors, words, expected: runChip(settings, words) };
}

describe('64 cells with 5E3M charges, 3 links and 80 MHz', () => {
  it('come as three codes in each of 22 words', () => {
    expect(inputFormat({ detector: grid.description })).toEqual({
      cells: 64,
      code: float5E3M,
      perLink: 3,
      links: 22,
    });
  });

  it('decode to 21 bits, and what has more to the largest', () => {
    expect(floatToFixed(0, false, float5E3M)).toBe(1);
    expect(floatToFixed(9 * 8, false, float5E3M)).toBe(17 * 2 ** 8);
    expect(floatToFixed(255, true, float5E3M)).toBe(2 ** 21 - 1);
  });

  it('are trained, kept in a file, and built into a chip that equals the reference in every bit', async () => {
    const model = await train(grid);
    saveModel(folder, model);
    const kept = loadModel(folder);
    expect(kept.detector).toEqual(grid.description);
    expect(kept.shape.image).toEqual({ rows: 8, columns: 8, masked: [] });
    const wafers = builtInWafers(grid, 5, 24);
    expect(reconstruct(kept, wafers)).toHaveLength(24 * 64);
    const job = chipJob(kept, 'none', wafers);
    const top = emitChip(job.description).files.get('rtl/econ_chip.v')!;
    expect(top).toMatch(/\[703:0\]\s+link_i/);
    expect(top).toMatch(/\[95:0\]\s+link_o/);
    const vectors = withEveryCode(job);
    const run = await simulateChip({ ...job, vectors });
    expect(run).toMatchObject({ rows: 24, mismatches: 0, bits: 24 * 3 * 32, commitAccepted: true });
    expect(run.readBack.wrong).toBe(0);
    const icarus = await runTestbench('icarus', job.description, vectors);
    if ('skipped' in icarus) console.log(`skipped: ${icarus.skipped}`);
    else expect(icarus.output).toMatch(/PASS 24\/24/);
  }, 900_000);

  it('give wafers of HGCAL to no model of theirs, and a whole ECON-T to none of them', async () => {
    const model = await train(grid);
    expect(() => reconstruct(model, builtInWafers(undefined, 1, 10))).toThrow(/trained for grid8x8/);
    const detector = grid.description!;
    const { shape } = model;
    expect(() =>
      describeChip({
        detector,
        shape,
        econt: { algorithms: ['repeater'], generation: 'production', stcTie: 'highest' },
      }),
    ).toThrow(/HGCAL; for grid8x8 there is the autoencoder alone/);
    expect(() => describeChip({ detector })).toThrow(/takes 48 cells, a module of grid8x8 has 64/);
  }, 900_000);
});

describe('a detector of 3 x 4 cells', () => {
  const small = join(folder, 'small.yaml');
  writeFileSync(
    small,
    `{name: small, grid: [3, 4], pitch: 2, charge: {code: 5E3M, bits: 20}, sum: {code: 5E4M}, links: {count: 2, bits: 32}, clockMHz: 50}`,
  );
  const detector = readDetector(small).description;

  it('goes through the flow to a report with every verdict measured', async () => {
    const run = join(folder, 'run');
    const notes: string[] = [];
    const result = await flowRun({
      folder: run,
      input: {
        detector,
        wafers: 400,
        preset: 'quick',
        epochs: 20,
        training: { hidden: [16], fewerBits: 0, shape: { conv: { filters: 4 }, latents: { bits: [9, 9] } } },
        tmr: 'none',
        bx: 30,
      },
      note: (text) => notes.push(text),
    });
    expect(result.settings.etx).toBe(2);
    expect(notes.join()).toMatch(/skipped: the other algorithms of the chip/);
    const of = (name: string) => result.verdicts.find((v) => v.name === name);
    expect(of('Verilog = integer reference')).toMatchObject({ value: 0, holds: true });
    expect(of('encoder gates = integer reference')).toMatchObject({ value: 0, holds: true });
    // A BX of 50 MHz.
    expect(of('time between wafers')).toMatchObject({ value: 20, limit: 20, holds: true });
    expect(of('mean EMD')).toMatchObject({ limit: null, unit: 'units of 2 cm' });
    expect(of('mean EMD')!.value).toBeGreaterThan(0);
    expect(result.verdicts.filter((v) => v.value === null)).toEqual([]);
    const summary = runSummarySchema.parse(JSON.parse(readFileSync(join(run, 'summary.json'), 'utf8')));
    expect(summary.chip).toMatchObject({
      clockNs: 20,
      input: { label: '4 eRx' },
      output: { label: '2 eTx', bits: 64 },
    });
    expect(summary.wafers?.[0].charges).toHaveLength(12);
    expect(readFileSync(join(run, 'report.html'), 'utf8')).toContain('TC 11');
    expect(readFileSync(join(run, 'chip/constraints/econ_chip.sdc'), 'utf8')).toContain('-period 20 ');
  }, 900_000);

  it('tells where a chip parts from the reference', async () => {
    const shape = { conv: { filters: 2 }, latents: { bits: [9] } };
    const model = await train(readDetector(small), shape);
    const job = chipJob(model, 'none', builtInWafers(readDetector(small), 5, 16));
    const right = emitChip(job.description).files;
    const decode = right.get('rtl/econ_float_decode.v')!;
    const wrong = decode.replace("value[Wide-1:21] != {(Wide-21){1'b0}}", "1'b0");
    expect(wrong).not.toBe(decode);
    const files = new Map([...right, ['rtl/econ_float_decode.v', wrong]]);
    const { divergence } = await simulateChip({ ...job, files, vectors: withEveryCode(job) });
    expect(divergence?.layer).toBe('float-to-fixed');
  }, 900_000);

  it('has no third link', async () => {
    const { train, validation } = splitWafers(builtInWafers(readDetector(small), 3, 600), { seed: 1 });
    await expect(trainEncoder({ train, validation, settings: { etx: 3 } })).rejects.toThrow(
      /setting etx.*3 links are more than the 2 of small/,
    );
    await expect(flowRun({ folder: join(folder, 'other'), input: { detector, etx: 3 } })).rejects.toThrow(
      /3 links are more than the 2 of small/,
    );
  });
});
