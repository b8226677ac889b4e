import type { ChipOptions } from '../build.js';
import { frontBlocks } from '../front/blocks.js';
import type { Algorithm } from './algorithm.js';

/** BX from link_i to the register that holds the packet, in a chip with these options. */
export function packetLatency({ hardware, latency }: Algorithm, options: ChipOptions): number {
  const blocks = [...frontBlocks, ...(hardware?.blocks(options) ?? [])];
  return blocks.reduce((bx, block) => bx + block.latency, latency.formatter);
}

/** BX from link_i to link_o: a link buffer writes a BX's words before it reads them, one BX more for packets of any length. */
export function algorithmLatency(algorithm: Algorithm, options: ChipOptions): number {
  return packetLatency(algorithm, options) + (options.econt ? algorithm.latency.buffer : 0);
}

/** Values of alg_type that select an algorithm in a chip with these: its own first. */
export function selections(algorithm: Algorithm, included: readonly Algorithm[]): number[] {
  const taken = included.map(({ code }) => code);
  return [algorithm.code, ...(algorithm.otherCodes ?? []).filter((code) => !taken.includes(code))];
}
