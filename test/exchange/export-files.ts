import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { imageCells, layerOutputs } from '../../src/encoder/index.js';
import { executeGraph, readNetwork, sizeOf, writeEncoder } from '../../src/exchange/index.js';
import { waferInput } from '../../src/exchange/lower/image.js';
import { optionShapes } from '../chips/shapes.js';
import { modelOf, randomWafers } from './models.js';

/** Shapes whose exports other tools load: with a convolution on either image, and without one. */
const shapes = {
  econt: undefined,
  dense: optionShapes['dense layer, latents of different bits'],
  'two-dense': optionShapes['two dense layers behind a 2x2 convolution'],
  rhombi: optionShapes['4x4x3 image, stride 1'],
} as const;
const WAFERS = 100;

export interface ExportFile {
  readonly file: string;
  /** Most that a tool may differ from what is expected: 0 of a file that floors, single precision of one that does not. */
  readonly tolerance: number;
}

/**
 * Writes exports with the wafers to give them and the latents that they should make: those of the chip's integers for ONNX,
 * those of our executor for Keras, which has no floors.
 */
export async function exportFolder(folder: string): Promise<ExportFile[]> {
  mkdirSync(folder, { recursive: true });
  const files: ExportFile[] = [];
  const x = randomWafers(WAFERS);
  for (const [name, shape] of Object.entries(shapes)) {
    const model = modelOf(shape, 'exact');
    const run = layerOutputs(model.encoder, model.arithmetic);
    const chip = Array.from({ length: WAFERS }, (_, i) =>
      Array.from(
        run(x.subarray(i * imageCells(model.encoder.shape), (i + 1) * imageCells(model.encoder.shape))).at(
          -1,
        ) as Int32Array,
        (v) => v / 256,
      ),
    ).flat();
    for (const end of ['.onnx', '.plain.onnx', '.h5']) {
      const stem = end === '.h5' ? `${name}-keras` : end === '.onnx' ? name : `${name}-plain`;
      const path = join(folder, stem + end);
      await writeEncoder(path, model);
      const { input, latents } = await executed(path, x);
      const expected = end === '.h5' ? latents : Float64Array.from(chip);
      writeNpy(join(folder, `${stem}.wafers.npy`), input, WAFERS);
      writeNpy(join(folder, `${stem}.latents.npy`), expected, WAFERS);
      files.push({ file: stem + end, tolerance: end === '.h5' ? 1e-5 * Math.max(1, ...expected) : 0 });
    }
  }
  return files;
}

async function executed(
  path: string,
  x: Uint8Array,
): Promise<{ input: Float64Array; latents: Float64Array }> {
  const graph = await readNetwork(path, 'encoder');
  const [{ name, shape }] = graph.inputs;
  const cells = waferInput(shape)?.cells;
  if (!cells) throw new Error(`${path}: no wafer`);
  const size = sizeOf(shape);
  const input = new Float64Array(WAFERS * size);
  for (let i = 0; i < WAFERS; i++)
    for (let k = 0; k < cells.length; k++) input[i * size + cells[k]] = x[i * cells.length + k] / 128;
  const latents = executeGraph(graph, new Map([[name, input]]), WAFERS).get(graph.outputs[0])?.data;
  if (!latents) throw new Error(`${path}: no latents`);
  return { input, latents };
}

/** NPY format version 1.0, single precision, a row a wafer. */
function writeNpy(path: string, data: Float64Array, rows: number): void {
  const header =
    `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${data.length / rows}), }`.padEnd(117);
  const bytes = Float32Array.from(data);
  writeFileSync(
    path,
    Buffer.concat([
      Buffer.from('\x93NUMPY\x01\x00\x76\x00', 'latin1'),
      Buffer.from(`${header}\n`),
      Buffer.from(bytes.buffer),
    ]),
  );
}
