import { declare, instance, section } from '../../hdl/index.js';
import { includedAlgorithms } from '../algorithm/algorithm.js';
import { packetLatency, selectionLabel } from '../algorithm/latency.js';
import { type BuildContext, type ChipBlock, type ChipOptions, emitModule, triplicate } from '../build.js';
import { LINK_RESET_ROWS } from '../links.js';
import {
  anyError,
  clockAndReset,
  errorPort,
  pipelineRegisters,
  pipelineSignals,
  pipelineState,
  type StageSignal,
} from '../stage.js';

/** BX counter and link reset beside the data path, with the delay of the selected algorithm. */
export const bunchTagBlock: ChipBlock = {
  name: 'bunch-tag',
  instance: 'u_bunch_tag',
  module: 'econ_bunch_tag',
  latency: 0,
  state: (options) => [{ what: 'link reset', bits: 9, kind: 'control' }, ...pipelineState(delays(options))],
  emit,
};

/** Registers after that of the link input: tag_2 is two BX after link_i. */
function delays(options: ChipOptions): StageSignal[] {
  const algorithms = includedAlgorithms(options);
  const last = Math.max(...algorithms.map(packetLatency)) - 1;
  return Array.from({ length: last - 1 }, (_, i) => ({
    name: `tag_${i + 2}`,
    width: 6,
    kind: 'control',
  }));
}

function emit(context: BuildContext): string {
  const { options } = context;
  const algorithms = includedAlgorithms(options);
  const tags = delays(options);
  return emitModule(
    context,
    {
      purpose: [
        'Bunch tag: what travels beside the data of a BX, whatever the algorithm: its BX counter, and whether it',
        `falls into a link reset (${LINK_RESET_ROWS} BX from the fast command on). The selected algorithm decides after how many BX`,
        'the tag meets its packet.',
      ],
      layer: 'beside the data path',
      formats: ['tag {resetting, bx}; bx 31 at BX 0, else BX mod 16'],
      latency: `${algorithms.map((a) => `${packetLatency(a) - 2} BX with ${a.name}`).join(', ')}, from bx_i`,
    },
    {
      name: 'econ_bunch_tag',
      groups: [
        clockAndReset,
        {
          title: 'configuration',
          ports: [{ direction: 'input', width: 3, name: 'algorithm_i' }],
        },
        {
          title: 'from pin and link input',
          ports: [
            { direction: 'input', width: 1, name: 'link_reset_i', note: 'with the words of its first BX' },
            { direction: 'input', width: 5, name: 'bx_i' },
          ],
        },
        {
          title: 'to the formatter',
          ports: [
            { direction: 'output', width: 5, name: 'bx_o' },
            { direction: 'output', width: 1, name: 'resetting_o' },
            errorPort,
          ],
        },
      ],
      body: [
        ...declare('wire', [
          { name: 'resetting', width: 1 },
          { name: 'reset_err', width: 1 },
          ...pipelineSignals(tags),
        ]),
        'reg  [5:0] tag;',
        '',
        ...instance(
          'econ_link_reset',
          'u_link_reset',
          [['Triplicate', triplicate(options, 'control')]],
          [
            ['clk_i', 'clk_i'],
            ['rst_ni', 'rst_ni'],
            ['reset_i', 'link_reset_i'],
            ['resetting_o', 'resetting'],
            ['err_o', 'reset_err'],
          ],
        ),
        '',
        section('delay'),
        ...tags.map(
          ({ name }, i) => `assign ${name}_d = ${i === 0 ? '{resetting, bx_i}' : `tag_${i + 1}_q`};`,
        ),
        ...pipelineRegisters(options, tags),
        '',
        'always @* begin',
        '  case (algorithm_i)',
        ...algorithms.map(
          (a) => `    ${selectionLabel(algorithms, a)} tag = tag_${packetLatency(a) - 1}_q; // ${a.name}`,
        ),
        `    ${selectionLabel(algorithms)} tag = 6'd0;`,
        '  endcase',
        'end',
        '',
        'assign {resetting_o, bx_o} = tag;',
        `assign err_o = ${anyError([{ name: 'reset', width: 1 }, ...tags])};`,
      ],
    },
  );
}
