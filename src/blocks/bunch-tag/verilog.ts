import { bits, cat, constant } from '../../hdl/index.js';
import { includedAlgorithms, packetLatency, selections } from '../algorithm/algorithm.js';
import { builtBlock, leaf } from '../build.js';
import { LINK_RESET_ROWS } from '../links.js';

/** BX counter and link reset beside the data path, with the delay of the selected algorithm. */
export const bunchTagBlock = builtBlock({
  name: 'bunch-tag',
  latency: 0,
  facts: (options) => ({
    purpose: [
      'Bunch tag: what travels beside the data of a BX, whatever the algorithm: its BX counter, and whether it',
      `falls into a link reset (${LINK_RESET_ROWS} BX from the fast command on). The selected algorithm decides after how many BX`,
      'the tag meets its packet.',
    ],
    layer: 'beside the data path',
    formats: ['tag {resetting, bx}; bx 31 at BX 0, else BX mod 16'],
    latency: `${includedAlgorithms(options)
      .map((a) => `${packetLatency(a, options) - 2} BX with ${a.name}`)
      .join(', ')}, from bx_i`,
  }),
  build(m, options) {
    const algorithms = includedAlgorithms(options);
    const { algorithm_i } = m.inputs('configuration', { algorithm_i: 3 });
    const { link_reset_i, bx_i } = m.inputs('from pin and link input', {
      link_reset_i: [1, 'with the words of its first BX'],
      bx_i: 5,
    });
    const reset = m.instance('u_link_reset', leaf('econ_link_reset'), { reset_i: link_reset_i }, [
      { bits: 9, kind: 'control' },
    ]);

    m.section('delay');
    // tag_2 is two BX after link_i, one after the register of the link input.
    const resetting = reset.out('resetting_o', { name: 'resetting' });
    const last = Math.max(...algorithms.map((a) => packetLatency(a, options))) - 1;
    const tags = [cat(resetting, bx_i)];
    for (let bx = 2; bx <= last; bx++) tags.push(m.register(`tag_${bx}`, tags[bx - 2], { kind: 'control' }));
    const tag = m.select(
      'tag',
      algorithm_i,
      algorithms.map((a) => ({
        labels: selections(a, algorithms),
        value: tags[packetLatency(a, options) - 2],
        note: a.name,
      })),
      constant(6, 0),
    );
    m.outputs('to the formatter', { bx_o: bits(tag, 0, 5), resetting_o: bits(tag, 5, 1) });
  },
});
