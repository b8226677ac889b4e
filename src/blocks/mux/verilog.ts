import { declare, instance } from '../../hdl/index.js';
import { type BuildContext, type ChipBlock, emitModule } from '../build.js';
import { CODE_BITS, CODES } from '../link-input/parameters.js';
import { anyError, bxSignal, clockOnly, errorPort, pipelineRegisters, pipelineSignals } from '../stage.js';
import { MUX_BITS } from './parameters.js';

const BITS = CODES * CODE_BITS;

/** Mux: any of the 48 input codes to each of the 48 image positions. */
export const muxBlock: ChipBlock = {
  name: 'mux',
  instance: 'u_mux',
  module: 'econ_mux',
  latency: 1,
  state: () => [
    { what: 'codes', bits: BITS, kind: 'pipeline' },
    { what: 'BX', bits: 5, kind: 'control' },
  ],
  emit,
};

function emit(context: BuildContext): string {
  const registers = [{ name: 'codes', width: BITS, note: '4E3M, image position k in [7k+6:7k]' }, bxSignal()];
  return emitModule(
    context,
    {
      purpose: [
        'Mux: image position k carries the code of input mux[k]. The mux carries the geometry of the module:',
        'which link brings which trigger cell.',
      ],
      layer: 'mux',
      formats: ['codes 4E3M, 7 bits'],
      latency: '1 BX',
    },
    {
      name: 'econ_mux',
      groups: [
        clockOnly,
        {
          title: 'configuration',
          ports: [
            {
              direction: 'input',
              width: CODES * MUX_BITS,
              name: 'mux_i',
              note: 'register mux k in [6k+5:6k]',
            },
          ],
        },
        {
          title: 'from the link input',
          ports: [
            { direction: 'input', width: BITS, name: 'codes_i' },
            { direction: 'input', width: 5, name: 'bx_i' },
          ],
        },
        {
          title: 'to float-to-fixed',
          ports: [
            { direction: 'output', width: BITS, name: 'codes_o' },
            { direction: 'output', width: 5, name: 'bx_o' },
            errorPort,
          ],
        },
      ],
      body: [
        ...declare('wire', pipelineSignals(registers)),
        '',
        ...instance(
          'econ_cell_select',
          'u_select',
          [['Cells', CODES]],
          [
            ['codes_i', 'codes_i'],
            ['select_i', 'mux_i'],
            ['codes_o', 'codes_d'],
          ],
        ),
        'assign bx_d = bx_i;',
        '',
        ...pipelineRegisters(context.options, registers),
        '',
        'assign codes_o = codes_q;',
        'assign bx_o    = bx_q;',
        `assign err_o   = ${anyError(registers)};`,
      ],
    },
  );
}
