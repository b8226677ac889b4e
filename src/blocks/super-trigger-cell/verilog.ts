import { type Bits, bits, cat, choose, constant, type Expression, equals, joined } from '../../hdl/index.js';
import { defaultEcontOptions } from '../algorithm/algorithm.js';
import type { AlgorithmHardware } from '../algorithm/hardware.js';
import { builtBlock, leaf } from '../build.js';
import { econtInput } from '../link-input/parameters.js';
import { CHARGE_BITS } from '../normaliser/parameters.js';
import { STC_GROUPS } from '../packets/packets.js';
import { stcGroupsSent, stcTypes } from './parameters.js';

/** Groups of 16 cells in a wafer; their sums take the places of the first groups of 4. */
const SIXTEENS = econtInput.cells / 16;
/** A code of any format, right-aligned. */
export const SLOT_BITS = 9;
/** Bits of a sum of 4 and of 16 charges. */
const SUM4_BITS = 24;
const SUM16_BITS = 26;

/** Bits of the position that group g can send: 4 where it can be a group of 16. */
function positionBits(g: number): number {
  return g < SIXTEENS ? 4 : 2;
}

/** Lowest bit of the position of group g, group 0 lowest. */
export function positionLsb(g: number): number {
  return Array.from({ length: g }, (_, i) => positionBits(i)).reduce((a, b) => a + b, 0);
}
export const POSITIONS_BITS = positionLsb(STC_GROUPS);

/** Super trigger cells: sums of neighbours, and where the largest charge of each is. */
export const superTriggerCellBlock = builtBlock({
  name: 'super-trigger-cell',
  latency: 1,
  facts: ({ econt }) => ({
    purpose: [
      'Super trigger cells: charges of 4 or 16 consecutive cells are added; the position of the largest of them',
      `goes with the sum. Of equal charges the ${(econt ?? defaultEcontOptions).stcTie} position wins.`,
      '',
      'type  cells  sum    drop  position',
      ...stcTypes.map(
        (t, i) =>
          `${i}     ${String(t.cells).padEnd(5)}  ${t.format.name.padEnd(5)}  ${(t.drops ? 'yes' : 'no').padEnd(4)}  ${t.addressBits === 0 ? 'not sent' : `${t.addressBits} bits`}`,
      ),
    ],
    layer: 'super trigger cells (alg_type 1)',
    formats: ['in  CALQ, unsigned integers, 22 bits', 'out codes 5E4M, 5E3M or 4E3M in slots of 9 bits'],
  }),
  build(m, { econt = defaultEcontOptions }) {
    const { type_i, drop_i } = m.inputs('configuration', { type_i: [3, 'stc_type'], drop_i: 3 });
    const { charge_i } = m.inputs('from the calibration', { charge_i: econtInput.cells * CHARGE_BITS });

    m.section('sums and positions');
    const cells = m.instance(
      'u_super_cells',
      leaf('econ_super_cells', { Sixteens: SIXTEENS, HighestWins: econt.stcTie === 'highest' ? 1 : 0 }),
      { charge_i },
    );
    const sum4 = cells.out('sum4_o', { name: 'sum4', note: 'unsigned integers' });
    const position4 = cells.out('position4_o', { name: 'position4' });
    const sum16 = cells.out('sum16_o', { name: 'sum16', note: 'unsigned integers' });
    const position16 = cells.out('position16_o', { name: 'position16' });
    const ofSixteen = stcTypes.flatMap((t, i) => (t.cells === 16 ? [equals(type_i, i)] : []));
    const sixteen = m.wire('sixteen', joined('|', ofSixteen), 'groups of 16');
    /** Value of group g: that of 4 cells, or of 16 where the group can have them. */
    const group = (g: number, four: Expression, of16: Bits): Expression => {
      if (g >= SIXTEENS) return four;
      const width = of16.width / SIXTEENS;
      return choose(sixteen, bits(of16, width * g, width), cat(constant(width - four.width, 0), four));
    };
    const groups = (value: (g: number) => Expression): Expression =>
      cat(...Array.from({ length: STC_GROUPS }, (_, g) => value(g)).reverse());
    const sum = m.wire(
      'sum',
      groups((g) => {
        const four = bits(sum4, SUM4_BITS * g, SUM4_BITS);
        return g < SIXTEENS ? group(g, four, sum16) : cat(constant(SUM16_BITS - SUM4_BITS, 0), four);
      }),
      'of group g in [26g+25:26g]',
    );
    const positions = groups((g) => group(g, bits(position4, 2 * g, 2), position16));

    m.section('codes');
    const codes = m.instance('u_codes_of_sums', leaf('econ_super_cell_codes', { Groups: STC_GROUPS }), {
      drop_i,
      sum_i: sum,
    });
    const code = m.select(
      'codes_d',
      type_i,
      stcTypes.map((t, i) => {
        const name = `code_${t.format.name.toLowerCase()}`;
        return { labels: [i], value: codes.out(`${name}_o`, { name }) };
      }),
      constant(STC_GROUPS * SLOT_BITS, 0),
    );
    const codes_o = m.pipeline('codes', code, 'group g in [9g+8:9g], in the format of the type');
    const positions_o = m.pipeline('positions', positions, '4 bits of groups 0..2, 2 bits of the others');
    m.outputs('to the formatter', { codes_o, positions_o });
  },
});

export const superTriggerCellHardware: AlgorithmHardware = {
  title: 'super trigger cells',
  blocks: () => [superTriggerCellBlock],
  place(top) {
    const block = top.place('super-trigger-cell', {
      type_i: top.setting('stc_type'),
      drop_i: top.setting('drop_lsb'),
      charge_i: top.charge,
    });
    return {
      super_codes: block.out('codes_o', { name: 'super_codes' }),
      super_positions: block.out('positions_o', { name: 'super_positions' }),
    };
  },
  from: 'from the super trigger cells',
  data: [
    { name: 'super_codes', width: STC_GROUPS * SLOT_BITS },
    { name: 'super_positions', width: POSITIONS_BITS },
  ],
  bits: Math.max(
    ...stcTypes.map(
      ({ addressBits, format, sent }) =>
        4 + Math.min(Math.max(...sent), STC_GROUPS) * (addressBits + format.bits),
    ),
  ),
  layout: 'super trigger cell bx4 | positions (2 or 4 each) | sums (7 to 9 each)',
  packet(maker) {
    const [codes, positions] = [maker.data('super_codes'), maker.data('super_positions')];
    // Type and number of links say how many groups are sent.
    const cases = stcTypes.flatMap(({ addressBits, format, sent }, type) =>
      sent.map((_, i) => {
        const groups = Array.from({ length: stcGroupsSent(type, i + 1) }, (__, g) => g);
        const places =
          addressBits === 0 ? [] : groups.map((g) => bits(positions, positionLsb(g), addressBits));
        const sums = groups.map((g) => bits(codes, SLOT_BITS * g, format.bits));
        return { labels: [(type << 4) | (i + 1)], value: maker.packed(maker.bx4, ...places, ...sums) };
      }),
    );
    const by = cat(maker.setting('stc_type'), maker.setting('links'));
    return { packet: maker.m.select('super_packet', by, cases, maker.packed()) };
  },
};
