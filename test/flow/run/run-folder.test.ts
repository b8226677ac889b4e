import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeFileAtomic } from '../../../src/base/index.js';
import { RunFolder } from '../../../src/flow/run/run-folder.js';

const scratch = () => join(mkdtempSync(join(tmpdir(), 'econ-test-')), 'run');

async function twoSteps(path: string, inputs: unknown, log: string[]): Promise<void> {
  const run = RunFolder.open(path, { seed: 1 });
  await run.step('first', inputs, async () => {
    log.push('first');
    writeFileAtomic(run.file('a.txt'), 'a');
    return ['a.txt'];
  });
  await run.step('second', { a: run.outputHash('a.txt') }, async () => {
    log.push('second');
    writeFileAtomic(run.file('b.txt'), `${readFileSync(run.file('a.txt'), 'utf8')}b`);
    return ['b.txt'];
  });
}

describe('RunFolder', () => {
  it('does each step once', async () => {
    const path = scratch();
    const log: string[] = [];
    await twoSteps(path, 1, log);
    await twoSteps(path, 1, log);
    expect(log).toEqual(['first', 'second']);
    expect(
      RunFolder.read(path)
        .artefacts()
        .map((a) => a.path),
    ).toEqual(['a.txt', 'b.txt']);
  });

  it('does a step again when its inputs or its files have changed', async () => {
    const path = scratch();
    const log: string[] = [];
    await twoSteps(path, 1, log);
    await twoSteps(path, 2, log);
    expect(log).toEqual(['first', 'second', 'first']);
    rmSync(join(path, 'b.txt'));
    await twoSteps(path, 2, log);
    writeFileSync(join(path, 'a.txt'), 'edited');
    await twoSteps(path, 2, log);
    expect(log.slice(3)).toEqual(['second', 'first']);
  });

  it('gives a record as the step wrote it, or none', async () => {
    const path = scratch();
    const run = RunFolder.open(path, { seed: 1 });
    await run.step('first', 0, async () => {
      writeFileAtomic(run.file('a.json'), '{"a": [1]}');
      return ['a.json'];
    });
    expect(run.outputRecord('a.json')).toEqual({ a: [1] });
    expect(run.outputRecord('b.json')).toBeUndefined();
    writeFileSync(run.file('a.json'), '{"a": null}');
    expect(() => run.outputRecord('a.json')).toThrow(/a\.json: this was altered after econ wrote it/);
    rmSync(run.file('a.json'));
    expect(() => run.outputRecord('a.json')).toThrow(/there is no such file/);
  });

  it('goes on with the step that failed', async () => {
    const path = scratch();
    const run = RunFolder.open(path, {});
    const fail = async () => {
      throw new Error('killed');
    };
    await expect(run.step('only', 1, fail)).rejects.toThrow('killed');
    expect(RunFolder.read(path).isDone('only')).toBe(false);
  });

  it('refuses other settings, foreign folders and a second process', async () => {
    const path = scratch();
    RunFolder.open(path, { seed: 1, etx: 5 });
    expect(() => RunFolder.open(path, { seed: 2, etx: 5 })).toThrow(/started with seed 1, now seed 2/);
    const run = RunFolder.open(path, { seed: 1, etx: 5 });
    await run.locked(async () => {
      writeFileSync(join(path, 'run.lock'), '1');
      await expect(run.locked(async () => {})).rejects.toThrow(/another econ process/);
    });
    expect(await run.locked(async () => 'free again')).toBe('free again');
    writeFileSync(join(path, 'run.json'), '{"format":"other"}');
    expect(() => RunFolder.read(path)).toThrow(/not the record of an econ run/);
  });

  it('takes over the lock of a process that is gone, and leaves none when the work fails', async () => {
    const run = RunFolder.open(scratch(), {});
    writeFileSync(run.file('run.lock'), '999999999');
    const failing = run.locked(async () => {
      expect(readFileSync(run.file('run.lock'), 'utf8')).toBe(String(process.pid));
      throw new Error('the work failed');
    });
    await expect(failing).rejects.toThrow('the work failed');
    expect(existsSync(run.file('run.lock'))).toBe(false);
  });
});

it('tells how long each step took and what ran it, beside the record of the run', async () => {
  const path = scratch();
  await twoSteps(path, 1, []);
  const record = readFileSync(join(path, 'run.json'), 'utf8');
  const { log } = RunFolder.read(path);
  expect(Object.keys(log)).toEqual(['first', 'second']);
  expect(log.first).toEqual({
    seconds: expect.any(Number),
    econ: expect.stringMatching(/^\d/),
    node: process.versions.node,
    yosys: expect.stringMatching(/^\d/),
  });
  expect(record).not.toContain('seconds');
  // A step that is kept keeps what is told of it; a file that is no such log tells nothing.
  await twoSteps(path, 1, []);
  expect(RunFolder.read(path).log).toEqual(log);
  writeFileSync(join(path, 'steps.json'), '[]');
  expect(RunFolder.read(path).log).toEqual({});
});
