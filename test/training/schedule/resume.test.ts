import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EconError, packageRoot } from '../../../src/base/index.js';
import { trainEncoder } from '../../../src/training/index.js';
import { showers } from '../examples.js';

const viteNode = join(packageRoot, 'node_modules/vite-node/vite-node.mjs');
const child = join(packageRoot, 'test/training/schedule/resume-child.ts');

/** Runs the child; kills it with signal 9 as soon as it has printed `epoch killAt`. */
function runChild(checkpoint: string, killAt?: number): Promise<{ lines: string[]; signal: string | null }> {
  return new Promise((resolve, reject) => {
    const run = spawn(process.execPath, [viteNode, '--root', packageRoot, child, checkpoint]);
    let text = '';
    run.stdout.on('data', (data: Buffer) => {
      text += data.toString();
      if (killAt !== undefined && text.includes(`epoch ${killAt}\n`)) run.kill('SIGKILL');
    });
    run.stderr.on('data', (data: Buffer) => process.stderr.write(data));
    run.on('error', reject);
    run.on('close', (_code, signal) => resolve({ lines: text.split('\n').filter(Boolean), signal }));
  });
}

describe('a killed training', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'econ-resume-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('goes on after kill -9, twice, to the bits of an uninterrupted one', { timeout: 300_000 }, async () => {
    const whole = await runChild(join(folder, 'whole'));
    const path = join(folder, 'killed');
    const first = await runChild(path, 4);
    const second = await runChild(path, 15);
    expect([first.signal, second.signal]).toEqual(['SIGKILL', 'SIGKILL']);
    const last = await runChild(path);
    // It did go on, not begin again, and had work left.
    const firstEpoch = Number(second.lines[0].split(' ')[1]);
    expect(firstEpoch).toBeGreaterThan(3);
    expect(Number(last.lines[0].split(' ')[1])).toBeGreaterThan(14);
    expect(last.lines.at(-1)).toMatch(/^result [0-9a-f]{64}$/);
    expect(last.lines.at(-1)).toBe(whole.lines.at(-1));
    // A finished training, asked again, gives its result without training.
    const again = await runChild(path);
    expect(again.lines).toEqual([whole.lines.at(-1)]);
  });
});

describe('a checkpoint', () => {
  const train = showers(80, 1);
  const validation = showers(20, 2);
  const settings = { epochs: 1, hidden: [8], batch: 40 };
  let folder = '';
  let path = '';
  const failure = async (changed: object = {}) => {
    const error = await trainEncoder({
      train,
      validation,
      settings: { ...settings, ...changed },
      checkpointPath: path,
    }).then(
      () => undefined,
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(EconError);
    return error as EconError;
  };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'econ-checkpoint-'));
    path = join(folder, 'state');
    await trainEncoder({ train, validation, settings, checkpointPath: path });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('of another training is refused', async () => {
    const error = await failure({ seed: 7 });
    expect(error.code).toBe('training/checkpoint-other');
    expect(error.where).toBe(path);
    expect(error.remedy).toContain('Remove the file');
  });

  it.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length - 1000)],
    ['empty', () => Buffer.alloc(0)],
    ['with one flipped bit', (bytes: Buffer) => Buffer.from(bytes.map((b, i) => (i === 5000 ? b ^ 4 : b)))],
    ['that is something else', () => Buffer.from('epoch,loss\n1,2\n'.repeat(100))],
  ])('%s is refused', async (_, damage) => {
    const whole = readFileSync(path);
    writeFileSync(path, damage(whole));
    const error = await failure();
    writeFileSync(path, whole);
    expect(error.code).toBe('training/checkpoint-damaged');
    expect(error.where).toBe(path);
  });

  it('that cannot be written stops the training at once', async () => {
    const checkpointPath = join(path, 'below-a-file');
    await expect(trainEncoder({ train, validation, settings, checkpointPath })).rejects.toThrow(
      /cannot (read|write)/,
    );
  });
});
