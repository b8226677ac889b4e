import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EconError, Registry, readJson, readText, STANDARD_INPUT } from '../base/index.js';
import type { NetworkGraph } from './graph/index.js';
import { type Part, readKeras } from './keras/index.js';
import { readOnnx } from './onnx/read.js';
import { readFrozenGraph, SAVED_MODEL } from './tensorflow/read.js';
import { npzGraph, tensorGraph } from './tensors/read-tensors.js';

export type { Part };

/** A kind of file with a network. One of your own comes with --with (docs/extending.md). */
export interface NetworkReader {
  readonly name: string;
  readonly recognises: (path: string) => boolean;
  readonly read: (path: string, part: Part) => NetworkGraph | Promise<NetworkGraph>;
}

/** Readers by name: a network is read by the first that recognises its path. */
export const networkReaders = new Registry<NetworkReader>('network-reader', (reader) =>
  typeof reader.recognises === 'function' && typeof reader.read === 'function'
    ? undefined
    : 'a network reader has the functions recognises(path) and read(path, part).',
);

const ours: readonly NetworkReader[] = [
  {
    name: 'tensors',
    // Keras writes class_name first.
    recognises: (path) => /\.json$/i.test(path) && existsSync(path) && !/"class_name"/.test(readText(path)),
    read: (path) => tensorGraph(readJson(path, 'Give tensors, see econ import --help.'), path),
  },
  { name: 'keras', recognises: (path) => /\.(json|h5|hdf5|keras)$/i.test(path), read: readKeras },
  { name: 'npz', recognises: (path) => /\.npz$/i.test(path), read: (path) => npzGraph(path) },
  {
    name: 'tensorflow',
    recognises: (path) => /\.(pb|pbtxt)$/i.test(path),
    read: (path) => readFrozenGraph(path),
  },
  {
    name: 'saved-model',
    recognises: (path) => existsSync(join(path, SAVED_MODEL)),
    // Whoever reads its graph says how to freeze it.
    read: (path) => readFrozenGraph(join(path, SAVED_MODEL)),
  },
  { name: 'onnx', recognises: (path) => /\.onnx$/i.test(path), read: (path) => readOnnx(path) },
];
for (const reader of ours) networkReaders.add(reader.name, reader);

/**
 * A network of any kind that is known, with everything that its file says.
 * @throws EconError exchange/format, exchange/network naming what is not known; base/... as reading does
 */
export async function readNetwork(path: string, part: Part): Promise<NetworkGraph> {
  const reader = networkReaders.values().find((r) => r.recognises(path));
  if (reader) return reader.read(path, part);
  const named = path !== STANDARD_INPUT;
  if (named && !(existsSync(path) && statSync(path).isDirectory())) readText(path); // a file that is not there is the first thing to say
  throw new EconError({
    code: 'exchange/format',
    where: path,
    what: named ? 'this kind of file is not known.' : 'the name of a file tells what kind of network it is.',
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
