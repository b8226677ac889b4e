import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import {
  type CodeOf,
  EconError,
  readBytes,
  readJson,
  readText,
  STANDARD_INPUT,
  sha256,
  writeFileAtomic,
} from '../base/index.js';
import { detectorOf } from '../detector/index.js';
import { encoderShape, imageCells, packWeights, unpackWeights, WEIGHT_BYTES } from '../encoder/index.js';
import { CHARGE_INPUTS } from './code-charges.js';
import { contextInputs, decoderContexts } from './context.js';
import { type DenseLayer, WIDEST_LAYER } from './decoder.js';
import { latentLevels, levelInputs } from './levels.js';
import { type Model, modelHeaderSchema } from './model.js';

export const MODEL_FILE = 'model.json';
export const WEIGHTS_FILE = 'weights.bin';

const REMEDY =
  'Train the model again with `econ train`, or copy both model.json and weights.bin from its source.';

const width = z.int().min(1).max(WIDEST_LAYER);
const fileSchema = modelHeaderSchema.extend({
  decoder: z.object({
    activation: z.enum(['softmax', 'sigmoid']),
    context: z.enum(decoderContexts).default('none'),
    levels: z.array(z.int().min(0).max(9)).optional(),
    charges: z.array(z.number().min(0).max(511)).min(2).max(512).optional(),
    skip: z.boolean().optional(),
    layers: z
      .array(z.object({ inputs: width, outputs: width }))
      .min(1)
      .max(16),
  }),
  /** weights.bin: the bytes of the weight registers, then per layer kernel and bias in float32, little-endian. */
  weights: z.object({ file: z.literal(WEIGHTS_FILE), bytes: z.int(), sha256: z.string().length(64) }),
  /** Of the text of model.json itself, with nothing between the quotes here. */
  sha256: z.string().optional(),
});

/**
 * Writes model.json and weights.bin, each atomically; the same model gives the same bytes.
 * @param folder is created when missing
 * @throws EconError when it cannot be written, or the model breaks the schema
 */
export function saveModel(folder: string, model: Model): void {
  const { encoder, decoder, ...header } = model;
  const bytes = weightBytes(model);
  const file = {
    ...header,
    decoder: {
      activation: decoder.activation,
      context: decoder.context,
      ...(decoder.levels ? { levels: decoder.levels } : {}),
      ...(decoder.charges ? { charges: decoder.charges } : {}),
      ...(decoder.skip ? { skip: true } : {}),
      layers: decoder.layers.map(({ inputs, outputs }) => ({ inputs, outputs })),
    },
    weights: { file: WEIGHTS_FILE, bytes: bytes.length, sha256: sha256(bytes) },
  };
  const path = join(folder, MODEL_FILE);
  checkChain(fileSchema.parse(file), path);
  // Weights first: whoever finds model.json finds what it speaks of.
  writeFileAtomic(join(folder, WEIGHTS_FILE), bytes);
  writeFileAtomic(path, sealed(file));
}

const UNSEALED = '"sha256": ""\n}\n';
const SEALED = /"sha256": "([0-9a-f]{64})"\n}\n$/;

/** The description as text, which ends with the hash of itself. */
function sealed(description: object): string {
  const text = `${JSON.stringify({ ...description, sha256: '' }, null, 2)}\n`;
  return `${text.slice(0, -UNSEALED.length)}"sha256": "${sha256(text)}"\n}\n`;
}

function checkSeal(path: string): void {
  const text = readText(path);
  const [seal, hash] = SEALED.exec(text) ?? [];
  if (seal === undefined) throw modelError('hash', path, 'does not end with the SHA-256 of itself.');
  if (sha256(text.slice(0, -seal.length) + UNSEALED) !== hash)
    throw modelError('hash', path, 'was altered after it was written (its SHA-256 differs).');
}

/**
 * Reads a model.
 * @param path the folder, or its model.json
 * @throws EconError model/... when a file is missing, foreign, of another version, cut off or altered
 */
