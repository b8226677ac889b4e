import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { EconError } from '../base/index.js';
import { imageOrder } from '../detector/index.js';
import { executeGraph, type NetworkGraph, sizeOf, type Value } from './graph/index.js';
import { badNetwork } from './graph/network-error.js';
import { waferInput } from './lower/image.js';
import { executeNetwork, type LoweredNetwork } from './lower/index.js';
import { readNetwork } from './read-network.js';

/** A network's own decoder, and how it takes what the encoder makes. */
export interface NetworkDecoder {
  readonly file: string;
  readonly graph: NetworkGraph;
  /** Numbers that it takes beside the latents: what an encoder passes on, or its own inputs. */
  readonly conditions: number;
}

/** A decoder, or why the one that lies there is not used. */
export interface FoundDecoder {
  readonly decoder?: NetworkDecoder;
  readonly unused?: string;
}

/**
 * The decoder that belongs to an encoder: a file that is named, one called decoder beside one called encoder, or the other
 * half of the same model.
 * @param given undefined: looked for; one that is found and does not fit is told, not used
 * @throws EconError when a file that is named cannot be read, or does not go with the encoder
 */
export async function decoderOf(
  network: LoweredNetwork,
  file: string,
  given: string | undefined,
): Promise<FoundDecoder> {
  const beside = join(dirname(file), basename(file).replace(/encoder(?!.*encoder)/i, sameCase));
  const path = given ?? (beside !== file && existsSync(beside) ? beside : file);
  const own = path === file;
  if (own && !/\.(h5|hdf5|keras|json)$/i.test(file)) return {};
  try {
    const graph = await readNetwork(path, 'decoder');
    const problem = mismatch(network, graph);
    if (problem === undefined)
      return { decoder: { file: path, graph, conditions: totalSize(graph) - network.latents.length } };
    throw badNetwork(path, problem, 'Give the decoder that was trained with this encoder, or none.');
  } catch (error) {
    if (given !== undefined || !(error instanceof EconError)) throw error;
    // Of the encoder's own file nobody said that it holds a decoder.
    return own ? {} : { unused: `${path} is not used as its decoder: ${error.what}` };
  }
}

function sameCase(word: string): string {
  return word[0] === 'E' ? 'Decoder' : 'decoder';
}

function totalSize({ inputs }: NetworkGraph): number {
  return inputs.reduce((n, { shape }) => n + sizeOf(shape), 0);
}

/** What speaks against the pair. */
function mismatch({ latents, graph: encoder }: LoweredNetwork, decoder: NetworkGraph): string | undefined {
  const takes = totalSize(decoder);
  if (decoder.inputs.length === encoder.inputs.length && decoder.nodes.length === encoder.nodes.length)
    return 'this is the encoder again';
  if (takes < latents.length)
    return `the decoder takes ${takes} numbers, the encoder makes ${latents.length}`;
  const [output, ...more] = decoder.outputs;
  const made = decoder.nodes.find((node) => node.output === output);
  const shape = made ? made.shape : [];
  if (more.length > 0 || !waferInput(shape))
    return `the decoder makes ${decoder.outputs.length} values, the first ${shape.join('x')}: no wafer`;
  return undefined;
}

/**
 * Wafers through an encoder and its own decoder, both executed as their tool computes them; no chip in between.
 * @param x n * 48 normalised cells in image order, 0..255 in units of 1/128
 * @param conditions the same for all wafers; missing ones are 0
 * @returns n * 48 charges in units of the normalisation, TC_Number order, not negative
 */
export function pairCharges(
  network: LoweredNetwork,
  { graph }: NetworkDecoder,
  conditions: readonly number[],
  x: Uint8Array,
  n: number,
): Float32Array {
  const made = executeNetwork(network, x, n, conditions);
  const passed = network.graph.outputs.map((output) => made.get(output) as Value);
  const count = passed.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  // The encoder's outputs, in their order, then conditions that it does not pass on itself.
  const place = (sample: number, i: number): number => {
    let rest = i;
    for (const { shape, data } of passed) {
      const size = sizeOf(shape);
      if (rest < size) return data[sample * size + rest];
      rest -= size;
    }
    return conditions[i - count] ?? 0;
  };
  let first = 0;
  const inputs = orderedInputs(graph, network.latents.length).map(({ name, shape }) => {
    const size = sizeOf(shape);
    const start = first;
    first += size;
    const data = Float64Array.from({ length: n * size }, (_, i) =>
      place(Math.floor(i / size), start + (i % size)),
    );
    return [name, data] as const;
  });
  const [output] = graph.outputs;
  const { data, shape } = executeGraph(graph, new Map(inputs), n).get(output) as Value;
  const { cells } = waferInput(shape) as { cells: Int32Array };
  const charges = new Float32Array(n * imageOrder.length);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < imageOrder.length; k++)
      charges[i * imageOrder.length + imageOrder[k]] = Math.max(0, data[i * sizeOf(shape) + cells[k]]);
  return charges;
}

/** The input that takes the latents first. */
function orderedInputs({ inputs }: NetworkGraph, latents: number): NetworkGraph['inputs'] {
  const main = inputs.find(({ shape }) => sizeOf(shape) >= latents) ?? inputs[0];
  return [main, ...inputs.filter((input) => input !== main)];
}
