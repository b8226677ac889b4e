import { sha256 } from '../../base/index.js';
import { type EncoderWeights, econtShape, encoderShape } from '../../encoder/index.js';
import type { Model } from '../../model/index.js';
import { type Network, parameterLayout, setEncoderWeights } from '../plan/network.js';
import { type ResolvedSettings, resolve } from '../plan/plan.js';
import { type TrainingInput, trainingSettings } from '../plan/settings.js';
import { initialiseDecoder, type Start } from './initialise.js';

/** Settings of one training with the shape of a model. */
export function resolved(input: TrainingInput): ResolvedSettings {
  const { shape } = input;
  return resolve(
    trainingSettings({ ...input, fewerBits: 0 }),
    typeof shape === 'object' ? encoderShape(shape) : econtShape,
  );
}

/** What of the network a model fixes. */
export function networkInput({ arithmetic, encoder, decoder }: Model): TrainingInput {
  const { activation, context, levels, charges, skip = false, layers } = decoder;
  return {
    shape: encoder.shape,
    arithmetic,
    activation,
    context,
    levels: levels !== undefined || charges !== undefined,
    skip,
    hidden: layers.slice(0, -1).map((layer) => layer.outputs),
  };
}

/** Starts with the weights of a model. */
export function startFrom(model: Model, network: Network): Start {
  return (session, examples, random) => {
    initialiseDecoder(network, examples, random, session.parameters);
    parametersOf(model, network, session.parameters);
  };
}

/**
 * Writes the weights of a model into parameters. A layer that was told the levels of other bits is left out; one that was
 * told no levels and is now told some, which come behind its other inputs, does not heed them yet.
 */
export function parametersOf({ encoder, decoder }: Model, network: Network, parameters: Float32Array): void {
  setEncoderWeights(network, encoder, parameters);
  parameterLayout(network).decoder.forEach(({ kernel, bias }, i) => {
    const layer = decoder.layers[i];
    const size = kernel.rows * kernel.columns;
    const told = decoder.levels === undefined && layer.kernel.length < size;
    if (layer.kernel.length !== size && !told) return;
    parameters.fill(0, kernel.offset, kernel.offset + size);
    parameters.set(layer.kernel, kernel.offset);
    parameters.set(layer.bias, bias.offset);
  });
}

export function encoderHash({ encoder }: { readonly encoder: EncoderWeights }): string {
  const values = encoder.layers.flatMap(({ kernel, bias }) => [...kernel, ...bias]);
  return sha256(Uint8Array.from(values));
}

/** Hash of all weights of a model. */
export function modelHash(model: Model): string {
  return sha256(JSON.stringify([encoderHash(model), decoderHash(model)]));
}

function decoderHash({ decoder }: Model): string {
  return sha256(
    Buffer.concat(
      decoder.layers.flatMap(({ kernel, bias }) =>
        [kernel, bias].map((a) => Buffer.from(a.buffer, a.byteOffset, a.byteLength)),
      ),
    ),
  );
}
