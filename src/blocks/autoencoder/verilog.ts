import { latentField } from '../../encoder/index.js';
import { type Bits, bits, constant, type ModuleBuilder } from '../../hdl/index.js';
import type { AlgorithmHardware } from '../algorithm/hardware.js';
import { leaf } from '../build.js';
import { bankName } from '../encoder/bank-ports.js';
import { encoderBlock } from '../encoder/verilog.js';
import { SUM_CODE_BITS } from '../normaliser/parameters.js';
import { normaliserBlock } from '../normaliser/verilog.js';

/** Links whose words can be other than 0: the packet has at most 160 bits. */
export const PACKET_LINKS = 5;
/** Stages of the squeeze network: 2^8 >= 144. */
const SQUEEZE_STAGES = 8;

/** The kept bits of the latents, moved together. */
export function squeeze(m: ModuleBuilder, keep_i: Bits, data_i: Bits): Bits {
  const shape = { Width: latentField.bits, Stages: SQUEEZE_STAGES };
  const control = m.instance('u_squeeze_control', leaf('econ_squeeze_control', shape), { keep_i });
  const [move_i, stay_i] = ['move', 'stay'].map((name) => control.out(`${name}_o`, { name }));
  return m.instance('u_squeeze', leaf('econ_squeeze', shape), { data_i, move_i, stay_i }).out('data_o');
}

export const autoencoderHardware: AlgorithmHardware = {
  title: 'autoencoder',
  blocks: ({ shape }) => [normaliserBlock, encoderBlock(shape)],
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
    { name: 'latents', width: latentField.bits },
    { name: 'sum_code', width: SUM_CODE_BITS },
    { name: 'latents_bx', width: 5 },
  ],
  // BX (5), sum (9), 2 zeros, latents: 5 links of 32 bits
  bits: 32 * PACKET_LINKS,
  layout: 'autoencoder        bx5 | sum (9) | kept latent bits (32 N - 14, at most 146)',
  packet(maker) {
    const { m } = maker;
    const payload = squeeze(m, maker.setting('keep'), maker.data('latents'));
    const cut = m.instance('u_link_cut', leaf('econ_link_cut'), {
      payload_i: m.pipeline('payload', payload, 'kept bits of the latents, squeezed toward bit 0'),
      sum_i: m.pipeline('sum_code', maker.data('sum_code'), '5E4M'),
      bx_i: m.register('bx_latents', maker.data('latents_bx'), { kind: 'control' }),
      active_i: maker.setting('active_etxs'),
      enable_i: constant(1, 1),
    });
    const words = cut.out('words_o', { name: 'latent_words', note: 'eTx j in [32j+31:32j]' });
    return {
      packet: maker.packed(...Array.from({ length: PACKET_LINKS }, (_, j) => bits(words, 32 * j, 32))),
    };
  },
};
