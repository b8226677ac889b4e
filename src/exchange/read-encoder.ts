import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings } from '../chips/index.js';
import type { EncoderWeights } from '../encoder/index.js';
import { loadModel, MODEL_FILE } from '../model/index.js';
import { type LoweredNetwork, lowerGraph, quantise, type WeightRounding } from './lower/index.js';
import { readNetwork } from './read-network.js';

/** An encoder from elsewhere: integer weights of the chip, and the network itself when it is one. */
export interface ForeignEncoder {
  /** What was read, for provenance: `Keras model`, `ECON-T settings`. */
  readonly kind: string;
  readonly weights: EncoderWeights;
  readonly network?: LoweredNetwork;
}

export interface ReadOptions {
  readonly rounding: WeightRounding;
  /** Links whose bits the latents of an encoder that is not ECON-T's share. */
  readonly etx: number;
}

/**
 * Reads an encoder from a file of any kind that is known: a network (readNetwork), the Encoder block of ECON-T settings
 * (.yaml), a model of our own.
 * @throws EconError exchange/format, exchange/network, and as reading does; chip/settings for settings, model/... for models
 */
export async function readEncoder(path: string, { rounding, etx }: ReadOptions): Promise<ForeignEncoder> {
  if (existsSync(join(path, MODEL_FILE)) || (path.endsWith(MODEL_FILE) && existsSync(path)))
    return { kind: 'econ model', weights: loadModel(path).encoder };
  if (/\.ya?ml(\.gz)?$/i.test(path)) return { kind: 'ECON-T settings', weights: readSettings(path).weights };
  const graph = await readNetwork(path, 'encoder');
  const network = lowerGraph(graph, etx, path);
  return { kind: graph.kind, weights: quantise(network, rounding), network };
}
