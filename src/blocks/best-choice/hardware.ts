import type { AlgorithmHardware } from '../algorithm/hardware.js';
import { CODE_BITS, econtInput } from '../link-input/parameters.js';
import { ETX } from '../links.js';
import { ADDRESS_BITS, CODES_BITS, cellData, MAP_SUM_BITS, top } from '../packets/packet-text.js';
import { bestChoiceSent, MAP_FROM } from './parameters.js';
import { bestChoiceBlock } from './verilog.js';

/** Numbers of links on which a list of addresses is sent. */
const listLinks = Array.from({ length: ETX }, (_, i) => i + 1).filter((n) => bestChoiceSent(n) < MAP_FROM);

export const bestChoiceHardware: AlgorithmHardware = {
  title: 'best choice',
  blocks: () => [bestChoiceBlock],
  place(top) {
    const block = top.place('best-choice', {
      drop_i: top.setting('drop_lsb'),
      use_sum_i: top.setting('use_sum'),
      links_i: top.setting('links'),
      charge_i: top.charge,
    });
    return cellData(block, 'choice');
  },
  from: 'from best choice',
  data: [
    { name: 'choice_map', width: econtInput.cells },
    { name: 'choice_codes', width: CODES_BITS },
    { name: 'choice_sum_code', width: MAP_SUM_BITS },
  ],
  // BX (4), sum (8), map, charges
  bits: 12 + econtInput.cells + CODES_BITS,
  layout: 'best choice        bx4 | sum (8) | addresses (6 each) or map (48) | charges (7 each)',
  cells: { prefix: 'choice', addresses: Math.max(...listLinks.map(bestChoiceSent)) },
  packet(maker) {
    const { map, codes, addresses, sumCode } = maker.cells;
    const head = [maker.bx4, sumCode];
    const lists = listLinks.map((links) => {
      const sent = bestChoiceSent(links);
      const fields = [top(addresses, ADDRESS_BITS * sent), top(codes, CODE_BITS * sent)];
      return { labels: [links], value: maker.packed(...head, ...fields) };
    });
    const whole = maker.packed(...head, map, codes);
    return { packet: maker.m.select('choice_packet', maker.setting('links'), lists, whole) };
  },
};
