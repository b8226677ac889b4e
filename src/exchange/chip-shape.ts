import { EconError } from '../base/index.js';
import {
  type EncoderShape,
  encoderLayers,
  encoderShape,
  FIELD_BITS,
  payloadBits,
  type ShapeInput,
  usedBlocks,
  type WeightFormat,
} from '../chip/index.js';
import type { ForeignLayer, ForeignNetwork } from './foreign-network.js';
import { badNetwork } from './network-error.js';

const MOST_WEIGHT_BITS = 6;
const LEAST_WEIGHT_BITS = 2;
const MOST_ACTIVATION_BITS = 12;
const IMAGES = { 1: '8x8', 3: '4x4x3' } as const;

/**
 * The encoder of the chip that computes a foreign network: ECON-T's own where it fits, else a shape with weights as wide
 * as the weight memory holds, each layer in the binary point at which its weights lose least.
 * @param etx links: the latents share what they carry
 * @returns undefined for ECON-T's encoder
 * @throws EconError exchange/network when no encoder does
 */
export function chipShape(network: ForeignNetwork, etx: number, path: string): EncoderShape | undefined {
  const { layers } = network;
  checkChain(network, path);
  if (isEcont(layers)) return undefined;
  const bits = layers.map((layer) => Math.min(8, layer.format?.bits ?? MOST_WEIGHT_BITS));
  let activationBits = MOST_ACTIVATION_BITS;
  for (;;) {
    const shape = encoderShape(shapeInput(layers, bits, activationBits, etx));
    // Accumulators first: fewer bits of activations keep them within the 24 that every engine adds exactly.
    if (!fits(() => encoderLayers(shape))) {
      if (--activationBits < 4) throw badNetwork(path, 'its sums outgrow the 24 bits of an accumulator');
      continue;
    }
    if (fits(() => usedBlocks(shape))) return shape;
    const weights = layers.map(({ kernel }, i) =>
      bits[i] > LEAST_WEIGHT_BITS ? kernel.length * bits[i] : 0,
    );
    const widest = weights.indexOf(Math.max(...weights));
    if (weights[widest] === 0)
      throw badNetwork(
        path,
        `its ${layers.reduce((n, { kernel }) => n + kernel.length, 0)} weights do not fit the weight memory even with ${LEAST_WEIGHT_BITS} bits each`,
        'Train one with fewer filters, units or latents, or with a larger stride.',
      );
    bits[widest]--;
  }
}

/** Does it work without a complaint about the shape? Other errors pass. */
function fits(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch (error) {
    if (error instanceof EconError && error.code === 'chip/bad-shape') return false;
    throw error;
  }
}

function isEcont([conv, dense, ...more]: readonly ForeignLayer[]): boolean {
  const own = (layer: ForeignLayer): boolean =>
    layer.format === undefined ||
    (layer.format.fraction <= 5 && layer.format.bits - 1 <= layer.format.fraction);
  return (
    more.length === 0 &&
    conv.shape.join() === '3,3,1,8' &&
    conv.stride === 2 &&
    dense?.shape.join() === '128,16' &&
    own(conv) &&
    own(dense)
  );
}

function shapeInput(
  layers: readonly ForeignLayer[],
  bits: readonly number[],
  activationBits: number,
  etx: number,
): ShapeInput {
  const formats = layers.map((layer, i) => formatOf(layer, bits[i]));
  const conv = layers[0].kind === 'conv' ? layers[0] : undefined;
  const last = layers[layers.length - 1];
  const latents = last.shape[1];
  const each = Math.min(9, Math.floor(Math.min(FIELD_BITS, payloadBits(etx)) / latents));
  return {
    image: conv ? IMAGES[conv.shape[2] as 1 | 3] : '8x8',
    conv: conv
      ? {
          filters: conv.shape[3],
          kernel: conv.shape[0],
          stride: conv.stride ?? 1,
          weights: formats[0],
          activationBits: heldBits(conv, activationBits),
        }
      : null,
    dense: layers.slice(conv ? 1 : 0, -1).map((layer, i) => ({
      units: layer.shape[1],
      weights: formats[i + (conv ? 1 : 0)],
      activationBits: heldBits(layer, activationBits),
    })),
    latents: {
      bits: new Array<number>(latents).fill(Math.max(1, each)),
      weights: formats[layers.length - 1],
    },
  };
}

/** Bits of a layer's outputs: no more than the network itself keeps. */
function heldBits({ steps }: ForeignLayer, most: number): number {
  return steps?.size === 1 / 128 ? Math.min(most, Math.ceil(Math.log2(steps.largest + 1))) : most;
}

/** The fixed format of so many bits in which the weights of a layer have the least squared error. */
function formatOf({ kernel, format }: ForeignLayer, bits: number): WeightFormat {
  if (format && format.bits <= bits) return format;
  let best = { error: Number.POSITIVE_INFINITY, fraction: 0 };
  for (let fraction = 0; fraction <= 9; fraction++) {
    const half = 2 ** (bits - 1);
    let error = 0;
    for (const weight of kernel) {
      const code = Math.max(-half, Math.min(half - 1, Math.round(weight * 2 ** fraction)));
      error += (code * 2 ** -fraction - weight) ** 2;
    }
    if (error < best.error) best = { error, fraction };
  }
  return { kind: 'fixed', bits, fraction: best.fraction };
}

/** @throws EconError exchange/network naming the first layer that does not follow the one before */
function checkChain({ layers }: ForeignNetwork, path: string): void {
  if (layers.length === 0) throw badNetwork(path, 'there is no layer with weights');
  let inputs = 48;
  layers.forEach(({ name, kind, shape, kernel, bias, stride = 1 }, i) => {
    const text = `layer ${name} (kernel ${shape.join('x')})`;
    if (kernel.length !== shape.reduce((n, v) => n * v, 1))
      throw badNetwork(path, `${text} has ${kernel.length} numbers`);
    const outputs = shape[shape.length - 1];
    if (bias.length !== outputs) throw badNetwork(path, `${text} has ${bias.length} biases`);
    for (const value of [...kernel, ...bias])
      if (!Number.isFinite(value)) throw badNetwork(path, `${text} holds ${value}`);
    if (kind === 'conv') {
      if (i > 0 || shape.length !== 4 || shape[0] !== shape[1] || !(shape[2] in IMAGES))
        throw badNetwork(path, `${text} is no first convolution over 8x8x1 or 4x4x3`);
      const side = shape[2] === 1 ? 8 : 4;
      inputs = Math.ceil(side / stride) ** 2 * outputs;
      return;
    }
    if (shape.length !== 2 || shape[0] !== inputs)
      throw badNetwork(path, `${text} comes after ${inputs} values`);
    inputs = outputs;
  });
  if (layers[layers.length - 1].kind === 'conv') throw badNetwork(path, 'no dense layer gives the latents');
}
