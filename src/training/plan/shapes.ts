import { EconError } from '../../base/index.js';
import { latentBits, payloadBits } from '../../blocks/index.js';
import type { WaferBatch } from '../../dataset/index.js';
import { cellsOf, type Detector } from '../../detector/index.js';
import {
  badShape,
  type EncoderShape,
  econtShape,
  encoderShape,
  imageOf,
  imageText,
  LATENT_BITS,
  latentField,
  MOST_CHOSEN_FROM,
  type ShapeInput,
} from '../../encoder/index.js';
import { cellLevels, largestCells } from './recommend.js';

/** What a named shape needs to be made: the links, and the wafers that levels are placed by. */
export interface ShapeContext {
  readonly etx: number;
  readonly wafers: WaferBatch;
}

export interface NamedShape {
  readonly name: string;
  readonly about: string;
  readonly make: (context: ShapeContext) => EncoderShape;
}

const six = { kind: 'fixed', bits: 6, fraction: 5 } as const;

/** As many latents of `bits` bits each as the links carry, at most `most`. */
function uniform(etx: number, bits: number, most = MOST_CHOSEN_FROM): number[] {
  return new Array<number>(
    Math.min(most, Math.floor(Math.min(latentField.bits, payloadBits(etx)) / bits)),
  ).fill(bits);
}

/** Bits that each of ECON-T's 16 latents has on so many links. */
function latents16(etx: number): number[] {
  return new Array<number>(latentField.numbers).fill(
    Math.min(LATENT_BITS, Math.floor(payloadBits(etx) / latentField.numbers)),
  );
}

const fixed = (about: string, make: (etx: number) => ShapeInput) => ({
  about,
  make: ({ etx }: ShapeContext) => encoderShape(make(etx)),
});

/** Shapes that have a name. The recommendation is measured in docs/encoder-shapes.md. */
export const namedShapes: readonly NamedShape[] = Object.entries({
  'econt-8x8': {
    about: "ECON-T's encoder: conv 3x3 stride 2, 8 filters, 16 latents",
    make: () => econtShape,
  },
  best: {
    about:
      'what is recommended for the links and wafers: the largest cells, all cells, or conv and 24 latents',
    make: ({ etx, wafers }: ShapeContext) => bestShape(etx, wafers),
  },
  cells: {
    about: 'a latent per cell, in levels placed by the training wafers; as many bits as the links carry',
    make: ({ etx, wafers }: ShapeContext) => cellLevels(wafers, cellBits(etx, cellsOf(wafers))),
  },
  largest: {
    about:
      'the largest cells, in levels placed by the training wafers: the number of their set, then a code each',
    make: ({ etx, wafers }: ShapeContext) =>
      (largestCells(wafers, bitsToSend(etx)) ?? { shape: econtShape }).shape,
  },
  latents24: {
    about: 'as ECON-T, with 24 latents of 6 bits, of which the links carry as many as they can',
    make: latents24,
  },
  rhombi: fixed('4x4x3 image of the first design: conv 3x3 stride 1, 8 filters, 16 latents', (etx) => ({
    image: '4x4x3',
    conv: { filters: 8, kernel: 3, stride: 1, weights: six },
    // Three image channels take three times the kernel: six bits for all would not fit the weight memory.
    latents: { bits: latents16(etx), weights: { kind: 'fixed', bits: 5, fraction: 4 } },
  })),
  fields: fixed('latents of 3 bits, each of the 6 cells around its place', (etx) => ({
    latents: { bits: uniform(etx, 3), cells: 6, weights: { kind: 'fixed', bits: 6, fraction: 3 } },
  })),
  dense: fixed('no convolution: 24 units, then latents of 3 bits', (etx) => ({
    dense: [{ units: 24, weights: { kind: 'fixed', bits: 5, fraction: 3 } }],
    latents: { bits: uniform(etx, 3), weights: { kind: 'fixed', bits: 5, fraction: 3 } },
  })),
  ternary: fixed('as ECON-T, with weights -1, 0 and +1', (etx) => ({
    conv: { filters: 8, weights: { kind: 'ternary', fraction: 1 } },
    latents: { bits: latents16(etx), weights: { kind: 'ternary', fraction: 2 } },
  })),
  binary: fixed('as ECON-T, with weights -1 and +1', (etx) => ({
    conv: { filters: 8, weights: { kind: 'binary', fraction: 1 } },
    latents: { bits: latents16(etx), weights: { kind: 'binary', fraction: 3 } },
  })),
  'power-of-two': fixed(
    'as ECON-T, with weights that are powers of two: shifts instead of multipliers',
    (etx) => ({
      conv: { filters: 8, weights: { kind: 'power-of-two', bits: 3, fraction: 2 } },
      latents: { bits: latents16(etx), weights: { kind: 'power-of-two', bits: 3, fraction: 2 } },
    }),
  ),
}).map(([name, shape]) => ({ name, ...shape }));

/** As many bits as the latents of ECON-T's encoder have on these links: encoders are compared at equal bits. */
function bitsToSend(etx: number): number {
  return latentField.numbers * latentBits(etx);
}

function cellBits(etx: number, cells: number): number {
  return Math.min(3, Math.floor(payloadBits(etx) / cells));
}

function latents24(): EncoderShape {
  return encoderShape({
    conv: { filters: 8, weights: { kind: 'fixed', bits: 5, fraction: 4 } },
    // Weights of four bits: half as many latents again in the same weight memory.
    latents: { bits: new Array<number>(24).fill(6), weights: { kind: 'fixed', bits: 4, fraction: 3 } },
  });
}

/** Share of the charge that the cells that are sent must hold, or a convolution tells more (measured: docs/encoder-shapes.md). */
const LEAST_CARRIED = 0.5;

function bestShape(etx: number, wafers: WaferBatch): EncoderShape {
  const cells = cellsOf(wafers) > MOST_CHOSEN_FROM ? undefined : largestCells(wafers, bitsToSend(etx));
  if (cells && cells.carried >= LEAST_CARRIED) return cells.shape;
  // One link carries a bit of 16 latents and nothing of 8 more.
  return etx > 1 ? latents24() : econtShape;
}

/** The shape of a name. @throws EconError training/unknown-shape */
export function namedShape(name: string, context: ShapeContext): EncoderShape {
  const found = namedShapes.find((shape) => shape.name === name);
  if (found) return found.make(context);
  throw new EconError({
    code: 'training/unknown-shape',
    where: 'encoder shape',
    what: `there is none called ${name}.`,
    remedy: `Take one of ${namedShapes.map((shape) => shape.name).join(', ')}, or a YAML file with a shape.`,
  });
}

/**
 * A shape on the cells of a detector: where it says no other image than ECON-T's, it gets that of the detector.
 * @throws EconError chip/bad-shape when its image has other cells
 */
export function onDetector(shape: EncoderShape, detector: Detector): EncoderShape {
  const { rows, columns, cells: pixels } = detector.image;
  const masked = [...pixels.keys()].filter((place) => pixels[place] < 0);
  const own = detector.description !== undefined && shape.image === '8x8';
  const placed = own ? encoderShape({ ...shape, image: { rows, columns, masked } }) : shape;
  const cells = imageOf(placed).x.length;
  if (cells !== detector.cells || (detector.description !== undefined && typeof placed.image === 'string'))
    throw badShape(
      'image',
      `${imageText(placed)} has ${cells} cells, a module of ${detector.name} ${detector.cells} of its own.`,
    );
  return placed;
}
