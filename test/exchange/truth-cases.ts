import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { executeGraph, type NetworkGraph, readNetwork } from '../../src/exchange/index.js';
import { parseNpy } from '../../src/exchange/tensors/npy.js';

/** Tools whose files are in test/data/exchange, one archive each (scripts/exchange/make_*.py). */
export const TOOLS = ['keras2', 'keras3', 'onnx', 'torch'] as const;
export type Tool = (typeof TOOLS)[number];

/** Two values are the same when they differ by no more, of the largest number of their layer or of 1: single precision. */
export const SAME = 2e-6;

export interface TruthCase {
  readonly name: string;
  /** What it is, in words. */
  readonly what: string;
  /** The file that is opened. */
  readonly path: string;
  /** Arrays of NAME.ref.npz; undefined when the tool could not run it. */
  readonly reference?: ReadonlyMap<string, Reference>;
}

export interface Reference {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export interface TruthArchive {
  /** Of the tools that wrote the files. */
  readonly versions: Readonly<Record<string, string>>;
  readonly cases: readonly TruthCase[];
}

/** Unpacks an archive of truth files into a folder of its own. */
export function truthArchive(path: string): TruthArchive {
  const folder = mkdtempSync(join(tmpdir(), 'econ-truth-'));
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(path))))
    writeFileSync(join(folder, name), bytes);
  return truthCases(folder);
}

/** Cases of a folder that a script of scripts/exchange wrote. */
export function truthCases(folder: string): TruthArchive {
  const parts = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as Record<
    string,
    { versions: Record<string, string>; cases: Record<string, { files: string[]; what: string }> }
  >;
  const [{ versions, cases }] = Object.values(parts);
  return {
    versions,
    cases: Object.entries(cases).map(([name, { files, what }]) => {
      const reference = join(folder, `${name}.ref.npz`);
      return {
        name,
        what,
        path: join(folder, files[0]),
        ...(existsSync(reference) && { reference: referenceOf(readFileSync(reference)) }),
      };
    }),
  };
}

/** Arrays by the names of layers. */
export function referenceOf(npz: Uint8Array): Map<string, Reference> {
  return new Map(
    Object.entries(unzipSync(npz)).map(([name, bytes]) => {
      const array = parseNpy(bytes);
      if (!array) throw new Error(`${name} is no array of numbers`);
      return [name.replace(/\.npy$/, '').replaceAll('|', '/'), array];
    }),
  );
}

export interface TruthResult {
  /** Arrays of the reference that were found in the graph, and their numbers. */
  readonly layers: number;
  readonly values: number;
  /** Largest difference, relative to the largest number of its layer where that is above 1. */
  readonly largest: number;
  readonly layer: string;
  /** Is every output of the graph among them, and the same? */
  readonly outputs: boolean;
}

/** Executes a file that is read and compares every layer with what its own tool computed. */
export async function compareWithTruth(
  path: string,
  reference: ReadonlyMap<string, Reference>,
): Promise<TruthResult> {
  const graph = await readNetwork(path, 'encoder');
  const inputs = new Map<string, Float64Array>();
  let samples = 0;
  for (const { name } of graph.inputs) {
    const given = reference.get('input') ?? reference.get(`input:${name}`);
    if (!given) throw new Error(`no input ${name} in the reference`);
    inputs.set(name, given.data);
    samples = given.shape[0];
  }
  return compareLayers(graph, inputs, samples, reference);
}

function compareLayers(
  graph: NetworkGraph,
  inputs: ReadonlyMap<string, Float64Array>,
  samples: number,
  reference: ReadonlyMap<string, Reference>,
): TruthResult {
  const values = executeGraph(graph, inputs, samples);
  const outputs = new Set(graph.outputs);
  let [layers, count, largest, layer] = [0, 0, 0, ''];
  for (const [name, { data }] of reference) {
    if (name === 'input' || name.startsWith('input:')) continue;
    const scale = data.reduce((most, v) => Math.max(most, Math.abs(v)), 1);
    const same = [...values].filter(([, value]) => value.data.length === data.length);
    // A layer may be several nodes, the last of which has its output.
    const named = same.filter(
      ([own]) => own === name || own.startsWith(`${name}#`) || own.startsWith(`${name} `),
    );
    const differences = new Map(same.map(([own, value]) => [own, distance(value.data, data) / scale]));
    for (const [own, difference] of differences) if (difference <= SAME) outputs.delete(own);
    const best = Math.min(
      ...(named.length > 0 ? named : same).map(([own]) => differences.get(own) as number),
    );
    // Torch names modules, its files nodes; exporters fold normalisations, and a half of an autoencoder is read alone.
    if (named.length === 0 && best > SAME) continue;
    layers++;
    count += data.length;
    if (best >= largest) [largest, layer] = [best, name];
  }
  return { layers, values: count, largest, layer, outputs: outputs.size === 0 };
}

function distance(own: Float64Array, other: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < own.length; i++) largest = Math.max(largest, Math.abs(own[i] - other[i]));
  return largest;
}
