import { beforeAll, describe, expect, test } from 'vitest';
import { describeChip, emitChip, runChip } from '../../src/chips/index.js';
import type { Simulator } from '../../src/netlist-sim/index.js';
import {
  type ChipRun,
  I2cMaster,
  loadChip,
  renderDivergence,
  runTestbench,
  simulateChip,
} from '../../src/verify/index.js';
import { readVcd } from '../netlist-sim/look/vcd-file.js';
import { randomJob, vectorsOf } from './chip-job.js';

const description = describeChip({ tmr: 'weights' });
const job = { description, ...randomJob(7, 120) };
let chip: Simulator;
beforeAll(async () => {
  chip = await loadChip(description);
});

test('every output bit of every wafer equals the reference, in the BX that was promised', async () => {
  const seen: string[] = [];
  const progress = {
    start: (phase: string) => void seen.push(phase),
    update: () => {},
    stop: () => {},
  };
  const run = await simulateChip({ ...job, chip, strap: 5, progress });
  expect(run.divergence && renderDivergence(run.divergence)).toBeUndefined();
  expect(run).toMatchObject({
    rows: 120,
    equalRows: 120,
    bits: 120 * 416,
    mismatches: 0,
    commitAccepted: true,
  });
  expect(run).toMatchObject({ chipLatency: description.latency, encoderLatency: 2, waferInterval: 1 });
  expect(run.words).toEqual(job.vectors.expected);
  expect(run.readBack).toEqual({ bytes: 48 + 96 + 2 + 2 + 18 + 12 * 4 + 4, wrong: 0 });
  expect(seen).toEqual(['compile', 'load', 'simulate']);
});

