import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { encoderShape } from '../../../src/encoder/index.js';
import {
  planTraining,
  stagesOf,
  type TrainingInput,
  trainEncoder,
  trainingSettings,
} from '../../../src/training/index.js';
import { showers } from '../examples.js';

const train = showers(200, 1);
const validation = showers(60, 2);
const shape = encoderShape({
  conv: { filters: 2, stride: 3 },
  latents: { bits: [...new Array<number>(16).fill(6), ...new Array<number>(8).fill(3)] },
});
const bitsOf = (input: TrainingInput) =>
  stagesOf(planTraining(input, train)).map(({ network }) => network.latentBits.join(''));

describe('the stages of a training', () => {
  it('begin with all bits of the shape and come down to those of the links', () => {
    expect(bitsOf({ shape, etx: 2 })).toEqual([
      '666666666666666633333333',
      '444444444444444433333333',
      '333333333333333333333333',
      '222222222222222222222222',
    ]);
    expect(bitsOf({ etx: 2, fewerBits: 1 })).toEqual(['9'.repeat(16), '4'.repeat(16), '3'.repeat(16)]);
  });

  it('are one where the links carry all bits, where nobody asked, and beside pruning', () => {
    expect(bitsOf({ shape, etx: 5 })).toHaveLength(1);
    expect(bitsOf({ etx: 2 })).toEqual(['3'.repeat(16)]);
    expect(bitsOf({ shape, etx: 2, fewerBits: 0 })).toHaveLength(1);
    expect(bitsOf({ shape, etx: 2, prune: 0.5 })).toHaveLength(1);
  });

  it('are asked for by their old name, too, but not by both', () => {
    const old = { narrowing: 3 } as TrainingInput;
    expect(trainingSettings(old)).toEqual(trainingSettings({ fewerBits: 3 }));
    expect(() => trainingSettings({ ...old, fewerBits: 3 })).toThrow(/narrowing.*old name of fewerBits/);
  });
});

describe('a training with fewer bits in stages', () => {
  it('is told in each stage what fine codes stand for', async () => {
    const fine = encoderShape({
      latents: {
        bits: new Array<number>(36).fill(4),
        code: { kind: 'levels', thresholds: Array.from({ length: 15 }, (_, j) => 4 * j + 2) },
        cells: 1,
      },
    });
    const settings = { shape: fine, etx: 4, epochs: 20, hidden: [8] };
    const { model } = await trainEncoder({ train, validation, settings });
    expect(Math.min(...model.latentBits)).toBe(3);
    expect(model.decoder.charges).toHaveLength(16);
    expect(model.decoder.levels).toBeUndefined();
  });

  const folder = mkdtempSync(join(tmpdir(), 'econ-fewer-bits-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const settings: TrainingInput = { shape, etx: 2, fewerBits: 1, epochs: 20, hidden: [32], batch: 64 };

  it('starts each stage where the one before ended, and goes on to the same bits when stopped in any', async () => {
    const whole = await trainEncoder({ train, validation, settings });
    expect(whole.model.latentBits).toEqual(new Array(24).fill(2));
    // Told at the end only: the stages before have other bits.
    expect(whole.model.decoder.levels).toEqual(new Array(24).fill(2));
    // 40 %, 8 % and the rest of 20 epochs.
    expect(whole.history.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(
      whole.history.map(({ learningRate }) => learningRate === 0).flatMap((end, i) => (end ? [i + 1] : [])),
    ).toEqual([8, 10, 20]);

    const checkpointPath = join(folder, 'train');
    for (const epochs of [5, 9, 12]) {
      const stop = new AbortController();
      let seen = 0;
      const progress = {
        start: () => {},
        update: () => {
          if (++seen === 3) stop.abort();
        },
        stop: () => {},
      };
      const { stopped, model } = await trainEncoder({
        train,
        validation,
        settings,
        checkpointPath,
        progress,
        signal: stop.signal,
      });
      expect([epochs, stopped]).toEqual([epochs, 'aborted']);
      // What is there fits the links.
      expect(model.latentBits).toEqual(new Array(24).fill(2));
    }
    const resumed = await trainEncoder({ train, validation, settings, checkpointPath });
    expect(existsSync(`${checkpointPath}.stage2`)).toBe(true);
    expect(resumed.model.encoder).toEqual(whole.model.encoder);
    expect(resumed.model.decoder).toEqual(whole.model.decoder);
  });
});
