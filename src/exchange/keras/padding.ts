import { type Layout, samePads } from '../graph/index.js';
import type { Layer } from './layer.js';

type Two = readonly [number, number];

/** Sides of an image. */
export function rowsAndColumns({ builder }: Layer, value: string, layout: Layout): Two {
  const [a, b, c] = builder.shapeOf(value);
  return layout === 'channels-last' ? [a, b] : [b, c];
}

/** Zeros at the top, left, bottom, right, as the argument `padding` says. @param size of the kernel or window */
export function padsOf(
  layer: Layer,
  value: string,
  layout: Layout,
  size: Two,
  strides: Two,
  dilations: Two = [1, 1],
): readonly [number, number, number, number] {
  const padding = layer.config.text('padding', 'valid');
  if (padding === 'valid') return [0, 0, 0, 0];
  if (padding !== 'same') throw layer.config.odd('padding', padding, "'same' or 'valid'");
  const [rows, columns] = rowsAndColumns(layer, value, layout);
  const [top, bottom] = samePads(rows, size[0], strides[0], dilations[0]);
  const [left, right] = samePads(columns, size[1], strides[1], dilations[1]);
  return [top, left, bottom, right];
}
