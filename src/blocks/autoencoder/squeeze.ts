import { latentField } from '../../encoder/index.js';
import type { Bits, ModuleBuilder } from '../../hdl/index.js';
import { leaf } from '../leaf.js';

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
