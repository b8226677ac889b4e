import { type GraphBuilder, halfEven, type Rounding, scalar, type Tensor } from '../graph/index.js';
import { Config } from './config.js';
import type { Weights } from './weights.js';

const ROUNDINGS: Readonly<Record<string, Rounding>> = {
  TRN: 'floor',
  RND: 'half-up',
  RND_CONV: 'half-even',
  TRN_ZERO: 'to-zero',
  RND_ZERO: 'half-to-zero',
  RND_MIN_INF: 'half-down',
  RND_INF: 'half-away',
};

/** How bits were trained, and where they lie in the weights. */
const TRAINING = /^(place|[kbif]0|[bif][cr]|i_decay_speed|qnoise_factor|(homo|hetero)geneous_axis)$/;

/**
 * A quantizer of HGQ2 (hgq/quantizer): fixed point with its bits per number, in the weights of the layer. k: with sign;
 * i: integer bits; f: fraction bits, or b: bits without the sign, f = b - i. No bits at all: 0.
 * @param part `iq`, `kq`, `bq`, `oq`: which of the layer's
 * @param given QuantizerConfig as it is stored
 */
export function hgqQuantise(
  { builder, weights, config: layer }: { builder: GraphBuilder; weights: Weights; config: Config },
  value: string,
  part: string,
  given: unknown,
): string {
  const entries = (given as { config?: Record<string, unknown> } | undefined)?.config;
  if (!entries) throw layer.odd(`${part}_conf`, given, 'a QuantizerConfig');
  const config = new Config(entries, `${layer.where}, quantizer ${part}`, layer.path);
  const kind = config.text('q_type');
  if (kind === 'dummy') return value;
  if (kind !== 'kif' && kind !== 'kbi')
    throw config.error(
      `is of type '${kind}'`,
      'HGQ2 quantizers are read in their fixed-point kinds kif and kbi.',
    );
  config.only('scaler');
  config.only('affine');
  config.only('bw_mapper');
  const mode = config.text('round_mode').toUpperCase();
  const rounding = ROUNDINGS[mode.replace(/^S_/, '')];
  if (!rounding) throw config.odd('round_mode', mode, `one of ${Object.keys(ROUNDINGS).join(', ')}`);
  const overflow = config.text('overflow_mode').toUpperCase();
  if (!['SAT', 'SAT_SYM', 'SYM', 'WRAP'].includes(overflow))
    throw config.odd('overflow_mode', overflow, 'SAT, SAT_SYM or WRAP');
  const isWeight = config.flag('is_weight', false);
  config.finish(TRAINING);

  // Trained variables come first; in WRAP mode the integer bits are not trained.
  const wraps = overflow === 'WRAP';
  const order =
    kind === 'kbi' ? (wraps ? ['b', 'k', 'i'] : ['b', 'i', 'k']) : wraps ? ['f', 'k', 'i'] : ['i', 'f', 'k'];
  const bits = (name: string): Tensor =>
    withoutBatch(weights.take(`${part}/${name}`, order.indexOf(name)), builder.shapeOf(value));
  const k = bits('k');
  const i = bits('i').data.map(halfEven);
  const f = kind === 'kif' ? bits('f').data.map(halfEven) : bits('b').data.map((b, j) => halfEven(b) - i[j]);
  const whole = i.map((v, j) => Math.max(v, -f[j]));
  const empty = (j: number): boolean => k.data[j] + i[j] + f[j] <= 0;
  const shape = k.shape;
  const tensor = (of: (j: number) => number): Tensor => ({ shape, data: k.data.map((_, j) => of(j)) });
  // Weights in WRAP mode fit by construction: they are only rounded.
  const free = wraps && isWeight && (kind === 'kif' || rounding === 'half-up');
  const infinite = Number.POSITIVE_INFINITY;
  const above = tensor((j) => (empty(j) ? 0 : free ? infinite : 2 ** (whole[j] + f[j]) - 1));
  const below = tensor((j) => {
    if (empty(j)) return 0;
    if (free) return -infinite;
    const most = 2 ** (whole[j] + f[j]);
    return k.data[j] === 0 ? 0 : overflow === 'SAT' || wraps ? -most : 1 - most;
  });
  return builder.add(
    `${layer.where.split(' ')[1]} ${part}`,
    {
      kind: 'quantise',
      scale: tensor((j) => 2 ** -f[j]),
      zeroPoint: scalar(0),
      low: below,
      high: above,
      rounding,
      ...(wraps && !free ? { overflow: 'wrap' as const } : {}),
    },
    [value],
  );
}

/** Bits of values carry the side of 1 of the batch. */
function withoutBatch({ shape, data }: Tensor, of: readonly number[]): Tensor {
  return { shape: shape.length > of.length && shape[0] === 1 ? shape.slice(1) : shape, data };
}
