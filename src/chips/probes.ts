import {
  type Algorithm,
  CHARGE_BITS,
  type ChipOptions,
  inputFormat,
  LINEAR_BITS,
  layerSignal,
  outputLinks,
  outputPlaces,
  SUM_CODE_BITS,
  sumBits,
} from '../blocks/index.js';
import {
  type EncoderShape,
  encoderLayers,
  encoderStages,
  fieldWidths,
  INPUT_BITS,
  imageCells,
  imageOf,
  latentField,
} from '../encoder/index.js';

/** Stages of the data path in the order of the data. */
export const LAYERS = [
  'link-input',
  'mux',
  'float-to-fixed',
  'calibration',
  'module-sum',
  'normaliser',
  'conv',
  'hidden',
  'dense',
  'keep-mask',
  'formatter',
] as const;
export type Layer = (typeof LAYERS)[number];

/** A registered value inside the chip that the reference knows too. */
export interface Probe {
  readonly layer: Layer;
  /** What it is, e.g. 'x[17]', 'act[2][1][5]', 'eTx 3'. */
  readonly name: string;
  /** Cell k; or row, column, filter; or latent o; or eTx j; empty where there is one only. */
  readonly index: readonly number[];
  /** Signal below econ_chip, e.g. 'u_encoder.latents_q'. */
  readonly path: string;
  readonly lsb: number;
  readonly width: number;
  /** Zeros below the bits that the signal holds. @default 0 */
  readonly shift?: number;
  /** BX after link_i in which the value of a wafer stands in the signal. */
  readonly latency: number;
}

/**
 * One probe per channel in the order of the data: what all algorithms share, the layers of the autoencoder, the links.
 * @param latency BX from link_i to link_o
 */
export function probesOf(algorithm: Algorithm, latency: number, options: ChipOptions): Probe[] {
  const front = frontProbes(options);
  const list = algorithm.encoder ? [...front, ...encoderProbes(options)] : front;
  const links = cells('formatter', 'eTx', 'link_o', outputLinks(options), 32, latency);
  return [...list, ...links.map((probe, j) => ({ ...probe, name: `eTx ${j}` }))];
}

function cells(
  layer: Layer,
  name: string,
  path: string,
  count: number,
  width: number,
  latency: number,
): Probe[] {
  return Array.from({ length: count }, (_, k) => ({
    layer,
    name: `${name}[${k}]`,
    index: [k],
    path,
    lsb: width * k,
    width,
    latency,
  }));
}

function one(layer: Layer, name: string, path: string, width: number, latency: number): Probe {
  return { layer, name, index: [], path, lsb: 0, width, latency };
}

/** From the links to calibrated charges. */
function frontProbes(options: ChipOptions): Probe[] {
  const { cells: count, code } = inputFormat(options);
  return [
    ...cells('link-input', 'code', 'u_link_input.codes_q', count, code.bits, 1),
    one('link-input', 'bx', 'u_link_input.bx_q', 5, 1),
    ...cells('mux', 'code', 'u_mux.codes_q', count, code.bits, 2),
    ...cells('float-to-fixed', 'linear', 'u_float_to_fixed.linear_q', count, LINEAR_BITS, 3),
    ...cells('calibration', 'charge', 'u_calibration.charge_q', count, CHARGE_BITS, 4),
  ];
}

/** From charges to the latents after the keep mask. */
function encoderProbes(options: ChipOptions): Probe[] {
  const { shape } = options;
  return [
    one('module-sum', 'sum', 'u_normaliser.sum_q', sumBits(options), 5),
    ...cells('normaliser', 'x', 'u_normaliser.x_q', imageCells(shape), INPUT_BITS, 6),
    one('normaliser', 'sum code', 'u_normaliser.sum_code_q', SUM_CODE_BITS, 6),
    ...layerProbes(shape),
  ];
}

/** What the encoder sends: a code per latent, or the number of the set of the largest and their codes. */
function fieldProbes({ latents }: EncoderShape, path: string, latency: number): Probe[] {
  let lsb = 0;
  return fieldWidths(latents).map((width, i) => {
    const chosen = i === 0 ? 'set of the largest' : `largest[${i - 1}]`;
    const name = latents.largest === undefined ? `latent[${i}]` : chosen;
    const probe: Probe = { layer: 'dense', name, index: [i], path, lsb, width, latency };
    lsb += width;
    return probe;
  });
}

/** The layers of the encoder, one BX each, and the latents after the keep mask. */
function layerProbes(shape: EncoderShape): Probe[] {
  const list: Probe[] = [];
  encoderLayers(shape).forEach((layer, i) => {
    if (layer.name === 'latents') {
      list.push(...fieldProbes(shape, 'u_encoder.latents_q', 6 + encoderStages(shape)));
      return;
    }
    const conv = layer.kind === 'conv';
    const across = conv ? Math.ceil(imageOf(shape).columns / shape.conv!.stride) : 1;
    outputPlaces(layer).places.forEach(({ lsb, bits: width, zeros: shift }, m) => {
      const position = Math.floor(m / layer.channels);
      const index = conv ? [Math.floor(position / across), position % across, m % layer.channels] : [m];
      list.push({
        layer: conv ? 'conv' : 'hidden',
        name: `${conv ? 'act' : layer.name}[${index.join('][')}]`,
        index,
        path: `u_encoder.${layerSignal(layer)}_q`,
        lsb,
        width,
        shift,
        latency: 7 + i,
      });
    });
  });
  list.push(one('keep-mask', 'payload', 'u_formatter.payload_q', latentField.bits, 7 + encoderStages(shape)));
  return list;
}
