import {
  buildFront,
  type ChipSettings,
  codePosition,
  ETX,
  floatToFixed,
  frontCharges,
  inputFormat,
  normalise,
  outputLinks,
} from '../blocks/index.js';
import { createEmulator, type Layer } from '../chips/index.js';
import {
  activationCount,
  type EncoderShape,
  encode,
  encoderLayers,
  fieldWidths,
  LATENT_BITS,
  latentField,
  readField,
} from '../encoder/index.js';

/** Values of one wafer after each layer, in the order of the probes of that layer. */
export type LayerValues = Readonly<Record<Layer, readonly bigint[]>>;

/**
 * What the integer reference has after each layer of the chip for one row of link words.
 * @param words rows of link words, from the start of the run, so that BX are counted as the chip counts them
 */
export function referenceLayers(settings: ChipSettings, words: Uint32Array, row: number): LayerValues {
  const format = inputFormat(settings);
  const { cells, code: float, links: erx } = format;
  const input = words.subarray(row * erx, (row + 1) * erx);
  const code = (generation: ChipSettings['generation'], m: number): number => {
    const { link, low } = codePosition(generation, m, format);
    return (input[link] >>> low) & ((1 << float.bits) - 1);
  };
  const codes = Array.from({ length: cells }, (_, m) => code('production', m));
  const chosen = Array.from(settings.mux, (m) => (m < cells ? code(settings.generation, m) : 0));
  const charges = frontCharges(buildFront(settings), input, 1);
  const { x, sum, sumCode } = normalise(charges, 1);
  const { shape } = settings.weights;
  const activations = new Uint16Array(activationCount(shape));
  const latents = new Uint16Array(latentField.numbers);
  encode(settings.weights, settings.arithmetic, x, 1, { activations, latents });
  const out = createEmulator(settings).run(words.subarray(0, (row + 1) * erx));
  const links = out.subarray(out.length - ETX, out.length - ETX + outputLinks(settings));
  return {
    'link-input': [...big(codes), BigInt(links[0] >>> 27)],
    mux: big(chosen),
    'float-to-fixed': big(chosen.map((c) => floatToFixed(c, settings.highDensity, float))),
    calibration: big(charges),
    'module-sum': big(sum),
    normaliser: [...big(x), ...big(sumCode)],
    conv: big(activations.subarray(0, convOutputs(shape))),
    hidden: big(activations.subarray(convOutputs(shape))),
    dense: big(readField(fieldWidths(shape.latents), latents, 0)),
    'keep-mask': [payload(latents, settings)],
    formatter: big(links),
  };
}

function convOutputs(shape: EncoderShape): number {
  const [first] = encoderLayers(shape);
  return first.kind === 'conv' ? first.outputs : 0;
}

function big(values: ArrayLike<number>): bigint[] {
  return Array.from(values, BigInt);
}

/** Kept bits of the latents, squeezed toward bit 0 (spec econt-behaviour 9.5). */
function payload(latents: Uint16Array, settings: ChipSettings): bigint {
  let kept = 0n;
  let at = 0n;
  for (let o = 0; o < latentField.numbers; o++) {
    for (let b = 0; b < LATENT_BITS; b++) {
      if (((settings.keepMask >> BigInt(LATENT_BITS * o + b)) & 1n) === 0n) continue;
      kept |= BigInt((latents[o] >> b) & 1) << at++;
    }
  }
  return kept;
}
