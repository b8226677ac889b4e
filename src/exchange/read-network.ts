import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EconError, readJson, readText } from '../base/index.js';
import type { NetworkGraph } from './graph/index.js';
import { readKeras } from './keras/index.js';
import { readOnnx } from './onnx/read.js';
import { readFrozenGraph, SAVED_MODEL } from './tensorflow/read.js';
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
  if (/\.(pb|pbtxt)$/i.test(path)) return readFrozenGraph(path);
  // A folder of a SavedModel: whoever reads its graph says how to freeze it.
  if (existsSync(join(path, SAVED_MODEL))) return readFrozenGraph(join(path, SAVED_MODEL));
  if (/\.onnx$/i.test(path)) return readOnnx(path);
  if (!existsSync(path) || !statSync(path).isDirectory()) readText(path); // a file that is not there is the first thing to say
  throw new EconError({
    code: 'exchange/format',
    where: path,
    what: 'this kind of file is not known.',
    remedy:
      others[path.split('.').pop()?.toLowerCase() ?? ''] ??
      'Give .keras, .h5, .hdf5 or .json (Keras), .pb (TensorFlow), .onnx (ONNX, QONNX), .json or .npz (tensors), .yaml (ECON-T settings) or the folder of a model.',
  });
}

/** Kinds of files that networks also come in, and how they become one that is read. */
const others: Readonly<Record<string, string>> = {
  pt: 'Export it with torch.onnx.export(model.eval(), example, "encoder.onnx") and give that.',
  pth: 'Export it with torch.onnx.export(model.eval(), example, "encoder.onnx") and give that.',
  pt2: 'Export it with torch.onnx.export(model.eval(), example, "encoder.onnx") and give that.',
  tflite:
    'Give the Keras model that it was converted from (.keras, .h5), or convert it with tf2onnx and give the .onnx.',
  ckpt: 'Save the Keras model as a whole: model.save("encoder.keras").',
  index: 'Save the Keras model as a whole: model.save("encoder.keras").',
  meta: 'Freeze the graph (tf.compat.v1.graph_util.convert_variables_to_constants) and give the .pb.',
};

/** Keras writes class_name first; tensors do not. */
function isTensors(path: string): boolean {
  return !/"class_name"/.test(readText(path));
}
