import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EconError } from '../../src/base/index.js';
import { loadModel, saveModel } from '../../src/model/index.js';
import { randomModel } from './sample.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'econ-model-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function failure(work: () => unknown): EconError {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(EconError);
    return error as EconError;
  }
  throw new Error('nothing was thrown');
}

const json = () => join(folder, 'model.json');
const binary = () => join(folder, 'weights.bin');

describe('model files', () => {
  it('give back what was saved, by folder and by model.json', () => {
    const model = randomModel(1, 7);
    saveModel(folder, model);
    expect(loadModel(folder)).toEqual(model);
    expect(loadModel(json())).toEqual(model);
  });

  it('are the same bytes for the same model, wherever they are', () => {
    saveModel(folder, randomModel(2));
    const first = [readFileSync(json()), readFileSync(binary())];
    const other = join(folder, 'copy');
    saveModel(other, loadModel(folder));
    expect([readFileSync(join(other, 'model.json')), readFileSync(join(other, 'weights.bin'))]).toEqual(
      first,
    );
  });

  it('hold the encoder as the 1608 bytes of the chip and the decoder in float32', () => {
    saveModel(folder, randomModel(3));
    expect(readFileSync(binary()).length).toBe(1608 + 4 * (17 * 24 + 25 * 48));
  });

  it.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, 2000), 'model/size'],
    ['too long', (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(4)]), 'model/size'],
    ['empty', () => Buffer.alloc(0), 'model/size'],
    ['with one flipped bit', (bytes: Buffer) => bytes.map((b, i) => (i === 900 ? b ^ 1 : b)), 'model/hash'],
  ])('with weights %s are refused', (_, damage, code) => {
    saveModel(folder, randomModel(4));
    writeFileSync(binary(), damage(readFileSync(binary())));
    const error = failure(() => loadModel(folder));
    expect(error.code).toBe(code);
    expect(error.where).toBe(binary());
    expect(error.remedy).toContain('econ train');
  });

  it.each([
    ['foreign', () => ({ class_name: 'Functional', config: {} }), 'model/foreign', 'econ-model'],
    ['of another version', (m: object) => ({ ...m, version: 2 }), 'model/version', 'version 2'],
    [
      'with 15 latents',
      (m: object) => ({ ...m, latentBits: Array(15).fill(9) }),
      'model/schema',
      'latentBits',
    ],
    ['with 14 links', (m: object) => ({ ...m, etx: 14 }), 'model/schema', 'etx'],
    [
      'with layers that do not fit',
      (m: object) => ({
        ...m,
        decoder: {
          activation: 'softmax',
          layers: [
            { inputs: 16, outputs: 20 },
            { inputs: 24, outputs: 48 },
          ],
        },
      }),
      'model/layers',
      '24 inputs where 20 arrive',
    ],
    [
      'with 40 outputs',
      (m: object) => ({ ...m, decoder: { activation: 'softmax', layers: [{ inputs: 16, outputs: 40 }] } }),
      'model/layers',
      '40 outputs instead of 48',
    ],
    [
      'with charges of too few codes',
      (m: { decoder: object }) => ({ ...m, decoder: { ...m.decoder, charges: [0, 1, 2, 3] } }),
      'model/schema',
      'charges of 4 codes; a latent of 9 bits has 512',
    ],
    [
      'with charges for which the first layer has no inputs',
      (m: { decoder: object }) => ({ ...m, decoder: { ...m.decoder, charges: Array(512).fill(1) } }),
      'model/layers',
      '16 inputs where 48 arrive',
    ],
  ])('that are %s are refused', (_, change, code, word) => {
    saveModel(folder, randomModel(5));
    const model: object = JSON.parse(readFileSync(json(), 'utf8'));
    writeFileSync(json(), JSON.stringify(change(model as { decoder: object })));
    const error = failure(() => loadModel(folder));
    expect(error.code).toBe(code);
    expect(error.what).toContain(word);
    expect(error.where).toBe(json());
  });

  it('that are no JSON, or not there, say so', () => {
    expect(failure(() => loadModel(join(folder, 'nowhere'))).code).toBe('base/cannot-read');
    saveModel(folder, randomModel(6));
    const text = readFileSync(json(), 'utf8');
    writeFileSync(json(), text.slice(0, 300));
    expect(failure(() => loadModel(folder)).code).toBe('base/bad-json');
    writeFileSync(json(), text);
    rmSync(binary());
    expect(failure(() => loadModel(folder)).where).toBe(binary());
  });

  it('with a byte of the description flipped are refused', () => {
    saveModel(folder, randomModel(10));
    const bytes = readFileSync(json());
    const refused = (changed: Buffer): boolean => {
      writeFileSync(json(), changed);
      return failure(() => loadModel(folder)).where.startsWith(folder);
    };
    for (let at = 0; at < bytes.length; at += 3)
      expect(refused(Buffer.from(bytes.map((byte, i) => (i === at ? byte ^ 1 : byte))))).toBe(true);
    // The same content in other bytes is not what was written either.
    expect(refused(Buffer.from(JSON.stringify(JSON.parse(bytes.toString()))))).toBe(true);
    writeFileSync(json(), bytes);
    expect(loadModel(folder).etx).toBe(5);
  });

  it('of two models cannot be mixed', () => {
    const other = join(folder, 'other');
    saveModel(folder, randomModel(7));
    saveModel(other, randomModel(8));
    cpSync(join(other, 'weights.bin'), binary());
    expect(failure(() => loadModel(folder)).code).toBe('model/hash');
  });

  it('with a weight that is not finite are refused', () => {
    const model = randomModel(9);
    model.decoder.layers[0].kernel[5] = Number.NaN;
    saveModel(folder, model);
    expect(failure(() => loadModel(folder)).code).toBe('model/value');
  });
});
