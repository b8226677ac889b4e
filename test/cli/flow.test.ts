import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sha256 } from '../../src/base/index.js';
import { econ, scratch, startEcon } from './run-cli.js';

const small = ['--wafers', '800', '--epochs', '3', '--bx', '40', '--compare-etx', '5', '-q'];
const steps = ['data', 'train', 'refit', 'evaluate', 'rtl', 'simulate', 'budget'];

interface Record_ {
  steps: Record<string, { outputs: Record<string, string> }>;
}

function record(folder: string): Record_ {
  const file = join(folder, 'run.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record_) : { steps: {} };
}

/** Starts the flow and kills it as soon as one more step is done. */
async function killAfterOneStep(folder: string): Promise<void> {
  const before = Object.keys(record(folder).steps).length;
  const child = startEcon('flow', '--run', folder, ...small);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  while (child.exitCode === null && Object.keys(record(folder).steps).length <= before) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  child.kill('SIGKILL');
  await ended;
}

it('runs the main job; killed at every step it ends with the same bytes', { timeout: 900_000 }, async () => {
  const whole = join(scratch(), 'whole');
  const first = await econ('flow', '--run', whole, ...small);
  expect(first.stderr).not.toContain('error');
  expect(first.stdout).toMatch(/Verilog = integer reference +0 +=/);
  expect(first.stdout).toMatch(/encoder latency +50 /);
  expect(first.stdout).toMatch(/flip-flops after synthesis.*yes/);
  expect(Object.keys(record(whole).steps).sort()).toEqual([...steps].sort());

  // The quality of what came out of the simulated chip is judged beside area and power, by the limits given.
  expect(first.stdout).toMatch(/^mean EMD +[\d.]+ +<= +0\.8 .*40 held-out wafers/m);
  expect(first.stdout).toMatch(/^Better at 5 eTx is best choice/m);
  for (const [limit, status, word] of [
    [100, 0, 'yes'],
    [0.001, 1, 'NO'],
  ]) {
    const limits = join(scratch(), 'limits.yaml');
    writeFileSync(limits, `meanEmd: ${limit}\n`);
    const judged = await econ('flow', '--run', whole, ...small, '--limits', limits);
    expect([judged.status, judged.stdout]).toEqual([
      status,
      expect.stringMatching(new RegExp(`^mean EMD .* ${limit} .* ${word} `, 'm')),
    ]);
  }
  expect((await econ('flow', '--run', whole, ...small)).stdout).toBe(first.stdout);

  const killed = join(scratch(), 'killed');
  for (let i = 0; i < steps.length; i++) await killAfterOneStep(killed);
  const last = await econ('flow', '--run', killed, ...small);
  expect(last.status).toBe(first.status);
  expect(last.stdout.replaceAll(killed, whole)).toBe(first.stdout);
  expect(record(killed)).toEqual(record(whole));
  // How long the steps took is no part of the result.
  const [a, b] = [killed, whole].map((folder) =>
    readFileSync(join(folder, 'report.html'), 'utf8').replace(/<caption>Steps<[\s\S]*?<\/table>/, ''),
  );
  expect(a).toBe(b);
  expect(readFileSync(join(whole, 'report.html'), 'utf8')).toMatch(/Wall time[\s\S]*>econ [\d.]+, Node\.js /);
  for (const file of ['summary.json', 'chip/rtl/econ_chip.v', 'model/weights.bin']) {
    expect(sha256(readFileSync(join(killed, file))), file).toBe(sha256(readFileSync(join(whole, file))));
  }
});
