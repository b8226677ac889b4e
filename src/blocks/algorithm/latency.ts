import type { Algorithm } from './algorithm.js';

/** Link input, mux, float-to-fixed, calibration. */
export const FRONT_LATENCY = 4;

/** BX from link_i to the register that holds the packet. */
export function packetLatency({ latency }: Algorithm): number {
  return FRONT_LATENCY + latency.algorithm + latency.formatter;
}

/** BX from link_i to link_o: the buffer writes a BX's words before it reads them, one BX more for packets of any length. */
export function algorithmLatency(algorithm: Algorithm): number {
  return packetLatency(algorithm) + algorithm.latency.buffer;
}

/** Values of alg_type that select an algorithm in a chip with these: its own first. */
export function selections(algorithm: Algorithm, included: readonly Algorithm[]): number[] {
  const taken = included.map(({ code }) => code);
  return [algorithm.code, ...(algorithm.otherCodes ?? []).filter((code) => !taken.includes(code))];
}