describe('when something is wrong, the report names the earliest layer and the cause', () => {
  const copy = (bank: string, letter: string) =>
    `u_weight_memory.u_weight_bank_${bank}.gen_whole.u_active.gen_triple.u_copy_${letter}.q_o`;

  async function upset(...flips: [string, number][]): Promise<ChipRun> {
    return simulateChip({
      ...job,
      chip,
      prepare: (c) => {
        for (const [name, bit] of flips) c.flip(name, bit);
      },
    });
  }

  test('an upset of one copy of a weight is voted away', async () => {
    const run = await upset([copy('04', 'b'), 77]);
    expect(run.mismatches).toBe(0);
  });

  test('the same upset of two copies changes a weight for good', async () => {
    // A weight of latent 5 whose sign shows in the output; not every activation is ever other than 0.
    const denseKernel = job.settings.weights.layers[1].kernel;
    const matters = (q: number): boolean => {
      const changed = denseKernel.slice();
      changed[q] = ((changed[q] ^ 32) << 26) >> 26;
      const [conv, dense] = job.settings.weights.layers;
      const layers = [conv, { ...dense, kernel: changed }];
      const settings = { ...job.settings, weights: { ...job.settings.weights, layers } };
      return runChip(settings, job.vectors.words).some((w, i) => w !== job.vectors.expected[i]);
    };
    let q = 5 * 128;
    while (!matters(q)) q++;
    const bit = 6 * (80 + q) + 5;
    const bank = String(Math.floor(bit / 1072)).padStart(2, '0');
    const run = await upset([copy(bank, 'a'), bit % 1072], [copy(bank, 'b'), bit % 1072]);
    expect(run.mismatches).toBeGreaterThan(0);
    expect(run.divergence).toMatchObject({ layer: 'dense', channels: 1, name: 'latent[5]' });
    const address = `0x${(0x600 + Math.floor(bit / 8)).toString(16)}`;
    expect(run.divergence?.cause).toContain(
      `1 active weight bytes differ, first latents.kernel[${q}] (byte ${address})`,
    );
    expect(renderDivergence(run.divergence!)).toMatch(
      /layer dense, latent\[5\] \(u_encoder\.latents_q\[53:45\]\)/,
    );
  });

  test('a mux register that was upset', async () => {
    const mux = (letter: string): [string, number] => [
      `u_registers.u_mux.u_value.gen_triple.u_copy_${letter}.q_o`,
      6 * 11 + 1,
    ];
    const run = await upset(mux('a'), mux('c'));
    expect(run.divergence).toMatchObject({ layer: 'mux', name: 'code[11]', index: [11] });
    expect(run.divergence?.cause).toMatch(/register mux\[11\] \(0x41a\) holds/);
  });

  test('the BX counter', async () => {
    const run = await simulateChip({
      ...job,
      // Row 0 without its header: the counter is not restarted.
      vectors: { ...job.vectors, words: job.vectors.words.map((w, i) => (i === 0 ? w & 0x0fffffff : w)) },
      chip,
    });
    expect(run.divergence).toMatchObject({ bx: 0, layer: 'link-input', name: 'bx' });
  });

  test('weights that are not those of the settings', async () => {
    const other = randomJob(8, 1).settings.weights;
    const layers = [other.layers[0], job.settings.weights.layers[1]];
    const wrong = { ...job.settings, weights: { ...job.settings.weights, layers } };
    const run = await simulateChip({
      ...job,
      vectors: { ...job.vectors, writes: vectorsOf(wrong, job.vectors.words).writes },
      chip,
    });
    expect(run.commitAccepted).toBe(true);
    expect(run.divergence).toMatchObject({ layer: 'conv' });
    expect(run.divergence?.cause).toMatch(/active weight bytes differ, first conv\.kernel\[0\]/);
  });

  test('a commit with a wrong CRC is refused', async () => {
    const writes = job.vectors.writes.map((w) =>
      w.what === 'expected_crc' ? { ...w, bytes: w.bytes.map((b) => b ^ 1) } : w,
    );
    const run = await simulateChip({ ...job, vectors: { ...job.vectors, writes }, chip });
    expect(run.commitAccepted).toBe(false);
    expect(run.mismatches).toBeGreaterThan(0);
    expect(run.divergence?.cause).toMatch(/not loaded or committed/);
  });

  test('logic that is not the reference', async () => {
    const files = new Map(emitChip(description).files);
    const name = 'rtl/econ_calibrate.v';
    const text = files.get(name) as string;
    files.set(name, text.replace('product[32:11]', 'product[31:10]'));
    expect(files.get(name)).not.toBe(text);
    const parts: string[] = [];
    const run = await simulateChip({ ...job, files, wave: (part) => parts.push(part) });
    expect(run.divergence).toMatchObject({ bx: 0, layer: 'calibration', ofChannels: 48 });
    // Waves of the 32 BX up to the wrong packet, of bounded size.
    const signals = readVcd(parts.join(''));
    expect(parts.join('').length).toBeLessThan(4_000_000);
    const clock = signals.get(`${description.top}.clk_i`) as [number, string][];
    expect(clock.filter(([, level]) => level === '1').length).toBe(description.latency + 1);
    const packet = [...job.vectors.expected.subarray(0, 13)].reverse();
    const wanted = packet.map((w) => w.toString(2).padStart(32, '0')).join('');
    const output = signals.get(`${description.top}.link_o`) as [number, string][];
    expect(output.length).toBeGreaterThan(1);
    expect(output.at(-1)?.[1]).not.toBe(wanted);
    expect(output.at(-1)?.[1].length).toBe(wanted.length);
    expect(run.divergence?.cause).toMatch(/the logic of u_calibration/);
  });
});

test('the bus master refuses a device that is not there, and finds the chip again', () => {
  const bus = new I2cMaster(chip, { strap: 2 });
  chip.reset('rst_ni', 0);
  chip.set('strap_i', 3);
  expect(() => bus.write(0x43f, Uint8Array.of(1, 2))).toThrowError(/not acknowledged/);
  chip.set('strap_i', 2);
  bus.write(0x43f, Uint8Array.of(0x34, 0x02, 0x78, 0x06));
  expect([...bus.read(0x43f, 4)]).toEqual([0x34, 0x02, 0x78, 0x06]);
  expect([...bus.read(0x441, 1)]).toEqual([0x78]);
});

test('Icarus agrees through the emitted testbench', async (context) => {
  const vectors = vectorsOf(job.settings, job.vectors.words.subarray(0, 12 * 12));
  const run = await runTestbench('icarus', description, vectors);
  if ('skipped' in run) {
    console.log(`skipped: ${run.skipped}`);
    return context.skip();
  }
  expect(run.output).toContain('PASS 12/12');
  expect(run).toMatchObject({ passed: true, equalRows: 12, rows: 12 });
});
