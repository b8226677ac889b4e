import {
  type Algorithm,
  CHARGE_BITS,
  CODE_BITS,
  CODES,
  ETX,
  LINEAR_BITS,
  layerSignal,
  outputPlaces,
  RAW_BITS,
  SUM_BITS,
  SUM_CODE_BITS,
} from '../blocks/index.js';
import {
  type EncoderShape,
  encoderLayers,
  encoderStages,
  fieldWidths,
  IMAGE_CELLS,
  INPUT_BITS,
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
export function probesOf(algorithm: Algorithm, latency: number, shape: EncoderShape): Probe[] {
  const list = algorithm.encoder ? [...frontProbes(), ...encoderProbes(shape)] : frontProbes();
  for (let j = 0; j < ETX; j++)
    list.push({
      layer: 'formatter',
      name: `eTx ${j}`,
      index: [j],
      path: 'link_o',
      lsb: 32 * j,
      width: 32,
      latency,
    });
  return list;
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
function frontProbes(): Probe[] {
  return [
    ...cells('link-input', 'code', 'u_link_input.codes_q', CODES, CODE_BITS, 1),
    one('link-input', 'bx', 'u_link_input.bx_q', 5, 1),
    ...cells('mux', 'code', 'u_mux.codes_q', CODES, CODE_BITS, 2),
    ...cells('float-to-fixed', 'linear', 'u_float_to_fixed.linear_q', CODES, LINEAR_BITS, 3),
    ...cells('calibration', 'charge', 'u_calibration.charge_q', CODES, CHARGE_BITS, 4),
  ];
}

/** From charges to the latents after the keep mask. */
function encoderProbes(shape: EncoderShape): Probe[] {
  const list = [
    one('module-sum', 'sum', 'u_normaliser.sum_q', SUM_BITS, 5),
    ...cells('normaliser', 'x', 'u_normaliser.x_q', IMAGE_CELLS, INPUT_BITS, 6),
    one('normaliser', 'sum code', 'u_normaliser.sum_code_q', SUM_CODE_BITS, 6),
  ];
  return [...list, ...layerProbes(shape)];
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
    const side = Math.sqrt(layer.taps.length);
    outputPlaces(layer).places.forEach(({ lsb, bits: width, zeros: shift }, m) => {
      const position = Math.floor(m / layer.channels);
      const index = conv ? [Math.floor(position / side), position % side, m % layer.channels] : [m];
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
  list.push(one('keep-mask', 'payload', 'u_formatter.payload_q', RAW_BITS, 7 + encoderStages(shape)));
  return list;
}
