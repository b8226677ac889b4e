import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EconError, readJson, readText } from '../base/index.js';
import { type EncoderWeights, readSettings } from '../chip/index.js';
import { loadModel, MODEL_FILE } from '../model/index.js';
import { chipShape } from './chip-shape.js';
import { type FloatNetwork, quantise, type WeightRounding } from './float-network.js';
import type { ForeignNetwork } from './foreign-network.js';
import { frozenGraph } from './read-frozen-graph.js';
import { kerasFromHdf5, kerasFromJson } from './read-keras.js';
import { onnxNetwork } from './read-onnx.js';
import { tensorNetwork } from './read-tensors.js';

/** An encoder from elsewhere: integer weights of the chip, and the real ones when it has real ones. */
export interface ForeignEncoder {
  /** What was read, for provenance: `Keras model`, `ECON-T settings`. */
  readonly kind: string;
  readonly weights: EncoderWeights;
  readonly network?: FloatNetwork;
}

export interface ReadOptions {
  readonly rounding: WeightRounding;
  /** Links whose bits the latents of an encoder that is not ECON-T's share. */
  readonly etx: number;
}

/**
 * Reads an encoder from a file of any kind that is known: tensors or Keras architecture (.json), Keras weights (.h5, .hdf5),
 * frozen TensorFlow graph (.pb), ONNX or QONNX (.onnx), Encoder block of ECON-T settings (.yaml), a model of our own
 * (folder). Integers of the chip are taken as they are.
 * @throws EconError exchange/... naming file and what does not fit; chip/... for settings, model/... for models
 */
export async function readEncoder(path: string, { rounding, etx }: ReadOptions): Promise<ForeignEncoder> {
  if (existsSync(join(path, MODEL_FILE)) || (path.endsWith(MODEL_FILE) && existsSync(path)))
    return { kind: 'econ model', weights: loadModel(path).encoder };
  if (/\.ya?ml(\.gz)?$/i.test(path)) return { kind: 'ECON-T settings', weights: readSettings(path).weights };
  const found = await readNetwork(path);
  const shape = chipShape(found, etx, path);
  const network = shape ? { ...found, shape } : found;
  return { kind: found.kind, weights: quantise(network, rounding), network };
}

async function readNetwork(path: string): Promise<ForeignNetwork> {
  if (/\.json$/i.test(path)) {
    const data = readJson(path, 'Give tensors or a Keras architecture, see econ import --help.');
    return isArchitecture(data) ? kerasFromJson(data, path) : tensorNetwork(data, path);
  }
  if (/\.(h5|hdf5)$/i.test(path)) return kerasFromHdf5(path);
  if (/\.pb$/i.test(path)) return frozenGraph(path);
  if (/\.onnx$/i.test(path)) return onnxNetwork(path);
  if (!existsSync(path) || !statSync(path).isDirectory()) readText(path); // a file that is not there is the first thing to say
  throw new EconError({
    code: 'exchange/format',
    where: path,
    what: 'this kind of file is not known.',
    remedy:
      'Give .json (tensors, Keras), .h5 or .hdf5 (Keras), .pb (TensorFlow), .onnx (ONNX, QONNX), .yaml (ECON-T settings) or the folder of a model.',
  });
}

function isArchitecture(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'class_name' in data && 'config' in data;
}
