import { declare, instance } from '../../hdl/index.js';
import { KEY_BITS } from '../best-choice/parameters.js';
import { type BuildContext, type ChipBlock, emitModule } from '../build.js';
import { CODE_BITS, CODES } from '../link-input/parameters.js';
import { CHARGE_BITS } from '../normaliser/parameters.js';
import {
  anyError,
  clockOnly,
  errorPort,
  pipelineRegisters,
  pipelineSignals,
  pipelineState,
} from '../stage.js';

const registers = [
  { name: 'codes', width: CODES * CODE_BITS, note: '4E3M of charge >> drop, cell k in [7k+6:7k]' },
];

/** Repeater: every charge as 4E3M. */
export const repeaterBlock: ChipBlock = {
  name: 'repeater',
  instance: 'u_repeater',
  module: 'econ_repeater',
  latency: 1,
  state: () => pipelineState(registers),
  emit,
};

function emit(context: BuildContext): string {
  return emitModule(
    context,
    {
      purpose: ['Repeater: all 48 charges, 4E3M each, without a selection.'],
      layer: 'repeater (alg_type 3)',
      formats: ['in  CALQ, unsigned integers, 22 bits', 'out codes 4E3M of charge >> drop_lsb, 7 bits'],
      latency: '1 BX',
    },
    {
      name: 'econ_repeater',
      groups: [
        clockOnly,
        { title: 'configuration', ports: [{ direction: 'input', width: 3, name: 'drop_i' }] },
        {
          title: 'from the calibration',
          ports: [{ direction: 'input', width: CODES * CHARGE_BITS, name: 'charge_i' }],
        },
        {
          title: 'to the formatter',
          ports: [{ direction: 'output', width: CODES * CODE_BITS, name: 'codes_o' }, errorPort],
        },
      ],
      body: [
        ...declare('wire', [
          { name: 'value', width: CODES * KEY_BITS, note: 'charge >> drop, at most 2^18 - 1' },
          ...pipelineSignals(registers),
        ]),
        '',
        ...dropCharges(),
        ...chargeCodes(),
        '',
        ...pipelineRegisters(context.options, registers),
        '',
        'assign codes_o = codes_q;',
        `assign err_o   = ${anyError(registers)};`,
      ],
    },
  );
}

/** charge_i in units of 2^drop_i, clamped to 18 bits, in `value`. */
export function dropCharges(): string[] {
  return instance(
    'econ_drop_charges',
    'u_drop_charges',
    [['Cells', CODES]],
    [
      ['drop_i', 'drop_i'],
      ['charge_i', 'charge_i'],
      ['value_o', 'value'],
    ],
  );
}

/** 4E3M codes of `value` in `codes_d`. */
export function chargeCodes(target = 'codes_d'): string[] {
  return instance(
    'econ_charge_codes',
    'u_charge_codes',
    [['Cells', CODES]],
    [
      ['value_i', 'value'],
      ['code_o', target],
    ],
  );
}
