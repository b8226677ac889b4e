/**
 * Number formats that every shape shares: all is integer, and these say where the binary point is (spec econt-behaviour
 * 9.2 to 9.4). Widths of weights and activations are entries of the shape; those of registers follow from them (layers).
 */

/** Input x: 8 bits unsigned, 7 of them fraction. */
export const INPUT_BITS = 8;
export const INPUT_FRACTION_BITS = 7;
/** Bits of a bias, two's complement, of which WEIGHT_FRACTION_BITS are fraction; ECON-T's weights have the same. */
export const WEIGHT_BITS = 6;
export const WEIGHT_FRACTION_BITS = 5;
/** Activations: unsigned, 7 fraction bits, so many bits unless the shape says less. */
export const ACTIVATION_FRACTION_BITS = 7;
export const ACTIVATION_BITS = 12;
/** Latents: 9 bits unsigned, 8 of them fraction, saturating at LATENT_LARGEST. */
export const LATENT_BITS = 9;
export const LATENT_FRACTION_BITS = 8;
export const LATENT_LARGEST = 2 ** LATENT_BITS - 1;
/** The field of a packet that the latents share, as so many numbers of LATENT_BITS: ECON-T's latents. */
export const latentField = { numbers: 16, bits: 16 * LATENT_BITS } as const;

/**
 * Where a product loses its low bits. 'econt': each product is floored on its own before it is added, as in
 * ECON-T. 'exact': the sum of the products and of the bias is exact and is floored once.
 */
export type Arithmetic = 'econt' | 'exact';
