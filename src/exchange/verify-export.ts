import { unzipSync } from 'fflate';
import { EconError, Random, readBytes } from '../base/index.js';
import { encoderLayers, imageCells, layerOutputs } from '../encoder/index.js';
import type { Model } from '../model/index.js';
import { executeGraph, sizeOf } from './graph/index.js';
import { waferInput } from './lower/image.js';
import { readNetwork } from './read-network.js';
import { parseNpy } from './tensors/npy.js';

/** What came of comparing a file that was written with the model that it was written from. */
export interface ExportCheck {
  /** Latents of `wafers` wafers, from executing the file and from the chip's integers; or the integers of the weights. */
  readonly compared: 'latents' | 'weights';
  readonly wafers?: number;
  readonly values: number;
  readonly equal: number;
  /** Largest difference, in steps of a latent (1/256) or of a weight. */
  readonly largest: number;
}

const WAFERS = 200;

/**
 * Reads a file back, executes it in its own format's arithmetic on wafers of every kind - empty, full, sparse, dense - and
 * compares the latents, before they are coded, with those of the chip's integer path.
 */
export async function checkLatents(path: string, model: Model): Promise<ExportCheck> {
  const graph = await readNetwork(path, 'encoder');
  const [{ name, shape }] = graph.inputs;
  const place = waferInput(shape);
  if (!place) throw notBack(path, `its input has the shape ${shape.join('x')}`);
  const cells = imageCells(model.encoder.shape);
  const x = wafers(cells);
  const input = new Float64Array(WAFERS * sizeOf(shape));
  for (let i = 0; i < WAFERS; i++)
    for (let k = 0; k < cells; k++) input[i * sizeOf(shape) + place.cells[k]] = x[i * cells + k] / 128;
  const own = executeGraph(graph, new Map([[name, input]]), WAFERS).get(graph.outputs[0])?.data;
  const run = layerOutputs(model.encoder, model.arithmetic);
  const chip = Array.from({ length: WAFERS }, (_, i) =>
    (run(x.subarray(i * cells, (i + 1) * cells)).at(-1) as Int32Array).map((v) => v),
  );
  const latents = chip[0].length;
  if (own?.length !== WAFERS * latents) throw notBack(path, `it gives ${own?.length ?? 0} numbers`);
  const pairs = chip.flatMap((values, i) =>
    Array.from(values, (v, k) => [256 * own[i * latents + k], v] as const),
  );
  return { compared: 'latents', wafers: WAFERS, ...differenceOf(pairs) };
}

/** Reads the arrays of an NPZ file back and compares them with the model's integers. */
export function checkArrays(path: string, { encoder }: Model): ExportCheck {
  const entries = unzipSync(readBytes(path));
  const pairs = encoderLayers(encoder.shape).flatMap(({ name }, i) =>
    (['kernel', 'bias'] as const).flatMap((part) => {
      const array = entries[`${name}_${part}.npy`] && parseNpy(entries[`${name}_${part}.npy`]);
      const written = encoder.layers[i][part];
      if (array?.data.length !== written.length) throw notBack(path, `array ${name}_${part} is not there`);
      return Array.from(written, (v, k) => [array.data[k], v] as const);
    }),
  );
  return { compared: 'weights', ...differenceOf(pairs) };
}

/** Weights that another reader took out of a file, beside the model's. */
export function checkWeights(model: Model, read: Model['encoder']): ExportCheck {
  const back = read.layers;
  const pairs = model.encoder.layers.flatMap((tensor, i) =>
    (['kernel', 'bias'] as const).flatMap((part) =>
      Array.from(tensor[part], (v, k) => [back[i][part][k], v] as const),
    ),
  );
  return { compared: 'weights', ...differenceOf(pairs) };
}

/** In words: `all 3200 latents of 200 wafers are equal`. */
export function renderCheck({ compared, wafers: n, values, equal, largest }: ExportCheck): string {
  const what = compared === 'latents' ? `latents of ${n} wafers` : 'weights';
  return equal === values
    ? `read back: all ${values} ${what} are equal to the chip's`
    : `read back: ${values - equal} of ${values} ${what} differ from the chip's, by at most ${largest.toFixed(2)} steps${compared === 'latents' ? ' of 1/256' : ''}`;
}

function differenceOf(
  pairs: readonly (readonly [number, number])[],
): Pick<ExportCheck, 'values' | 'equal' | 'largest'> {
  let [equal, largest] = [0, 0];
  for (const [own, chip] of pairs) {
    const difference = Math.abs(own - chip);
    if (difference === 0) equal++;
    // Not a number is never equal, and larger than anything.
    else largest = Math.max(largest, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
  }
  return { values: pairs.length, equal, largest };
}

/** Seeded: the first empty, the second full, then more and more cells with charge. */
function wafers(cells: number): Uint8Array {
  const random = new Random(1);
  const x = new Uint8Array(WAFERS * cells);
  x.fill(255, cells, 2 * cells);
  for (let i = 2; i < WAFERS; i++)
    for (let k = 0; k < cells; k++)
      if (random.uniform() < i / WAFERS) x[i * cells + k] = Math.floor(256 * random.uniform() ** 3);
  return x;
}

function notBack(path: string, what: string): EconError {
  return new EconError({
    code: 'exchange/read-back',
    where: path,
    what: `the file was written but does not come back: ${what}.`,
    remedy: 'This is a defect of econ; please report it with the model.',
  });
}
