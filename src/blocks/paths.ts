import { ALGORITHMS, type Algorithm } from './settings.js';

/** BX that a wafer spends in the parts of the whole ECON-T, by algorithm. */
interface Path {
  /** From calibrated charges to what the formatter packs. */
  readonly algorithm: number;
  /** To the packet. */
  readonly formatter: number;
  /** To the link words. */
  readonly buffer: number;
}

/** Link input, mux, float-to-fixed, calibration. */
export const FRONT_LATENCY = 4;

/** The buffer writes a BX's words before it reads them: one BX more for the threshold sum. */
export const paths: Readonly<Record<Algorithm, Path>> = {
  'threshold-sum': { algorithm: 1, formatter: 2, buffer: 2 },
  'super-trigger-cell': { algorithm: 1, formatter: 1, buffer: 1 },
  'best-choice': { algorithm: 2, formatter: 2, buffer: 1 },
  repeater: { algorithm: 1, formatter: 1, buffer: 1 },
  autoencoder: { algorithm: 4, formatter: 2, buffer: 1 },
};

/** BX from link_i to the register that holds the packet. */
export function packetLatency(algorithm: Algorithm): number {
  return FRONT_LATENCY + paths[algorithm].algorithm + paths[algorithm].formatter;
}

/** BX from link_i to link_o. */
export function algorithmLatency(algorithm: Algorithm): number {
  return packetLatency(algorithm) + paths[algorithm].buffer;
}

/** Value of register alg_type. */
export function algorithmNumber(algorithm: Algorithm): number {
  return ALGORITHMS.indexOf(algorithm);
}

/** Values of alg_type that act as the repeater beside its own number. */
const ALSO_REPEATER = [5, 6, 7];

/** Label of an algorithm in a case of alg_type, of equal width; without one the default. */
export function selectionLabel(algorithm?: Algorithm): string {
  const numbers = (a: Algorithm): number[] => [
    algorithmNumber(a),
    ...(a === 'repeater' ? ALSO_REPEATER : []),
  ];
  const label = (a: Algorithm): string =>
    `${numbers(a)
      .map((n) => `3'd${n}`)
      .join(', ')}:`;
  return (algorithm ? label(algorithm) : 'default:').padEnd(label('repeater').length);
}
