import type { ChipDifference, LayerDifference } from './difference.js';

/**
 * What an import tells of the difference between a network and the chip, in words.
 * @param notes what the chip does otherwise, see LoweredNetwork
 */
export function renderDifference(
  { bitExact, wafers, layers }: ChipDifference,
  notes: readonly string[],
): string {
  const values = layers.reduce((n, layer) => n + layer.values, 0).toLocaleString('en');
  if (bitExact)
    return `Bit-exact: on ${wafers} wafers the chip and the network, executed as its own tool computes it, agree in all ${values} values of every layer.`;
  return [
    'Not bit-exact: the chip computes something else than the network, executed as its own tool computes it.',
    `Chip minus network on ${wafers} wafers (${values} values):`,
    ...layers.map(layerText),
    ...(notes.length === 0
      ? [
          'Causes: weights of few bits, floors (of every product in arithmetic econt, of every sum in exact), saturation.',
        ]
      : ['Causes: weights of few bits, floors, saturation, and:', ...notes.map((note) => `  ${note}`)]),
  ].join('\n');
}

function layerText(layer: LayerDifference): string {
  const { unit, values, equal, weights } = layer;
  const step = `1/${Math.round(1 / unit)}`;
  const share = (of: number): string => `${(100 * of).toFixed(1)} %`;
  const beyond = [
    ...(layer.saturated > 0
      ? [`${share(layer.saturated)} of the network's values are above the chip's largest`]
      : []),
    ...(layer.negative > 0 ? [`${share(layer.negative)} are below 0`] : []),
  ];
  const lines = [
    `  ${layer.layer.padEnd(8)} mean ${signed(layer.mean)}, rms ${layer.rms.toFixed(2)}, at most ${layer.largest.toFixed(1)} steps of ${step}; ${share(equal / values)} equal (${layer.name})`,
    ...beyond.map((text) => `           ${text}`),
  ];
  if (weights)
    lines.push(
      `           weights of ${weights.bits} bits in units of 1/${2 ** weights.fraction}: ${weights.exact} of ${weights.count} are held as they are${
        weights.exact === weights.count ? '' : `, the others move by up to ${weights.largest.toFixed(4)}`
      }`,
    );
  return lines.join('\n');
}

function signed(value: number): string {
  const text = value.toFixed(2);
  return value > 0 ? `+${text}` : text;
}
