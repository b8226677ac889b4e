import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8 } from 'fflate';
import { type Hdf5File, readHdf5, readText } from '../../base/index.js';
import type { NetworkGraph } from '../graph/index.js';
import { badNetwork } from '../graph/network-error.js';
import { readArchive } from '../reading/archive.js';
import { type KerasModel, kerasModel } from './architecture.js';
import { kerasGraph } from './keras-graph.js';
import { modelWeights, type StoredTensor, type Weights } from './weights.js';

/** Endings under which the weights lie beside an architecture. */
const WEIGHT_FILES = ['.hdf5', '.h5', '.weights.h5', '_weights.h5'];

/** Half of an autoencoder. */
export type Part = 'encoder' | 'decoder';

/**
 * A model of Keras 2 or 3, QKeras or HGQ2: `.keras`, a whole model in HDF5, or an architecture in JSON and its weights in
 * HDF5 of the same name (either file may be named). Of an autoencoder whose halves are models of their own the one called
 * so is taken.
 * @throws EconError exchange/network naming layer and argument that are not read; base/... as reading does
 */
export async function readKeras(path: string, part: Part): Promise<NetworkGraph> {
  const { data, tensors, file } = await load(path);
  const whole = kerasModel(data, path);
  const { model, weights } = half(whole, modelWeights(tensors, file, path), part, path);
  return kerasGraph(model, weights, path);
}

interface Loaded {
  /** Architecture. */
  readonly data: unknown;
  readonly tensors: readonly StoredTensor[];
  /** Name of the file with the weights. */
  readonly file: string;
}

async function load(path: string): Promise<Loaded> {
  if (/\.keras$/i.test(path)) return archive(path);
  if (/\.json$/i.test(path)) {
    const stem = path.replace(/\.json$/i, '');
    const weights = WEIGHT_FILES.map((end) => stem + end).find((file) => existsSync(file));
    if (!weights)
      throw badNetwork(
        path,
        'this is the architecture of a Keras model without weights',
        `Put them beside it as ${baseName(stem)}.weights.h5 (model.save_weights).`,
      );
    const tensors = tensorsOf(await readHdf5(weights));
    return { data: parsed(readText(path), 'the file', path), tensors, file: baseName(weights) };
  }
  const contents = await readHdf5(path);
  const tensors = tensorsOf(contents);
  const inside = contents.groups[0].attributes.get('model_config');
  if (typeof inside === 'string')
    return { data: parsed(inside, 'attribute model_config', path), tensors, file: baseName(path) };
  const beside = path.replace(/\.(hdf5|weights\.h5|h5)$/i, '.json');
  if (!existsSync(beside))
    throw badNetwork(
      path,
      'these are weights without an architecture',
      `Put model.to_json() beside it as ${baseName(beside)}, or save the whole model.`,
    );
  return { data: parsed(readText(beside), baseName(beside), path), tensors, file: baseName(path) };
}

/** Keras 3's archive: config.json and model.weights.h5 in a zip file. */
async function archive(path: string): Promise<Loaded> {
  const remedy = 'Write it again with model.save("model.keras").';
  const { 'config.json': config, 'model.weights.h5': weights } = readArchive(
    path,
    '.keras',
    remedy,
    ({ name, originalSize }) =>
      (name === 'config.json' || name === 'model.weights.h5') && originalSize < LARGEST_ENTRY,
  );
  if (!config || !weights)
    throw badNetwork(path, `the archive holds no ${config ? 'model.weights.h5' : 'config.json'}`, remedy);
  // The HDF5 library reads files.
  const folder = mkdtempSync(join(tmpdir(), 'econ-keras-'));
  try {
    const file = join(folder, 'model.weights.h5');
    writeFileSync(file, weights);
    const tensors = tensorsOf(await readHdf5(file));
    return { data: parsed(strFromU8(config), 'config.json', path), tensors, file: 'model.weights.h5' };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function tensorsOf({ datasets }: Hdf5File): StoredTensor[] {
  return datasets.flatMap(({ path, shape, data }) => {
    if (data === null || Array.isArray(data)) return [];
    return [{ path, shape, data: Float64Array.from(data as ArrayLike<number | bigint>, Number) }];
  });
}

/** An encoder of the chip takes kilobytes. */
const LARGEST_ENTRY = 2 ** 28;

function parsed(text: string, where: string, path: string): unknown {
  try {
    // Keras writes numbers that JSON does not know.
    return JSON.parse(text.replace(/(?<=[[,:\s])(-?Infinity|NaN)(?=[\],}\s])/g, 'null'));
  } catch (error) {
    throw badNetwork(
      path,
      `${where} is no JSON (${(error as Error).message})`,
      'Copy or write the file again.',
    );
  }
}

function baseName(path: string): string {
  return path.replace(/^.*[/\\]/, '');
}

/** The half of an autoencoder, or the whole of a model without such halves. */
function half(
  model: KerasModel,
  weights: Weights,
  part: Part,
  path: string,
): { model: KerasModel; weights: Weights } {
  const own = weights.of(model.layers);
  const inner = model.layers.flatMap(({ name, model: inside }) =>
    inside ? [{ model: inside, weights: own.get(name) as Weights }] : [],
  );
  const called = inner.filter((one) => one.model.name.toLowerCase().includes(part));
  if (called.length > 1)
    throw badNetwork(
      path,
      `${called.length} parts are called ${part}: ${called.map((one) => one.model.name).join(', ')}`,
      `Save the ${part} alone: model.get_layer('NAME').save('${part}.keras').`,
    );
  if (called.length === 1) return half(called[0].model, called[0].weights, part, path);
  return { model, weights };
}
