import { EconError, writeFileAtomic } from '../../base/index.js';
import { packWeights, sameShape, usedBlocks, WEIGHT_BLOCK_BYTES } from '../../encoder/index.js';
import { MODEL_FILE, type Model, saveModel, WEIGHTS_FILE } from '../../model/index.js';
import type { RunFolder } from '../run/run-folder.js';
import { loadScript } from '../steps/model-on-chip.js';

/** What is known of the weights of a class. EMD: mean on its held-out wafers, integer path, the shared decoder. */
export interface LibraryEntry {
  readonly name: string;
  readonly etx: number;
  readonly modules?: number;
  readonly wafers: number;
  /** With the weights that all classes of these links start from, and with its own. */
  readonly shared: number;
  readonly own: number;
  /** Weights that are not those of the start, of all. */
  readonly changed: number;
  readonly of: number;
}

export interface Library {
  readonly classes: readonly LibraryEntry[];
  /** Modules of the table that no class is for. */
  readonly unassigned?: number;
}

export const LIBRARY = 'library.json';
const SCRIPT = 'load.i2c';

/** Writes model, weight image and I2C script of a class into its folder of the library. @returns the files */
export function saveClass(run: RunFolder, name: string, model: Model): string[] {
  saveModel(run.file('library', name), model);
  writeFileAtomic(run.file('library', name, SCRIPT), loadScript(model.encoder));
  return [MODEL_FILE, WEIGHTS_FILE, SCRIPT].map((file) => `library/${name}/${file}`);
}

/** Where two weight sets differ. */
export interface WeightDifference {
  /** Per layer of the encoder: weights and biases that differ, of all, and the largest step. */
  readonly layers: readonly {
    readonly layer: number;
    readonly changed: number;
    readonly of: number;
    readonly largest: number;
  }[];
  /** Bytes of the weight memory that differ, and blocks that hold one. */
  readonly bytes: number;
  readonly blocks: readonly number[];
}

/** @throws EconError flow/modules when the encoders have different shapes */
export function weightDifference(a: Model, b: Model): WeightDifference {
  if (!sameShape(a.encoder.shape, b.encoder.shape))
    throw new EconError({
      code: 'flow/modules',
      where: 'weight sets',
      what: 'the encoders have different shapes.',
      remedy: 'Only weights of the same encoder can be compared.',
    });
  const others = b.encoder.layers;
  const layers = a.encoder.layers.map(({ kernel, bias }, layer) => {
    let changed = 0;
    let largest = 0;
    const count = (x: Int8Array, y: Int8Array): void => {
      x.forEach((v, i) => {
        if (v !== y[i]) changed++;
        largest = Math.max(largest, Math.abs(v - y[i]));
      });
    };
    count(kernel, others[layer].kernel);
    count(bias, others[layer].bias);
    return { layer, changed, of: kernel.length + bias.length, largest };
  });
  const [left, right] = [packWeights(a.encoder), packWeights(b.encoder)];
  const differing = [...left.keys()].filter((i) => left[i] !== right[i]);
  const blocks = [...new Set(differing.map((i) => Math.floor(i / WEIGHT_BLOCK_BYTES)))];
  return { layers, bytes: differing.length, blocks };
}

export function renderLibrary({ classes, unassigned }: Library): string {
  const width = Math.max(5, ...classes.map(({ name }) => name.length));
  return [
    `${'class'.padEnd(width)}  eTx  modules  held out  shared weights  own weights  changed`,
    ...classes.map((c) =>
      [
        c.name.padEnd(width),
        String(c.etx).padStart(3),
        String(c.modules ?? '-').padStart(7),
        String(c.wafers).padStart(8),
        c.shared.toFixed(3).padStart(14),
        c.own.toFixed(3).padStart(11),
        `${c.changed}/${c.of}`.padStart(9),
      ].join('  '),
    ),
    'Mean EMD, integer path; one decoder for all classes of the same number of links.',
    ...(unassigned === undefined
      ? []
      : [`${unassigned} modules of the table belong to no class or have no link.`]),
  ].join('\n');
}

export function renderWeightDifference({ layers, bytes, blocks }: WeightDifference, a: Model): string {
  return [
    ...layers.map(
      ({ layer, changed, of, largest }) =>
        `layer ${layer}: ${changed} of ${of} weights differ, by up to ${largest} steps`,
    ),
    `${bytes} bytes in ${blocks.length} of ${usedBlocks(a.encoder.shape)} weight blocks: ${blocks.join(', ') || 'none'}.`,
  ].join('\n');
}
