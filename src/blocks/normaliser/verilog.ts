import { IMAGE_CELLS, INPUT_BITS } from '../../encoder/index.js';
import { declare, instance, section } from '../../hdl/index.js';
import { type BuildContext, type ChipBlock, emitModule } from '../build.js';
import { anyError, bxSignal, clockOnly, errorPort, pipelineRegisters, pipelineSignals } from '../stage.js';
import { CHARGE_BITS, SUM_BITS, SUM_CODE_BITS } from './parameters.js';

/** Normaliser: module sum, its code, and charges over the power of two at or below the sum. */
export const normaliserBlock: ChipBlock = {
  name: 'normaliser',
  instance: 'u_normaliser',
  module: 'econ_normaliser',
  latency: 2,
  state: () => [
    { what: 'charges beside the sum', bits: IMAGE_CELLS * CHARGE_BITS, kind: 'pipeline' },
    { what: 'module sum', bits: SUM_BITS, kind: 'pipeline' },
    { what: 'image', bits: IMAGE_CELLS * INPUT_BITS, kind: 'pipeline' },
    { what: 'sum code', bits: SUM_CODE_BITS, kind: 'pipeline' },
    { what: 'BX, two stages', bits: 10, kind: 'control' },
  ],
  emit,
};

function emit(context: BuildContext): string {
  const first = [
    { name: 'charge', width: IMAGE_CELLS * CHARGE_BITS, note: 'CALQ, unsigned, cell k in [22k+21:22k]' },
    { name: 'sum', width: SUM_BITS, note: 'unsigned' },
    bxSignal('bx_sum'),
  ];
  const second = [
    { name: 'x', width: IMAGE_CELLS * INPUT_BITS, note: 'u1.7, image position k in [8k+7:8k]' },
    { name: 'sum_code', width: SUM_CODE_BITS, note: '5E4M' },
    bxSignal(),
  ];
  return emitModule(
    context,
    {
      purpose: [
        'Normaliser: BX 1 adds the 48 charges; BX 2 divides them by the power of two at or below that sum and',
        'encodes the sum for the packet.',
      ],
      layer: 'normaliser',
      formats: ['in  CALQ, unsigned integers, 22 bits', 'out x u1.7; sum 5E4M, 9 bits'],
      latency: '2 BX',
    },
    {
      name: 'econ_normaliser',
      groups: [
        clockOnly,
        {
          title: 'from the calibration',
          ports: [
            { direction: 'input', width: IMAGE_CELLS * CHARGE_BITS, name: 'charge_i' },
            { direction: 'input', width: 5, name: 'bx_i' },
          ],
        },
        {
          title: 'to the encoder',
          ports: [
            { direction: 'output', width: IMAGE_CELLS * INPUT_BITS, name: 'x_o' },
            { direction: 'output', width: SUM_CODE_BITS, name: 'sum_code_o' },
            { direction: 'output', width: 5, name: 'bx_o' },
            errorPort,
          ],
        },
      ],
      body: [
        ...declare('wire', pipelineSignals([...first, ...second])),
        '',
        section('BX 1: sum'),
        ...instance(
          'econ_wafer_sum',
          'u_wafer_sum',
          [['Cells', IMAGE_CELLS]],
          [
            ['charge_i', 'charge_i'],
            ['sum_o', 'sum_d'],
          ],
        ),
        'assign charge_d = charge_i;',
        'assign bx_sum_d = bx_i;',
        '',
        ...pipelineRegisters(context.options, first),
        '',
        section('BX 2: shift and code'),
        ...instance(
          'econ_normalise',
          'u_normalise',
          [['Cells', IMAGE_CELLS]],
          [
            ['charge_i', 'charge_q'],
            ['sum_i', 'sum_q'],
            ['x_o', 'x_d'],
          ],
        ),
        ...instance(
          'econ_float_encode',
          'u_float_encode',
          [
            ['InWidth', SUM_BITS],
            ['Exponent', 5],
            ['Mantissa', 4],
          ],
          [
            ['value_i', 'sum_q'],
            ['code_o', 'sum_code_d'],
          ],
        ),
        'assign bx_d = bx_sum_q;',
        '',
        ...pipelineRegisters(context.options, second),
        '',
        'assign x_o        = x_q;',
        'assign sum_code_o = sum_code_q;',
        'assign bx_o       = bx_q;',
        `assign err_o      = ${anyError([...first, ...second])};`,
      ],
    },
  );
}
