import type { Bits, ModuleBuilder } from '../../hdl/index.js';
import type { AlgorithmHardware } from '../algorithm/hardware.js';
import { builtBlock, leaf } from '../build.js';
import { CODE_BITS, econtInput } from '../link-input/parameters.js';
import { CHARGE_BITS } from '../normaliser/parameters.js';
import { CODES_BITS, topFirst } from '../packets/packet-text.js';
import { REPEATER_BITS } from './reference.js';

/** Repeater: every charge as 4E3M. */
export const repeaterBlock = builtBlock({
  name: 'repeater',
  latency: 1,
  facts: () => ({
    purpose: ['Repeater: all 48 charges, 4E3M each, without a selection.'],
    layer: 'repeater (alg_type 3)',
    formats: ['in  CALQ, unsigned integers, 22 bits', 'out codes 4E3M of charge >> drop_lsb, 7 bits'],
  }),
  build(m) {
    const { drop_i } = m.inputs('configuration', { drop_i: 3 });
    const { charge_i } = m.inputs('from the calibration', { charge_i: econtInput.cells * CHARGE_BITS });
    const { codes } = chargeCodes(m, drop_i, charge_i);
    const codes_o = m.pipeline('codes', codes, '4E3M of charge >> drop, cell k in [7k+6:7k]');
    m.outputs('to the formatter', { codes_o });
  },
});

/** Charges in units of 2^drop, clamped to 18 bits (`value`), and their 4E3M codes. */
export function chargeCodes(m: ModuleBuilder, drop_i: Bits, charge_i: Bits): { value: Bits; codes: Bits } {
  const drop = m.instance('u_drop_charges', leaf('econ_drop_charges', { Cells: econtInput.cells }), {
    drop_i,
    charge_i,
  });
  const value = drop.out('value_o', { name: 'value', note: 'charge >> drop, at most 2^18 - 1' });
  const code = m.instance('u_charge_codes', leaf('econ_charge_codes', { Cells: econtInput.cells }), {
    value_i: value,
  });
  return { value, codes: code.out('code_o') };
}

export const repeaterHardware: AlgorithmHardware = {
  title: 'repeater',
  blocks: () => [repeaterBlock],
  place(top) {
    const block = top.place('repeater', { drop_i: top.setting('drop_lsb'), charge_i: top.charge });
    return { repeater_codes: block.out('codes_o', { name: 'repeater_codes' }) };
  },
  from: 'from the repeater',
  data: [{ name: 'repeater_codes', width: CODES_BITS }],
  bits: REPEATER_BITS,
  layout: 'repeater           bx5 | 48 charges (7 each)',
  packet(maker) {
    const codes = maker.data('repeater_codes');
    const sent = topFirst(maker.m, 'repeater_sent', econtInput.cells, CODE_BITS, codes, 'cell 0 on top');
    return { packet: maker.packed(maker.bx, sent) };
  },
};
