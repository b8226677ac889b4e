const BITS = [
  'bits',
  'integer',
  'symmetric',
  'keep_negative',
  'alpha',
  'use_stochastic_rounding',
  'scale_axis',
  'qnoise_factor',
];

/** Positional arguments of the quantizers, as strings like quantized_bits(6,0,alpha=1) give them. */
export const qkerasArguments: Readonly<Record<string, readonly string[]>> = {
  quantized_bits: BITS,
  quantized_relu: [
    'bits',
    'integer',
    'use_sigmoid',
    'negative_slope',
    'use_stochastic_rounding',
    'relu_upper_bound',
    'is_quantized_clip',
    'qnoise_factor',
  ],
  quantized_linear: BITS,
  binary: ['use_01', 'alpha', 'use_stochastic_rounding'],
  ternary: ['alpha', 'threshold', 'use_stochastic_rounding', 'number_of_unrolls'],
  quantized_po2: [
    'bits',
    'max_value',
    'use_stochastic_rounding',
    'quadratic_approximation',
    'log2_rounding',
    'qnoise_factor',
  ],
  quantized_relu_po2: [
    'bits',
    'max_value',
    'negative_slope',
    'use_stochastic_rounding',
    'quadratic_approximation',
    'log2_rounding',
    'qnoise_factor',
  ],
  quantized_tanh: ['bits', 'use_stochastic_rounding', 'symmetric', 'use_real_tanh'],
  quantized_sigmoid: ['bits', 'symmetric', 'use_real_sigmoid', 'use_stochastic_rounding'],
};
