import { z } from 'zod';

/** Trigger cells of a wafer, conv outputs (4 x 4 x 8), latents. */
export const INPUTS = 48;
export const ACTIVATIONS = 128;
export const LATENTS = 16;
export const FILTERS = 8;
export const TAPS = 9;

/** What an engine trains: the 8x8 ECON-T encoder in the chip's arithmetic, then a float decoder. */
export const networkSchema = z.object({
  /** `econt`: every product floored before the sum (spec 9.3, 9.4); `exact`: one floor after the sum. */
  arithmetic: z.enum(['econt', 'exact']),
  /** Bits of each of the 16 latents that reach the receiver, 1..9, counted from the top of the 9. */
  latentBits: z.array(z.int().min(1).max(9)).length(LATENTS),
  /** Widths of the decoder's hidden layers (ReLU). */
  hidden: z.array(z.int().min(4).max(2048).multipleOf(4)).max(6),
  /** Last activation of the decoder: 48 fractions of the wafer's charge. */
  activation: z.enum(['softmax', 'sigmoid']),
});
export type Network = z.infer<typeof networkSchema>;

/** A matrix inside the flat parameter vector, row-major [input][output]; a bias has one row. */
export interface Slice {
  readonly name: string;
  readonly offset: number;
  readonly rows: number;
  readonly columns: number;
}

export interface Layout {
  readonly convKernel: Slice;
  readonly convBias: Slice;
  readonly denseKernel: Slice;
  readonly denseBias: Slice;
  readonly decoder: readonly { readonly kernel: Slice; readonly bias: Slice }[];
  /** Parameters of the encoder come first: 0 .. encoderSize-1. */
  readonly encoderSize: number;
  readonly size: number;
}

/** Where each tensor lies in the flat parameter vector that engines, Adam and checkpoints share. */
export function parameterLayout(network: Network): Layout {
  let offset = 0;
  const slice = (name: string, rows: number, columns: number): Slice => {
    const at = { name, offset, rows, columns };
    offset += rows * columns;
    return at;
  };
  const convKernel = slice('convKernel', TAPS, FILTERS);
  const convBias = slice('convBias', 1, FILTERS);
  const denseKernel = slice('denseKernel', ACTIVATIONS, LATENTS);
  const denseBias = slice('denseBias', 1, LATENTS);
  const encoderSize = offset;
  const widths = [LATENTS, ...network.hidden, INPUTS];
  const decoder = widths.slice(1).map((width, i) => ({
    kernel: slice(`decoder${i}.kernel`, widths[i], width),
    bias: slice(`decoder${i}.bias`, 1, width),
  }));
  return { convKernel, convBias, denseKernel, denseBias, decoder, encoderSize, size: offset };
}

/** The 6-bit integer that the chip holds for a latent float weight: nearest k of k/32, -32..31. */
export function weightCode(value: number): number {
  return Math.max(-32, Math.min(31, Math.round(value * 32)));
}

/**
 * Which pixel of the compact 48-value image meets which tap for each output position of the 3x3, stride-2
 * convolution (spec 9.2, 9.3). Masked and padding pixels are left out: their products are zero.
 * `byPosition[p]` lists (pixel, tap); `byTap[t]` lists (pixel, position).
 */
export function convTables(): { byPosition: [number, number][][]; byTap: [number, number][][] } {
  const byPosition: [number, number][][] = [];
  const byTap: [number, number][][] = Array.from({ length: TAPS }, () => []);
  for (let position = 0; position < 16; position++) {
    const pairs: [number, number][] = [];
    for (let tap = 0; tap < TAPS; tap++) {
      const row = 2 * (position >> 2) + Math.floor(tap / 3);
      const column = 2 * (position & 3) + (tap % 3);
      if (row > 7 || column > 7 || (row > 3 && column > 3)) continue;
      const pixel = row < 4 ? 8 * row + column : 32 + 4 * (row - 4) + column;
      pairs.push([pixel, tap]);
      byTap[tap].push([pixel, position]);
    }
    byPosition.push(pairs);
  }
  return { byPosition, byTap };
}
