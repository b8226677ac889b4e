import { type Four, type Layout, samePads, type Two } from '../graph/index.js';
import type { Layer } from './layer.js';

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
): Four {
  const padding = layer.config.text('padding', 'valid');
  if (padding === 'valid') return [0, 0, 0, 0];
  if (padding !== 'same') throw layer.config.odd('padding', padding, "'same' or 'valid'");
  return samePads(rowsAndColumns(layer, value, layout), size, strides, dilations);
}
