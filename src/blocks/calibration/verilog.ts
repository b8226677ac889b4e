import { declare, instance } from '../../hdl/index.js';
import { type BuildContext, type ChipBlock, emitModule } from '../build.js';
import { LINEAR_BITS } from '../float-to-fixed/parameters.js';
import { CODES } from '../link-input/parameters.js';
import { CHARGE_BITS } from '../normaliser/parameters.js';
import { anyError, bxSignal, clockOnly, errorPort, pipelineRegisters, pipelineSignals } from '../stage.js';
import { CALIBRATION_BITS } from './parameters.js';

/** Calibration: one factor per cell. */
export const calibrationBlock: ChipBlock = {
  name: 'calibration',
  instance: 'u_calibration',
  module: 'econ_calibration',
  latency: 1,
  state: () => [
    { what: 'charges', bits: CODES * CHARGE_BITS, kind: 'pipeline' },
    { what: 'BX', bits: 5, kind: 'control' },
  ],
  emit,
};

function emit(context: BuildContext): string {
  const registers = [
    { name: 'charge', width: CODES * CHARGE_BITS, note: 'CALQ, unsigned, cell k in [22k+21:22k]' },
    bxSignal(),
  ];
  return emitModule(
    context,
    {
      purpose: ['Calibration: CALQ = (linear * factor) >> 11, truncated. The factor carries 1 / cosh(eta).'],
      layer: 'calibration',
      formats: [
        'in  unsigned integers, 21 bits; factors u1.11',
        'out CALQ, unsigned integers, 22 bits, <= 4062240',
      ],
      latency: '1 BX',
    },
    {
      name: 'econ_calibration',
      groups: [
        clockOnly,
        {
          title: 'configuration',
          ports: [
            {
              direction: 'input',
              width: CODES * CALIBRATION_BITS,
              name: 'cal_i',
              note: 'register cal k in [12k+11:12k]',
            },
          ],
        },
        {
          title: 'from float-to-fixed',
          ports: [
            { direction: 'input', width: CODES * LINEAR_BITS, name: 'linear_i' },
            { direction: 'input', width: 5, name: 'bx_i' },
          ],
        },
        {
          title: 'to the normaliser',
          ports: [
            { direction: 'output', width: CODES * CHARGE_BITS, name: 'charge_o' },
            { direction: 'output', width: 5, name: 'bx_o' },
            errorPort,
          ],
        },
      ],
      body: [
        ...declare('wire', pipelineSignals(registers)),
        '',
        ...instance(
          'econ_calibrate',
          'u_calibrate',
          [['Cells', CODES]],
          [
            ['linear_i', 'linear_i'],
            ['factor_i', 'cal_i'],
            ['charge_o', 'charge_d'],
          ],
        ),
        'assign bx_d = bx_i;',
        '',
        ...pipelineRegisters(context.options, registers),
        '',
        'assign charge_o = charge_q;',
        'assign bx_o     = bx_q;',
        `assign err_o    = ${anyError(registers)};`,
      ],
    },
  );
}
