import { EconError } from '../../base/index.js';
import { payloadBits } from '../../blocks/index.js';
import {
  ACTIVATION_BITS,
  type EncoderShape,
  econtShape,
  encoderLayers,
  encoderShape,
  LATENT_BITS,
  latentField,
  type ShapeInput,
  usedBlocks,
  type WeightFormat,
  weightBits,
} from '../../encoder/index.js';
import { badNetwork } from '../graph/network-error.js';
import { nearestFormat } from './formats.js';
import type { LoweredLayer } from './lowered.js';

const MOST_WEIGHT_BITS = 6;
const LEAST_WEIGHT_BITS = 2;
type Layer = Omit<LoweredLayer, 'outputs'>;

/** What QKeras models of ECON-T have; the chip itself holds more. A bound below is one that the network means. */
const ECONT_ACTIVATION_BITS = 8;
/** ECON-T's weights end at 31/32: real ones beyond twice that are another network's. */
const MOST_CLIPPED = 2;

/**
 * The encoder of the chip for these layers: ECON-T's own where it fits, else a shape with weights as wide as the weight memory
 * holds, each layer in the binary point at which its weights lose least.
 * @param etx links: the latents share what they carry
 * @throws EconError exchange/network when no encoder does
 */
export function chooseShape(
  layers: readonly Layer[],
  image: '8x8' | '4x4x3',
  etx: number,
  path: string,
): EncoderShape {
  for (const layer of layers)
    for (const value of [...layer.kernel, ...layer.bias])
      if (!Number.isFinite(value)) throw badNetwork(path, `layer ${layer.name} holds ${value}`);
  if (isEcont(layers, image)) return econtShape;
  const bits = layers.map(({ format }) => Math.min(8, format ? weightBits(format) : MOST_WEIGHT_BITS));
  let activationBits = ACTIVATION_BITS;
  for (;;) {
    const input = shapeInput(layers, image, bits, activationBits, etx);
    // Other complaints than about room (too many units, latents) would not end: they are told as they are.
    const shape = encoderShape(input);
    // Accumulators first: fewer bits of activations keep them within the 24 that every engine adds exactly.
    if (!fits(() => encoderLayers(shape))) {
      if (--activationBits < 4) throw badNetwork(path, 'its sums outgrow the 24 bits of an accumulator');
      continue;
    }
    if (fits(() => usedBlocks(shape))) return shape;
    const room = layers.map(({ kernel }, i) => (bits[i] > LEAST_WEIGHT_BITS ? kernel.length * bits[i] : 0));
    const widest = room.indexOf(Math.max(...room));
    if (room[widest] === 0)
      throw badNetwork(
        path,
        `its ${layers.reduce((n, { kernel }) => n + kernel.length, 0)} weights do not fit the weight memory even with ${LEAST_WEIGHT_BITS} bits each`,
        'Train one with fewer filters, units or latents, or with a larger stride.',
      );
    bits[widest]--;
  }
}

/** Does the attempt pass without a complaint about the shape, which other errors are not? */
function fits(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch (error) {
    if (error instanceof EconError && error.code === 'chip/bad-shape') return false;
    throw error;
  }
}

function isEcont([conv, dense, ...more]: readonly Layer[], image: '8x8' | '4x4x3'): boolean {
  const own = ({ format, kernel, activationBits = ACTIVATION_BITS }: Layer): boolean =>
    activationBits >= ECONT_ACTIVATION_BITS &&
    (format === undefined
      ? kernel.every((w) => Math.abs(w) < MOST_CLIPPED)
      : format.kind === 'fixed' && format.fraction <= 5 && format.bits - 1 <= format.fraction);
  return (
    more.length === 0 &&
    image === '8x8' &&
    conv.shape.join() === '3,3,1,8' &&
    conv.stride === 2 &&
    dense?.shape.join() === '128,16' &&
    own(conv) &&
    own(dense)
  );
}

function shapeInput(
  layers: readonly Layer[],
  image: '8x8' | '4x4x3',
  bits: readonly number[],
  most: number,
  etx: number,
): ShapeInput {
  const formats = layers.map((layer, i) => formatOf(layer, bits[i]));
  const conv = layers[0].kind === 'conv' ? layers[0] : undefined;
  const last = layers[layers.length - 1];
  const latents = last.shape[1];
  const each = Math.min(LATENT_BITS, Math.floor(Math.min(latentField.bits, payloadBits(etx)) / latents));
  const held = ({ activationBits = ACTIVATION_BITS }: Layer): number => Math.min(most, activationBits);
  return {
    image: conv ? image : '8x8',
    conv: conv
      ? {
          filters: conv.shape[3],
          kernel: conv.shape[0],
          stride: conv.stride ?? 1,
          weights: formats[0],
          activationBits: held(conv),
        }
      : null,
    dense: layers.slice(conv ? 1 : 0, -1).map((layer, i) => ({
      units: layer.shape[1],
      weights: formats[i + (conv ? 1 : 0)],
      activationBits: held(layer),
    })),
    latents: {
      bits: new Array<number>(latents).fill(Math.max(1, each)),
      weights: formats[layers.length - 1],
    },
  };
}

function formatOf({ kernel, format }: Layer, bits: number): WeightFormat {
  return format && weightBits(format) <= bits ? format : nearestFormat(kernel, bits);
}
