import { type EncoderLayer, type EncoderShape, LATENT_BITS, setBits } from '../../encoder/index.js';
import { type Bits, bits, cat, constant, type Expression, type ModuleBuilder } from '../../hdl/index.js';
import { leaf } from '../build.js';
import type { OutputPlace } from './neurons.js';

/** A latent in so many bits, its low ones and those that it never has included. */
function latent(values: Bits, { lsb, bits: width, zeros }: OutputPlace, total: number): Expression {
  return cat(
    ...(total > width + zeros ? [constant(total - width - zeros, 0)] : []),
    bits(values, lsb, width),
    ...(zeros > 0 ? [constant(zeros, 0)] : []),
  );
}

/** What is sent of each latent, the first lowest. */
export function latentCodes(
  m: ModuleBuilder,
  { latents }: EncoderShape,
  values: Bits,
  places: readonly OutputPlace[],
): Expression {
  const { code, bits: widths } = latents;
  if (code.kind === 'levels') {
    const highestFirst = [...code.thresholds].reverse().map((t) => constant(LATENT_BITS, t));
    const thresholds = highestFirst.reduce((all, { value }) => (all << BigInt(LATENT_BITS)) | value, 0n);
    const parameters = {
      Latents: widths.length,
      Bits: widths[0],
      Levels: code.thresholds.length,
      Thresholds: constant(LATENT_BITS * code.thresholds.length, thresholds),
    };
    return m
      .instance('u_codes', leaf('econ_level_codes', parameters), {
        values_i: cat(...places.map((place) => latent(values, place, LATENT_BITS)).reverse()),
      })
      .out('codes_o', { name: 'latent_codes' });
  }
  const tops = widths.map((width, o) => {
    const { lsb, bits: own, zeros } = places[o];
    const low = Math.max(0, LATENT_BITS - width - zeros);
    if (low >= own) return constant(width, 0);
    const kept = { lsb: lsb + low, bits: own - low, zeros: Math.max(0, zeros - (LATENT_BITS - width)) };
    return latent(values, kept, width);
  });
  if (widths.some((width) => width < LATENT_BITS)) m.unused(values, 'low');
  return cat(...tops.reverse());
}

/** Which latents are the largest, and what is sent of them. */
export function largestField(
  m: ModuleBuilder,
  { latents }: EncoderShape,
  layer: EncoderLayer,
  values: Bits,
  places: readonly OutputPlace[],
  codes_i: Expression,
): Expression {
  const parameters = {
    Latents: layer.outputs,
    ValueBits: layer.outputBits,
    CodeBits: latents.bits[0],
    Count: latents.largest as number,
    SetBits: setBits(latents),
  };
  return m
    .instance('u_largest', leaf('econ_largest_latents', parameters), {
      values_i: cat(...places.map((place) => latent(values, place, layer.outputBits)).reverse()),
      codes_i,
    })
    .out('field_o', { name: 'largest_field' });
}
