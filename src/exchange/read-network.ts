import { existsSync, statSync } from 'node:fs';
import { EconError, readJson, readText } from '../base/index.js';
import type { NetworkGraph } from './graph/index.js';
import { readKeras } from './keras/index.js';
import { readOnnx } from './onnx/read.js';
import { readFrozenGraph } from './tensorflow/read.js';
import { npzGraph, tensorGraph } from './tensors/read-tensors.js';

/** Half of an autoencoder. */
export type Part = 'encoder' | 'decoder';

/**
 * A network of any kind that is known, with everything that its file says.
 * @throws EconError exchange/format, exchange/network naming what is not known; base/... as reading does
 */
export async function readNetwork(path: string, part: Part): Promise<NetworkGraph> {
  if (/\.json$/i.test(path) && existsSync(path) && isTensors(path))
    return tensorGraph(readJson(path, 'Give tensors, see econ import --help.'), path);
  if (/\.(json|h5|hdf5|keras)$/i.test(path)) return readKeras(path, part);
  if (/\.npz$/i.test(path)) return npzGraph(path);
  if (/\.pb$/i.test(path)) return readFrozenGraph(path);
  if (/\.onnx$/i.test(path)) return readOnnx(path);
  if (!existsSync(path) || !statSync(path).isDirectory()) readText(path); // a file that is not there is the first thing to say
  throw new EconError({
    code: 'exchange/format',
    where: path,
    what: 'this kind of file is not known.',
    remedy:
      'Give .keras, .h5, .hdf5 or .json (Keras), .pb (TensorFlow), .onnx (ONNX, QONNX), .json or .npz (tensors), .yaml (ECON-T settings) or the folder of a model.',
  });
}

/** Keras writes class_name first; tensors do not. */
function isTensors(path: string): boolean {
  return !/"class_name"/.test(readText(path));
}
