import { declare, instance, type Signal, section } from '../../hdl/index.js';
import { KEY_BITS } from '../best-choice/parameters.js';
import { type BuildContext, type ChipBlock, emitModule } from '../build.js';
import { CODE_BITS, CODES } from '../link-input/parameters.js';
import { CHARGE_BITS, SUM_BITS } from '../normaliser/parameters.js';
import { chargeCodes, dropCharges } from '../repeater/verilog.js';
import {
  anyError,
  clockOnly,
  errorPort,
  pipelineRegisters,
  pipelineSignals,
  pipelineState,
} from '../stage.js';
import { THRESHOLD_BITS } from './parameters.js';

const SUM_CODE_BITS = 8;

const registers: readonly Signal[] = [
  { name: 'map', width: CODES, note: 'cells at or above threshold' },
  { name: 'codes', width: CODES * CODE_BITS, note: '4E3M of charge >> drop, cell k in [7k+6:7k]' },
  { name: 'sum_code', width: SUM_CODE_BITS, note: '5E3M' },
  { name: 'all_sum_code', width: SUM_CODE_BITS, note: '5E3M of the sum of all cells' },
];

/** Threshold sum: cells at or above their thresholds, and the sum of the others. */
export const thresholdSumBlock: ChipBlock = {
  name: 'threshold-sum',
  instance: 'u_threshold_sum',
  module: 'econ_threshold_sum',
  latency: 1,
  state: () => pipelineState(registers),
  emit,
};

function emit(context: BuildContext): string {
  return emitModule(
    context,
    {
      purpose: [
        'Threshold sum: a cell is sent when its charge is at or above its threshold. The module sum is of the cells',
        'that are not sent, or of all with use_sum. Truncated packets carry the sum of all whatever use_sum says.',
      ],
      layer: 'threshold sum (alg_type 0)',
      formats: [
        'in  CALQ, unsigned integers, 22 bits; thresholds alike, compared before any drop',
        'out codes 4E3M of charge >> drop_lsb; sums (28 bits, no drop) 5E3M',
      ],
      latency: '1 BX',
    },
    {
      name: 'econ_threshold_sum',
      groups: [
        clockOnly,
        {
          title: 'configuration',
          ports: [
            {
              direction: 'input',
              width: CODES * THRESHOLD_BITS,
              name: 'threshold_i',
              note: 'register threshold k in [22k+21:22k]',
            },
            { direction: 'input', width: 3, name: 'drop_i' },
            { direction: 'input', width: 1, name: 'use_sum_i', note: '1: module sum of all cells' },
          ],
        },
        {
          title: 'from the calibration',
          ports: [{ direction: 'input', width: CODES * CHARGE_BITS, name: 'charge_i' }],
        },
        {
          title: 'to the formatter',
          ports: [
            { direction: 'output', width: CODES, name: 'map_o', note: 'one bit per cell' },
            { direction: 'output', width: CODES * CODE_BITS, name: 'codes_o' },
            { direction: 'output', width: SUM_CODE_BITS, name: 'sum_code_o' },
            { direction: 'output', width: SUM_CODE_BITS, name: 'all_sum_code_o' },
            errorPort,
          ],
        },
      ],
      body: [
        ...declare('wire', [
          { name: 'value', width: CODES * KEY_BITS, note: 'charge >> drop, at most 2^18 - 1' },
          { name: 'rest', width: CODES * CHARGE_BITS, note: 'charges of cells below threshold' },
          { name: 'all_sum', width: SUM_BITS, note: 'unsigned integers' },
          { name: 'rest_sum', width: SUM_BITS },
          { name: 'rest_sum_code', width: SUM_CODE_BITS },
          ...pipelineSignals(registers),
        ]),
        '',
        section('selection'),
        ...instance(
          'econ_threshold_cells',
          'u_threshold_cells',
          [['Cells', CODES]],
          [
            ['threshold_i', 'threshold_i'],
            ['charge_i', 'charge_i'],
            ['pass_o', 'map_d'],
            ['rest_o', 'rest'],
          ],
        ),
        ...dropCharges(),
        ...chargeCodes(),
        '',
        section('sums'),
        ...waferSum('charge_i', 'all_sum', 'u_all_sum'),
        ...waferSum('rest', 'rest_sum', 'u_rest_sum'),
        ...sumCode('all_sum', 'all_sum_code_d', 'u_encode_all'),
        ...sumCode('rest_sum', 'rest_sum_code', 'u_encode_rest'),
        'assign sum_code_d = use_sum_i ? all_sum_code_d : rest_sum_code;',
        '',
        ...pipelineRegisters(context.options, registers),
        '',
        ...registers.map(({ name }) => `assign ${`${name}_o`.padEnd(14)} = ${name}_q;`),
        `assign err_o          = ${anyError(registers)};`,
      ],
    },
  );
}

function waferSum(charges: string, sum: string, name: string): string[] {
  return instance(
    'econ_wafer_sum',
    name,
    [['Cells', CODES]],
    [
      ['charge_i', charges],
      ['sum_o', sum],
    ],
  );
}

function sumCode(sum: string, code: string, name: string): string[] {
  return instance(
    'econ_float_encode',
    name,
    [
      ['InWidth', SUM_BITS],
      ['Exponent', 5],
      ['Mantissa', 3],
    ],
    [
      ['value_i', sum],
      ['code_o', code],
    ],
  );
}
