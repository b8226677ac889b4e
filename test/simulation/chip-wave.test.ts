import { expect, test } from 'vitest';
import { describeChip, emitChip } from '../../src/chip/index.js';
import { simulateChip } from '../../src/simulation/index.js';
import { randomJob } from './chip-job.js';
import { readVcd } from './vcd-file.js';

test('a wrong packet leaves waves of the 32 BX before it, of bounded size', async () => {
  const description = describeChip({ tmr: 'weights' });
  const files = new Map(emitChip(description).files);
  const name = 'rtl/econ_calibrate.v';
  const text = files.get(name) as string;
  files.set(name, text.replace('product[32:11]', 'product[31:10]'));
  expect(files.get(name)).not.toBe(text);
  const job = randomJob(7, 80);
  const parts: string[] = [];
  const run = await simulateChip({ description, ...job, files, wave: (part) => parts.push(part) });
  expect(run.divergence?.bx).toBe(0);
  const vcd = parts.join('');
  // The same changed chip as in chip-run.test.ts: Yosys has read it already.
  expect(vcd.length).toBeLessThan(4_000_000);
  const signals = readVcd(vcd);
  const top = description.top;
  const clock = signals.get(`${top}.clk_i`) as [number, string][];
  expect(clock.filter(([, v]) => v === '1').length).toBe(description.latency + 1);
  expect([...signals.keys()]).toContain(`${top}.u_encoder.latents_q`);
  // The wrong packet of BX 0 is on the output in the last BX shown.
  const expected = [...job.vectors.expected.subarray(0, 13)]
    .reverse()
    .map((w) => w.toString(2).padStart(32, '0'));
  const output = signals.get(`${top}.link_o`) as [number, string][];
  expect(output.length).toBeGreaterThan(1);
  expect(output.at(-1)?.[1]).not.toBe(expected.join(''));
});
