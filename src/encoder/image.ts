import { image4x4x3, imageOrder, imagePosition, triggerCells } from '../detector/index.js';
import type { EncoderShape } from './shape.js';

/** What the first layer of an encoder sees. */
export interface EncoderImage {
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
  /** [(row columns + column) channels + channel] -> input, -1 where the image is masked. */
  readonly inputs: Int32Array;
  /** Centre of each input: of HGCAL in cm, of an image with numbers of its own in pixels. */
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/**
 * The image of a shape. '8x8' is that of ECON-T, whose rows 0..3 hold 8 cells each, rows 4..7 hold 4 (spec econt-behaviour
 * 9.2); '4x4x3' the three rhombi.
 */
export function imageOf({ image }: Pick<EncoderShape, 'image'>): EncoderImage {
  if (typeof image === 'object') {
    const { rows, columns, masked } = image;
    const places = Array.from({ length: rows * columns }, (_, place) => place);
    const seen = places.filter((place) => !masked.includes(place));
    return {
      rows,
      columns,
      channels: 1,
      inputs: Int32Array.from(places, (place) => seen.indexOf(place)),
      x: Float64Array.from(seen, (place) => place % columns),
      y: Float64Array.from(seen, (place) => -Math.floor(place / columns)),
    };
  }
  const x = Float64Array.from(imageOrder, (cell) => triggerCells[cell].x);
  const y = Float64Array.from(imageOrder, (cell) => triggerCells[cell].y);
  if (image === '4x4x3') {
    const inputs = image4x4x3.map((cell) => imagePosition[cell]);
    return { rows: 4, columns: 4, channels: 3, inputs, x, y };
  }
  const inputs = Int32Array.from({ length: 64 }, (_, place) => {
    const [row, column] = [place >> 3, place & 7];
    if (row < 4) return place;
    return column < 4 ? 32 + 4 * (row - 4) + column : -1;
  });
  return { rows: 8, columns: 8, channels: 1, inputs, x, y };
}

/** As in sentences: '8x8'. */
export function imageText({ image }: Pick<EncoderShape, 'image'>): string {
  return typeof image === 'object' ? `${image.rows}x${image.columns}` : image;
}
