import { instance } from '../../hdl/index.js';
import { RAW_BITS } from '../links.js';

/** Links whose words can be other than 0: the packet has at most 160 bits. */
export const PACKET_LINKS = 5;
/** Stages of the squeeze network: 2^8 >= 144. */
export const SQUEEZE_STAGES = 8;

/** The kept bits of latents_i, moved together, in payload_d. */
export function squeeze(): string[] {
  const shape: [string, number][] = [
    ['Width', RAW_BITS],
    ['Stages', SQUEEZE_STAGES],
  ];
  return [
    ...instance('econ_squeeze_control', 'u_squeeze_control', shape, [
      ['keep_i', 'keep_i'],
      ['move_o', 'move'],
      ['stay_o', 'stay'],
    ]),
    ...instance('econ_squeeze', 'u_squeeze', shape, [
      ['data_i', 'latents_i'],
      ['move_i', 'move'],
      ['stay_i', 'stay'],
      ['data_o', 'payload_d'],
    ]),
  ];
}
