import { constant, logic, repeated } from '../../hdl/index.js';
import type { AlgorithmHardware } from '../algorithm/hardware.js';
import { builtBlock, leaf } from '../build.js';
import { CODE_BITS, econtInput } from '../link-input/parameters.js';
import { ETX } from '../links.js';
import { CHARGE_BITS } from '../normaliser/parameters.js';
import { ADDRESS_BITS, CODES_BITS, cellData, MAP_SUM_BITS, top } from '../packets/packet-text.js';
import { chargeCodes } from '../repeater/verilog.js';
import { bestChoiceSent, KEY_BITS, MAP_FROM, sortStages } from './parameters.js';

/** Rows of the network before the register in the middle. */
const FIRST_HALF = 10;

/** Best choice: the n largest charges by the sorting network, and the sum of the others. */
export const bestChoiceBlock = builtBlock({
  name: 'best-choice',
  latency: 2,
  facts: () => ({
    purpose: [
      "Best choice: sorts the 48 charges by Batcher's merge exchange and sends the largest, as many as the links",
      `carry. ${sortStages.reduce((n, s) => n + s.lower.length, 0)} comparators in ${sortStages.length} rows; BX 1 has the first ${FIRST_HALF} of them. A comparator swaps only when the`,
      'second key is larger, so the network decides which of equal charges is sent.',
      '',
      'BX   signals             content',
      '0    charge_i            charges',
      '1    keys_middle_q       keys after half of the network, codes beside them',
      '2    map_q, sum_code_q   cells that are sent, sum of the others (or of all, with use_sum)',
    ],
    layer: 'best choice (alg_type 2)',
    formats: [
      'in  CALQ, unsigned integers, 22 bits',
      'key charge >> drop_lsb, clamped to 18 bits; sum of keys 24 bits',
      'out codes 4E3M of the keys; sum 5E3M',
    ],
  }),
  build(m) {
    const { drop_i, use_sum_i, links_i } = m.inputs('configuration', {
      drop_i: 3,
      use_sum_i: [1, '1: module sum of all cells'],
      links_i: [4, 'number of active links'],
    });
    const { charge_i } = m.inputs('from the calibration', { charge_i: econtInput.cells * CHARGE_BITS });
    const codesNote = '4E3M, cell k in [7k+6:7k]';

    m.section('BX 1: keys, codes, first half of the network');
    const { value, codes } = chargeCodes(m, drop_i, charge_i);
    const codesMiddle = m.pipeline('codes_middle', codes, codesNote);
    let keys = m
      .instance('u_sort_keys', leaf('econ_sort_keys', { Cells: econtInput.cells }), { value_i: value })
      .out('keys_o');
    sortStages.forEach((stage, s) => {
      const two = String(s + 1).padStart(2, '0');
      if (s === FIRST_HALF) {
        keys = m.pipeline('keys_middle', keys, '{value, cell}, position p in [24p+23:24p]');
        m.section('BX 2: second half, choice and sum');
      }
      const lower = constant(
        econtInput.cells,
        stage.lower.reduce((mask, i) => mask | (1n << BigInt(i)), 0n),
      );
      const sort = m.instance(
        `u_sort_${two}`,
        leaf('econ_sort_stage', { Distance: stage.distance, Lower: lower }),
        { keys_i: keys },
      );
      keys = sort.out('keys_o', s + 1 === FIRST_HALF ? {} : { name: `keys_${two}` });
    });
    const choose = m.select(
      'choose',
      links_i,
      Array.from({ length: ETX }, (_, i) => {
        const sent = bestChoiceSent(i + 1);
        return {
          labels: [i + 1],
          value: constant(econtInput.cells, (1n << BigInt(sent)) - 1n),
          note: `${sent} cells`,
        };
      }),
      constant(econtInput.cells, 0),
      'sorted positions that are sent',
    );
    const rest = m.wire(
      'rest',
      logic(econtInput.cells)`${repeated(econtInput.cells, use_sum_i)} | ~${choose}`,
      'positions that are added',
    );
    const chosen = m.instance('u_chosen_cells', leaf('econ_chosen_cells', { Cells: econtInput.cells }), {
      keys_i: keys,
      choose_i: choose,
      add_i: rest,
    });
    const encode = m.instance(
      'u_float_encode',
      leaf('econ_float_encode', { InWidth: KEY_BITS + 6, Exponent: 5, Mantissa: 3 }),
      { value_i: chosen.out('sum_o', { name: 'sum', note: 'unsigned, in units of 2^drop' }) },
    );
    const map_o = m.pipeline('map', chosen.out('map_o'), 'cells that are sent');
    const codes_o = m.pipeline('codes', codesMiddle, codesNote);
    const sum_code_o = m.pipeline('sum_code', encode.out('code_o'), '5E3M');
    m.outputs('to the formatter', { map_o: [map_o, 'one bit per cell'], codes_o, sum_code_o });
  },
});

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
