import { instance, slice } from '../../hdl/index.js';
import type { AlgorithmHardware } from '../algorithm/hardware.js';
import { bankName } from '../encoder/bank-ports.js';
import { encoderBlock } from '../encoder/verilog.js';
import { RAW_BITS } from '../links.js';
import { SUM_CODE_BITS } from '../normaliser/parameters.js';
import { normaliserBlock } from '../normaliser/verilog.js';
import { packed } from '../packets/packet-text.js';
import { bxSignal } from '../stage.js';
import { PACKET_LINKS, SQUEEZE_STAGES, squeeze } from './squeeze.js';

export const autoencoderHardware: AlgorithmHardware = {
  title: 'autoencoder',
  blocks: [normaliserBlock, encoderBlock],
  place(top) {
    const normaliser = top.place('normaliser', { charge_i: top.charge, bx_i: top.bx });
    const encoder = top.place('encoder', {
      ...Object.fromEntries(top.weights.map((bank, n) => [`${bankName(n)}_i`, bank])),
      x_i: normaliser.out('x_o', { name: 'x', note: 'u1.7' }),
      sum_code_i: normaliser.out('sum_code_o', { name: 'x_sum_code', note: '5E4M' }),
      bx_i: normaliser.out('bx_o', { name: 'x_bx' }),
    });
    return {
      latents: encoder.out('latents_o', { name: 'latents', note: 'u1.8' }),
      sum_code: encoder.out('sum_code_o', { name: 'latents_sum_code', note: '5E4M' }),
      latents_bx: encoder.out('bx_o', { name: 'latents_bx' }),
    };
  },
  from: 'from the encoder',
  data: [
    { name: 'latents', width: RAW_BITS },
    { name: 'sum_code', width: SUM_CODE_BITS },
    { name: 'latents_bx', width: 5 },
  ],
  configuration: ['active_etxs', 'keep'],
  // BX (5), sum (9), 2 zeros, latents: 5 links of 32 bits
  bits: 32 * PACKET_LINKS,
  layout: 'autoencoder        bx5 | sum (9) | kept latent bits (32 N - 14, at most 146)',
  stage: [
    { name: 'payload', width: RAW_BITS, note: 'kept bits of the latents, squeezed toward bit 0' },
    { name: 'sum_code', width: SUM_CODE_BITS, note: '5E4M' },
    bxSignal('bx_latents'),
  ],
  stageBody: () => [...squeeze(), 'assign sum_code_d   = sum_code_i;', 'assign bx_latents_d = latents_bx_i;'],
  packetWires: [
    { name: 'move', width: RAW_BITS * SQUEEZE_STAGES },
    { name: 'stay', width: RAW_BITS * SQUEEZE_STAGES },
    { name: 'latent_words', width: 32 * PACKET_LINKS, note: 'eTx j in [32j+31:32j]' },
  ],
  packetBody: () =>
    instance(
      'econ_link_cut',
      'u_link_cut',
      [],
      [
        ['enable_i', "1'b1"],
        ['active_i', 'active_etxs_i'],
        ['bx_i', 'bx_latents_q'],
        ['sum_i', 'sum_code_q'],
        ['payload_i', 'payload_q'],
        ['words_o', 'latent_words'],
      ],
    ),
  packet: (bits) =>
    packed(
      Array.from({ length: PACKET_LINKS }, (_, j) => [slice('latent_words', 32 * j, 32), 32] as const),
      bits,
    ),
};
