import { bits, cat } from '../../hdl/index.js';
import type { AlgorithmHardware } from '../algorithm/hardware.js';
import { STC_GROUPS } from '../packets/packets.js';
import { stcGroupsSent, stcTypes } from './parameters.js';
import { POSITIONS_BITS, positionLsb, SLOT_BITS, superTriggerCellBlock } from './verilog.js';

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
