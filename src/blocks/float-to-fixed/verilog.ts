import { declare, instance } from '../../hdl/index.js';
import { type BuildContext, type ChipBlock, emitModule } from '../build.js';
import { CODE_BITS, CODES } from '../link-input/parameters.js';
import { anyError, bxSignal, clockOnly, errorPort, pipelineRegisters, pipelineSignals } from '../stage.js';
import { LINEAR_BITS } from './parameters.js';

/** Float-to-fixed: 4E3M codes to linear charges. */
export const floatToFixedBlock: ChipBlock = {
  name: 'float-to-fixed',
  instance: 'u_float_to_fixed',
  module: 'econ_float_to_fixed',
  latency: 1,
  state: () => [
    { what: 'linear charges', bits: CODES * LINEAR_BITS, kind: 'pipeline' },
    { what: 'BX', bits: 5, kind: 'control' },
  ],
  emit,
};

function emit(context: BuildContext): string {
  const registers = [
    { name: 'linear', width: CODES * LINEAR_BITS, note: 'unsigned, cell k in [21k+20:21k]' },
    bxSignal(),
  ];
  return emitModule(
    context,
    {
      purpose: ['Float-to-fixed: 4E3M codes to linear charges, in the middle of the interval of the code.'],
      layer: 'float-to-fixed',
      formats: ['in  codes 4E3M, 7 bits', 'out unsigned integers, 21 bits (19 used in low density)'],
      latency: '1 BX',
    },
    {
      name: 'econ_float_to_fixed',
      groups: [
        clockOnly,
        {
          title: 'configuration',
          ports: [{ direction: 'input', width: 1, name: 'high_density_i' }],
        },
        {
          title: 'from the mux',
          ports: [
            { direction: 'input', width: CODES * CODE_BITS, name: 'codes_i' },
            { direction: 'input', width: 5, name: 'bx_i' },
          ],
        },
        {
          title: 'to the calibration',
          ports: [
            { direction: 'output', width: CODES * LINEAR_BITS, name: 'linear_o' },
            { direction: 'output', width: 5, name: 'bx_o' },
            errorPort,
          ],
        },
      ],
      body: [
        ...declare('wire', pipelineSignals(registers)),
        '',
        ...instance(
          'econ_float_decode',
          'u_decode',
          [['Cells', CODES]],
          [
            ['high_density_i', 'high_density_i'],
            ['codes_i', 'codes_i'],
            ['linear_o', 'linear_d'],
          ],
        ),
        'assign bx_d = bx_i;',
        '',
        ...pipelineRegisters(context.options, registers),
        '',
        'assign linear_o = linear_q;',
        'assign bx_o     = bx_q;',
        `assign err_o    = ${anyError(registers)};`,
      ],
    },
  );
}