export function loadModel(path: string): Model {
  if (path === STANDARD_INPUT)
    throw new EconError({
      code: 'base/no-file',
      where: path,
      what: 'a model is a folder with two files, and standard input is one.',
      remedy: 'Give the folder.',
    });
  const isFolder = basename(path) !== MODEL_FILE && existsSync(path) && statSync(path).isDirectory();
  const jsonPath = isFolder ? join(path, MODEL_FILE) : path;
  const file = parseHeader(readJson(jsonPath, REMEDY), jsonPath);
  const binaryPath = join(dirname(jsonPath), WEIGHTS_FILE);
  const bytes = readBytes(binaryPath);
  checkChain(file, jsonPath);
  const shape = encoderShape(file.shape);
  const floats = file.decoder.layers.reduce((sum, l) => sum + (l.inputs + 1) * l.outputs, 0);
  const expected = WEIGHT_BYTES + 4 * floats;
  const bad = (code: CodeOf<'model'>, what: string): EconError => modelError(code, binaryPath, what);
  if (bytes.length !== expected || file.weights.bytes !== expected)
    throw bad('size', `has ${bytes.length} bytes; model.json describes ${expected}.`);
  if (sha256(bytes) !== file.weights.sha256)
    throw bad('hash', 'is not the file that model.json was written with (SHA-256 differs).');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = WEIGHT_BYTES;
  const take = (n: number): Float32Array => {
    const values = new Float32Array(n);
    for (let i = 0; i < n; i++, at += 4) values[i] = view.getFloat32(at, true);
    if (!values.every(Number.isFinite)) throw bad('value', 'holds a decoder weight that is not finite.');
    return values;
  };
  const layers: DenseLayer[] = file.decoder.layers.map(({ inputs, outputs }) => ({
    inputs,
    outputs,
    kernel: take(inputs * outputs),
    bias: take(outputs),
  }));
  checkSeal(jsonPath);
  const { decoder, weights: _, sha256: __, ...header } = file;
  return {
    ...header,
    encoder: unpackWeights(bytes.subarray(0, WEIGHT_BYTES), shape),
    decoder: { ...decoder, layers },
  };
}

function weightBytes({ encoder, decoder }: Model): Uint8Array {
  const tensors = decoder.layers.flatMap((layer) => [layer.kernel, layer.bias]);
  const bytes = new Uint8Array(WEIGHT_BYTES + 4 * tensors.reduce((sum, t) => sum + t.length, 0));
  bytes.set(packWeights(encoder));
  const view = new DataView(bytes.buffer);
  let at = WEIGHT_BYTES;
  for (const tensor of tensors) {
    for (const value of tensor) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  }
  return bytes;
}

function parseHeader(json: unknown, path: string): z.infer<typeof fileSchema> {
  const bad = (code: CodeOf<'model'>, what: string): EconError => modelError(code, path, what);
  const kind = z.looseObject({ format: z.unknown(), version: z.unknown() }).safeParse(json);
  if (!kind.success || kind.data.format !== 'econ-model')
    throw bad('foreign', 'is not the description of an econ model (no "format": "econ-model").');
  if (kind.data.version !== 1)
    throw bad('version', `has version ${String(kind.data.version)}; this program reads version 1.`);
  const parsed = fileSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw bad('schema', `is broken at ${issue.path.join('.') || 'top level'}: ${issue.message}.`);
}

/** Layers must fit together, from the latents and what else the packet tells to the cells. */
function checkChain(
  { detector, shape, latentBits, decoder }: z.infer<typeof fileSchema>,
  path: string,
): void {
  const check = (holds: boolean, code: CodeOf<'model'>, what: string): void => {
    if (!holds) throw modelError(code, path, what);
  };
  const { context, levels, charges, skip, layers } = decoder;
  const latents = shape.latents.bits.length;
  for (const [name, list] of Object.entries({ latentBits, 'decoder levels': levels ?? latentBits }))
    check(
      list.length === latents,
      'schema',
      `gives ${name} of ${list.length} latents; there are ${latents}.`,
    );
  const unlike = charges && shape.latents.bits.find((bits) => 2 ** bits !== charges.length);
  check(
    unlike === undefined,
    'schema',
    `gives decoder charges of ${charges?.length} codes; a latent of ${unlike} bits has ${2 ** (unlike ?? 0)}.`,
  );
  const ofLatents = latents * (charges ? 1 + CHARGE_INPUTS : 1);
  let width = ofLatents + contextInputs(context) + levelInputs(latentLevels(levels ?? []));
  const inputs = width;
  layers.forEach((layer, i) => {
    if (skip && i > 0 && i === layers.length - 1) width += inputs;
    const wrong = `has a decoder layer ${i} with ${layer.inputs} inputs where ${width} arrive.`;
    check(layer.inputs === width, 'layers', wrong);
    width = layer.outputs;
  });
  const { cells } = detectorOf(detector);
  check(width === cells, 'layers', `has a decoder with ${width} outputs instead of ${cells}.`);
  const seen = imageCells(shape);
  check(seen === cells, 'layers', `has an encoder of ${seen} cells instead of ${cells}.`);
}

function modelError(code: CodeOf<'model'>, where: string, what: string): EconError {
  return new EconError({ code: `model/${code}`, where, what: `this file ${what}`, remedy: REMEDY });
}
