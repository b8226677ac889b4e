import { constant, isWhole } from '../../hdl/index.js';
import { includedAlgorithms, includedHardware, packetBits, selections } from '../algorithm/algorithm.js';
import { builtBlock } from '../build.js';
import { listed } from '../packets/packet-text.js';
import { FormatterMaker } from './maker.js';

/** Formatter: packets of all algorithms of the chip. */
export const formatterBlock = builtBlock({
  name: 'formatter',
  latency: 2,
  facts(options) {
    const hardware = includedHardware(options);
    const included = includedAlgorithms(options);
    const slow = included.filter(({ latency }) => latency.formatter > 1).map((a) => a.hardware!.title);
    const bx4 = included.some(({ receiver }) => receiver.kind === 'rows' && receiver.counterBits === 4);
    return {
      purpose: [
        'Formatter: makes the packet of the selected algorithm, a string of bits with the first one on top.',
        ...(slow.length > 0 ? [`A BX before it the data of ${listed(slow)} are put together.`] : []),
        '',
        ...hardware.map(({ layout }) => layout),
      ],
      layer: 'formatter',
      formats: [
        `bx5 is 31 at BX 0, else BX mod 16${bx4 ? '; bx4 are its bits 4, 2, 1, 0' : ''}`,
        'codes and sums as the algorithms make them; addresses and charges ascending',
      ],
      latency: `1 BX${slow.length > 0 ? `; ${listed(slow)} 2 BX` : ''}`,
    };
  },
  build(m, options) {
    const maker = new FormatterMaker(m, options);
    const algorithms = includedAlgorithms(options);
    const made = algorithms.map((algorithm) => {
      const { title, cells, packet } = algorithm.hardware!;
      if (cells) void maker.cells;
      m.section(title);
      const { packet: value, stream } = packet(maker);
      return {
        labels: selections(algorithm, algorithms),
        value: isWhole(value) ? value : m.wire(`${algorithm.name.replaceAll('-', '_')}_packet`, value),
        stream,
      };
    });
    maker.finish();

    m.section('packet');
    const none = constant(packetBits(options), 0);
    const packet = m.pipeline(
      'packet',
      m.select('packet_d', maker.algorithm, made, none),
      'first bit on top',
    );
    const stream = made.find((packet) => packet.stream)?.stream;
    m.outputs('to the link buffer', {
      packet_o: packet,
      // Without a link buffer nobody asks for the tag.
      ...(maker.resetting
        ? {
            bx_o: m.register('bx', maker.bx, { kind: 'control' }),
            resetting_o: m.register('resetting', maker.resetting, { kind: 'control' }),
          }
        : {}),
      ...(stream
        ? {
            // It moves the write position of the buffer.
            length_o: m.register('length', stream.length, { kind: 'control', note: 'words of 16 bits' }),
            all_sum_code_o: m.pipeline('all_sum_code', stream.allSumCode, '5E3M'),
          }
        : {}),
    });
  },
});
