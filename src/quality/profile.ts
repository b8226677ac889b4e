import { EconError } from '../base/index.js';
import {
  ACTIVATIONS,
  CONV_BIAS_SHIFT,
  CONV_FILTERS,
  CONV_SHIFT,
  convTaps,
  DENSE_BIAS_SHIFT,
  DENSE_SHIFT,
  IMAGE_CELLS,
  LATENT_LARGEST,
  LATENTS,
  signedBits,
  type WidthCertificate,
  widthCertificate,
} from '../chip/index.js';
import type { WaferBatch } from '../dataset/index.js';
import { encoderInput, type Model } from '../model/index.js';
import { columns } from './comparison.js';

/** What a channel of a layer did on a batch of wafers. */
export interface ChannelProfile {
  /** Sums before the rectifier, in units of its output (1/128 for conv, 1/256 for dense). */
  readonly low: number;
  readonly high: number;
  /** Share of values that the rectifier cut to 0. */
  readonly zero: number;
  /** Share of values above the largest that the output can hold; conv has no limit. */
  readonly saturated: number;
  /** Information in what the links carry of it, in bits per wafer; latents only. */
  readonly entropy?: number;
  /** Bits of it that the links carry; latents only. */
  readonly sent?: number;
}

export interface EncoderProfile {
  readonly wafers: number;
  /** Largest input and share of inputs that are 0. */
  readonly input: { readonly high: number; readonly zero: number };
  /** Per filter, over all positions that see a cell. */
  readonly conv: readonly ChannelProfile[];
  /** Per latent. */
  readonly dense: readonly ChannelProfile[];
  readonly certificate: WidthCertificate;
}

/** Collects the values of one channel. */
class Channel {
  low = Number.POSITIVE_INFINITY;
  high = Number.NEGATIVE_INFINITY;
  private count = 0;
  private zeros = 0;
  private over = 0;

  constructor(private readonly limit: number) {}

  see(value: number): void {
    if (value < this.low) this.low = value;
    if (value > this.high) this.high = value;
    this.count++;
    if (value <= 0) this.zeros++;
    else if (value > this.limit) this.over++;
  }

  profile(): ChannelProfile {
    const share = (n: number): number => (this.count === 0 ? 0 : n / this.count);
    const { low, high } = this;
    return { low, high, zero: share(this.zeros), saturated: share(this.over) };
  }
}

/** Ranges and saturation of every layer of a model's integer encoder on these wafers, and the certificate of its widths. */
export function profileEncoder(model: Model, batch: WaferBatch): EncoderProfile {
  const { encoder, arithmetic, latentBits } = model;
  if (encoder.shape) throw shapeNotProfiled();
  const perProduct = arithmetic === 'econt';
  const { x } = encoderInput(batch);
  const conv = Array.from({ length: CONV_FILTERS }, () => new Channel(Number.POSITIVE_INFINITY));
  const dense = Array.from({ length: LATENTS }, () => new Channel(LATENT_LARGEST));
  const sent = Array.from({ length: LATENTS }, () => new Map<number, number>());
  const act = new Int32Array(ACTIVATIONS);
  let high = 0;
  let zeros = 0;
  for (const value of x) {
    if (value > high) high = value;
    if (value === 0) zeros++;
  }
  // Sums as the integer reference makes them (chip/encoder/reference.ts), which keeps only what is behind the rectifier.
  const scaled = (product: number, shift: number): number => (perProduct ? product >> shift : product);
  const whole = (sum: number, shift: number): number => (perProduct ? sum : sum >> shift);
  const biased = (bias: number, up: number, shift: number): number => bias << (perProduct ? up : up + shift);
  for (let row = 0; row < batch.count; row++) {
    for (let p = 0; p < convTaps.length; p++) {
      for (let f = 0; f < CONV_FILTERS; f++) {
        let sum = biased(encoder.convBias[f], CONV_BIAS_SHIFT, CONV_SHIFT);
        for (const { input, kernel } of convTaps[p]) {
          sum += scaled(
            x[row * IMAGE_CELLS + input] * encoder.convKernel[CONV_FILTERS * kernel + f],
            CONV_SHIFT,
          );
        }
        const value = whole(sum, CONV_SHIFT);
        act[CONV_FILTERS * p + f] = Math.max(0, value);
        if (convTaps[p].length > 0) conv[f].see(value);
      }
    }
    for (let o = 0; o < LATENTS; o++) {
      let sum = biased(encoder.denseBias[o], DENSE_BIAS_SHIFT, DENSE_SHIFT);
      for (let m = 0; m < ACTIVATIONS; m++) {
        if (act[m] !== 0) sum += scaled(act[m] * encoder.denseKernel[ACTIVATIONS * o + m], DENSE_SHIFT);
      }
      const value = whole(sum, DENSE_SHIFT);
      dense[o].see(value);
      const code = Math.min(Math.max(value, 0), LATENT_LARGEST) >> (9 - latentBits[o]);
      sent[o].set(code, (sent[o].get(code) ?? 0) + 1);
    }
  }
  return {
    wafers: batch.count,
    input: { high, zero: x.length === 0 ? 0 : zeros / x.length },
    conv: conv.map((c) => c.profile()),
    dense: dense.map((c, o) => ({
      ...c.profile(),
      entropy: entropy(sent[o], batch.count),
      sent: latentBits[o],
    })),
    certificate: widthCertificate(encoder, arithmetic),
  };
}

