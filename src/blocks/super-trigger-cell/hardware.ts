import { slice } from '../../hdl/index.js';
import type { AlgorithmHardware } from '../algorithm/hardware.js';
import { type PacketPart, packed } from '../packets/packet-text.js';
import { STC_GROUPS } from '../packets/packets.js';
import { stcGroupsSent, stcTypes } from './parameters.js';
import { POSITIONS_BITS, positionLsb, SLOT_BITS, superTriggerCellBlock } from './verilog.js';

export const superTriggerCellHardware: AlgorithmHardware = {
  title: 'super trigger cells',
  blocks: [superTriggerCellBlock],
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
  configuration: ['links', 'stc_type'],
  bits: Math.max(
    ...stcTypes.map(
      ({ addressBits, format, sent }) =>
        4 + Math.min(Math.max(...sent), STC_GROUPS) * (addressBits + format.bits),
    ),
  ),
  layout: 'super trigger cell bx4 | positions (2 or 4 each) | sums (7 to 9 each)',
  packetVariables: (bits) => [{ name: 'super_packet', width: bits }],
  packetBody: superPackets,
  packet: () => 'super_packet',
};

/** `super_packet` by type and number of links. */
function superPackets(bits: number): string[] {
  const lines = stcTypes.flatMap(({ addressBits, format, sent }, type) =>
    sent.map((_, i) => {
      const groups = Array.from({ length: stcGroupsSent(type, i + 1) }, (__, g) => g);
      const positions =
        addressBits === 0
          ? []
          : groups.map(
              (g): PacketPart => [slice('super_positions_i', positionLsb(g), addressBits), addressBits],
            );
      const codes = groups.map(
        (g): PacketPart => [slice('super_codes_i', SLOT_BITS * g, format.bits), format.bits],
      );
      return `    {3'd${type}, 4'd${i + 1}}: super_packet = ${packed([['bx4', 4], ...positions, ...codes], bits)};`;
    }),
  );
  return [
    '// type and number of links say how many groups are sent',
    'always @* begin',
    '  case ({stc_type_i, links_i})',
    ...lines,
    `    default: super_packet = ${bits}'d0;`,
    '  endcase',
    'end',
    '',
  ];
}
