import { z } from 'zod';
import { EconError, readJson, readText } from '../base/index.js';
import {
  ACTIVATIONS,
  CONV_FILTERS,
  CONV_KERNEL_SIDE,
  type EncoderWeights,
  LATENTS,
  readSettings,
} from '../chip/index.js';
import { type FloatEncoder, quantise, type WeightRounding } from './float-encoder.js';

/** An encoder from elsewhere: integer weights of the chip, and the real ones when it has real ones. */
export interface ForeignEncoder {
  /** What was read, for provenance: `Keras tensors`, `ECON-T settings`. */
  readonly kind: string;
  readonly weights: EncoderWeights;
  readonly network?: FloatEncoder;
}

const tensorsSchema = z.object({
  tensors: z.record(
    z.string(),
    z.object({ shape: z.array(z.int().min(1)), data: z.array(z.number().or(z.string())) }),
  ),
});

/** Shapes of the encoder, as Keras has them, and what they are. */
const wanted = {
  convKernel: [CONV_KERNEL_SIDE, CONV_KERNEL_SIDE, 1, CONV_FILTERS],
  convBias: [CONV_FILTERS],
  denseKernel: [ACTIVATIONS, LATENTS],
  denseBias: [LATENTS],
} as const;

/**
 * Reads an encoder: tensors as JSON (`{"tensors": {NAME: {"shape": [...], "data": [...]}}}`, the order of Keras), or the
 * Encoder block of an ECON-T settings file, whose integers are taken as they are.
 * @throws EconError exchange/... naming file, tensor and what does not fit the 8x8 encoder; chip/... for settings
 */
export function readEncoder(path: string, rounding: WeightRounding): ForeignEncoder {
  if (/\.ya?ml(\.gz)?$/i.test(path)) return { kind: 'ECON-T settings', weights: readSettings(path).weights };
  if (!/\.json$/i.test(path)) throw unknownFormat(path);
  const parsed = tensorsSchema.safeParse(readJson(path, 'Give tensors as JSON, see econ import --help.'));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw bad(path, `${issue.path.join('.') || 'the file'}: ${issue.message}`);
  }
  const network = findEncoder(path, parsed.data.tensors);
  return { kind: 'Keras tensors', weights: quantise(network, rounding), network };
}

type Tensors = z.infer<typeof tensorsSchema>['tensors'];

function findEncoder(path: string, tensors: Tensors): FloatEncoder {
  const encoder = Object.entries(tensors).filter(([name]) => !/decoder/i.test(name));
  const find = (part: keyof typeof wanted): Float64Array => {
    const shape = wanted[part];
    const kind = part.endsWith('Kernel') ? 'kernel' : 'bias';
    const fits = encoder.filter(([name, t]) => name.endsWith(kind) && t.shape.join() === shape.join());
    if (fits.length !== 1) {
      const have = encoder.map(([name, t]) => `${name} ${t.shape.join('x')}`).join(', ') || 'none';
      throw bad(
        path,
        `${fits.length === 0 ? 'no' : 'more than one'} tensor NAME/${kind} of ${shape.join('x')} (${part}) fits the 8x8 encoder; tensors of the encoder: ${have}`,
      );
    }
    const [name, { data }] = fits[0];
    const size = shape.reduce<number>((n, v) => n * v, 1);
    if (data.length !== size) throw bad(path, `tensor ${name} has ${data.length} numbers instead of ${size}`);
    return Float64Array.from(data, (text, i) => {
      const value = typeof text === 'string' && text.trim() === '' ? Number.NaN : Number(text);
      if (!Number.isFinite(value)) throw bad(path, `tensor ${name}, number ${i}: ${JSON.stringify(text)}`);
      return value;
    });
  };
  return {
    convKernel: find('convKernel'),
    convBias: find('convBias'),
    denseKernel: find('denseKernel'),
    denseBias: find('denseBias'),
  };
}

function bad(path: string, what: string): EconError {
  return new EconError({
    code: 'exchange/tensors',
    where: path,
    what: `${what}.`,
    remedy: 'The encoder has a 3x3x1x8 and a 128x16 kernel with their biases, in the order of Keras.',
  });
}

function unknownFormat(path: string): EconError {
  readText(path); // a file that is not there is the first thing to say
  return new EconError({
    code: 'exchange/format',
    where: path,
    what: 'this kind of file is not known.',
    remedy: 'Give tensors as .json or ECON-T settings as .yaml.',
  });
}