/** Shannon's entropy of a histogram, in bits. */
function entropy(histogram: ReadonlyMap<number, number>, total: number): number {
  let bits = 0;
  for (const n of histogram.values()) bits -= (n / total) * Math.log2(n / total);
  return bits;
}

/** Text for the user: what was seen, and what is proved for any wafer. */
export function renderProfile(profile: EncoderProfile): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)}`;
  const row = (name: string, c: ChannelProfile): string[] => [
    name,
    String(c.low),
    String(c.high),
    String(signedBits(c.low, c.high)),
    percent(c.zero),
    c.sent === undefined ? '' : percent(c.saturated),
    c.sent === undefined ? '' : String(c.sent),
    c.entropy === undefined ? '' : c.entropy.toFixed(2),
  ];
  const carried = profile.dense.reduce((n, c) => n + (c.sent ?? 0), 0);
  const used = profile.dense.reduce((n, c) => n + (c.entropy ?? 0), 0);
  const { layers, dead, neverSaturated } = profile.certificate;
  return [
    `${profile.wafers} wafers; inputs x up to ${profile.input.high} of 255, ${percent(profile.input.zero)} % of them 0. Sums before the rectifier:`,
    '',
    columns(
      ['channel', 'lowest', 'highest', 'bits', 'zero %', 'saturated %', 'sent bits', 'entropy'],
      [
        ...profile.conv.map((c, f) => row(`filter ${f}`, c)),
        ...profile.dense.map((c, o) => row(`latent ${o}`, c)),
      ],
      ['channel'],
    ),
    `The links carry ${carried} bits of latents, which hold ${used.toFixed(1)} bits of information each for itself.`,
    '',
    'Proved by interval analysis for any wafer and any order of the additions:',
    ...layers.map(
      ({ layer, bits, needed, holds }) =>
        `  ${layer.padEnd(5)} partial sums need ${needed} bits, the accumulators have ${bits}: ${holds ? 'no overflow is possible' : 'OVERFLOW IS POSSIBLE'}`,
    ),
    `  latents that are 0 for every wafer: ${dead.length === 0 ? 'none' : dead.join(', ')}; that nothing saturates: ${neverSaturated.length === 0 ? 'none' : neverSaturated.join(', ')}`,
  ].join('\n');
}

function shapeNotProfiled(): EconError {
  return new EconError({
    code: 'quality/profile-shape',
    where: 'encoder of the model',
    what: "profiles are made of ECON-T's own encoder; this one has a shape of its own.",
    remedy:
      'Its accumulators are sized for the largest sums that any weights and wafers can give: none can overflow.',
  });
}
