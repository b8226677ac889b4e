import { atOnce, type Pieces } from '../base/index.js';
import type { WaferBatch } from '../dataset/index.js';
import { cellsOf } from '../detector/index.js';
import {
  encoderLayers,
  LATENT_LARGEST,
  latentCode,
  layerOutputs,
  signedBits,
  type WidthCertificate,
  widthCertificate,
} from '../encoder/index.js';
import { checkDetector, encoderInput, type Model } from '../model/index.js';
import { columns } from './comparison.js';

/** What a channel of a layer did on a batch of wafers. */
export interface ChannelProfile {
  /** Sums before the rectifier, in units of its output (1/256 for latents, 1/128 before). */
  readonly low: number;
  readonly high: number;
  /** Share of values that the rectifier cut to 0. */
  readonly zero: number;
  /** Share of values above the largest that the output can hold. */
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
  /** Layers before the latents: per filter over all positions that see a cell, or per unit. */
  readonly hidden: readonly { readonly layer: string; readonly channels: readonly ChannelProfile[] }[];
  readonly latents: readonly ChannelProfile[];
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

/** Wafers between two stops. */
const ROWS_OF_A_PIECE = 256;

/** Ranges and saturation of every layer of a model's integer encoder on these wafers, and the certificate of its widths. */
export function profileEncoder(model: Model, batch: WaferBatch): EncoderProfile {
  return atOnce(profileInPieces(model, batch));
}

/** As profileEncoder, for work that can be interrupted. */
export function* profileInPieces(model: Model, batch: WaferBatch): Pieces<EncoderProfile> {
  const { encoder, arithmetic, latentBits } = model;
  const { shape } = encoder;
  const layers = encoderLayers(shape);
  checkDetector(model, batch);
  const { x } = encoderInput(batch);
  const cells = cellsOf(batch);
  let high = 0;
  let zeros = 0;
  for (const value of x) {
    if (value > high) high = value;
    if (value === 0) zeros++;
  }
  const channels = layers.map(({ channels: n, outputs, kind, largest }) =>
    Array.from({ length: kind === 'conv' ? n : outputs }, () => new Channel(largest)),
  );
  const { bits, code } = shape.latents;
  const sent = bits.map(() => new Map<number, number>());
  const run = layerOutputs(encoder, arithmetic, 'sums');
  for (let row = 0; row < batch.count; row++) {
    if (row % ROWS_OF_A_PIECE === 0) yield;
    const sums = run(x.subarray(row * cells, (row + 1) * cells));
    layers.forEach(({ taps, channels: n, kind }, depth) => {
      const own = channels[depth];
      if (kind === 'conv')
        taps.forEach((list, p) => {
          if (list.length > 0) for (let f = 0; f < n; f++) own[f].see(sums[depth][n * p + f]);
        });
      else for (let o = 0; o < own.length; o++) own[o].see(sums[depth][o]);
    });
    sums[layers.length - 1].forEach((value, o) => {
      const word = latentCode(code, bits[o], Math.min(Math.max(value, 0), LATENT_LARGEST));
      const carried = word >> (bits[o] - Math.min(bits[o], latentBits[o]));
      sent[o].set(carried, (sent[o].get(carried) ?? 0) + 1);
    });
  }
  const profiles = channels.map((list) => list.map((c) => c.profile()));
  const last = layers.length - 1;
  return {
    wafers: batch.count,
    input: { high, zero: x.length === 0 ? 0 : zeros / x.length },
    hidden: layers.slice(0, -1).map(({ name }, depth) => ({ layer: name, channels: profiles[depth] })),
    latents: profiles[last].map((c, o) => ({
      ...c,
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
    percent(c.saturated),
    c.sent === undefined ? '' : String(c.sent),
    c.entropy === undefined ? '' : c.entropy.toFixed(2),
  ];
  const carried = profile.latents.reduce((n, c) => n + (c.sent ?? 0), 0);
  const used = profile.latents.reduce((n, c) => n + (c.entropy ?? 0), 0);
  const { layers, dead, neverSaturated } = profile.certificate;
  return [
    `${profile.wafers} wafers; inputs x up to ${profile.input.high} of 255, ${percent(profile.input.zero)} % of them 0. Sums before the rectifier:`,
    '',
    columns(
      ['channel', 'lowest', 'highest', 'bits', 'zero %', 'saturated %', 'sent bits', 'entropy'],
      [
        ...profile.hidden.flatMap(({ layer, channels }) =>
          channels.map((c, f) => row(`${layer === 'conv' ? 'filter' : `${layer} unit`} ${f}`, c)),
        ),
        ...profile.latents.map((c, o) => row(`latent ${o}`, c)),
      ],
      ['channel'],
    ),
    `The links carry ${carried} bits of latents, which hold ${used.toFixed(1)} bits of information each for itself.`,
    '',
    'Proved by interval analysis for any wafer and any order of the additions:',
    ...layers.map(
      ({ layer, bits, needed, holds }) =>
        `  ${layer.padEnd(7)} partial sums need ${needed} bits, the accumulators have ${bits}: ${holds ? 'no overflow is possible' : 'OVERFLOW IS POSSIBLE'}`,
    ),
    `  latents that are 0 for every wafer: ${dead.length === 0 ? 'none' : dead.join(', ')}; that nothing saturates: ${neverSaturated.length === 0 ? 'none' : neverSaturated.join(', ')}`,
  ].join('\n');
}
