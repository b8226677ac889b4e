const IN_2D =
  'Reshape the value to (n, 1, channels) and use the layer of two dimensions with sides of (k, 1): that is read.';
const ONE_BX = 'A wafer is one BX and has no steps: use Dense or Conv2D on the cells in its place.';
const TRAINING_ONLY = 'It acts in training only: build the model without it, load these weights and save it.';

/** What to do about layers that are not read, by their kind without the Q of QKeras. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/^AdaptiveActivation$/, 'Put a quantized_relu with the bits that it found in its place.'],
  [/^SeparableConv2D$/, 'Write it as DepthwiseConv2D and a Conv2D of 1x1: both are read.'],
  [/^(Separable|Depthwise)?Conv1D/, IN_2D],
  [/^(Global)?(Max|Average)Pooling1D$|^(Cropping|ZeroPadding|UpSampling)1D$/, IN_2D],
  [/3D(Transpose)?$/, 'A wafer is flat: use the layer of two dimensions, with the third side as channels.'],
  [
    /^LocallyConnected/,
    'Write it as Dense, with zeros in the kernel where an output does not look; its layer on the chip is Dense.',
  ],
  [
    /^(Dense|DepthwiseConv2D)Batchnorm$/,
    'Write it without Batchnorm, with the weights of get_folded_weights().',
  ],
  [/^TimeDistributed$|^Bidirectional$|LSTM|GRU|RNN/, ONE_BX],
  [
    /^(Layer|Group|Unit|RMS)Normalization$/,
    'It divides by a number that changes with the wafer, which the chip cannot: train it with BatchNormalization, which is folded into the weights.',
  ],
  [/^Normalization$/, 'Write it as BatchNormalization with this mean and variance, without gamma and beta.'],
  [
    /Attention$|^Dot$/,
    'It multiplies what comes from the wafer by itself, which no layer of the chip does: train Conv2D or Dense in its place.',
  ],
  [
    /^(Embedding|StringLookup|IntegerLookup|CategoryEncoding|Discretization|Hashing|HashedCrossing)$/,
    'Give its numbers to the model as an input of its own: Concatenate takes them.',
  ],
  [/^EinsumDense$/, 'Write it as Reshape, Dense and Reshape.'],
  [/^RepeatVector$/, 'Write it as Reshape((1, n)) and a Concatenate(axis=1) of as many of it.'],
  [/^Random|^Masking$|^(Center|Random)Crop$|MixUp$|CutMix$/, TRAINING_ONLY],
];

const OWN =
  'Leave it out of the model, or say what it computes with layers that are read (docs/exchange.md).';

/** @param isHgq of HGQ2, of whose own layers the Q belongs to the name */
export function layerRemedy(kind: string, isHgq: boolean): string {
  if (isHgq)
    return "Of HGQ2's own layers QDense and QConv2D are read, and those of Keras: write it with these (QBatchNormDense as QDense with folded weights).";
  const plain = kind.replace(/^Q(?=[A-Z])/, '');
  return REMEDIES.find(([name]) => name.test(plain))?.[1] ?? OWN;
}
