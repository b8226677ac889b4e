import {
  bankName,
  CHARGE_BITS,
  type ChipOptions,
  CODE_BITS,
  CODES,
  ETX,
  I2C_BASE_ADDRESS,
  LINEAR_BITS,
  LINKS,
  triplicate,
  weightBlocks,
} from '../blocks/index.js';
import { instance, literal, type Port, type Signal } from '../hdl/index.js';

/** Ports, wires and instances that the chip of the autoencoder and the whole ECON-T have in common. */
export type Connections = readonly (readonly [string, string])[];

export const clock = ['clk_i', 'clk_i'] as const;
export const clocked: Connections = [clock, ['rst_ni', 'rst_n']];

const banks = (options: ChipOptions): string[] =>
  Array.from({ length: weightBlocks(options) }, (_, n) => bankName(n));

const input = (name: string, width: number, note?: string): Port => ({
  direction: 'input',
  width,
  name,
  note,
});

export const clockPorts: readonly Port[] = [
  input('clk_i', 1, '40 MHz bunch-crossing clock'),
  input('rst_ni', 1, 'asserts at once, released with the clock'),
];
export const i2cPorts: readonly Port[] = [
  input('strap_i', 3, 'device address = 0x20 + strap'),
  input('scl_i', 1),
  input('sda_i', 1),
  { direction: 'output', width: 1, name: 'sda_oe_o', note: 'open drain: 1 pulls SDA low' },
];
export const linkPorts: readonly Port[] = [
  input('link_i', 32 * LINKS, 'eRx r in [32r+31:32r]'),
  { direction: 'output', width: 32 * ETX, name: 'link_o', note: 'eTx j in [32j+31:32j]' },
];

export function resetSync(options: ChipOptions): string[] {
  return instance(
    'econ_reset_sync',
    'u_reset_sync',
    [['Triplicate', triplicate(options, 'control')]],
    [clock, ['rst_ni', 'rst_ni'], ['rst_no', 'rst_n'], ['err_o', 'reset_err']],
  );
}

/** @param encoder with a weight memory on the register bus */
export function i2cTarget(options: ChipOptions, encoder: boolean): string[] {
  return instance(
    'econ_i2c_target',
    'u_i2c_target',
    [
      ['TimeoutBits', options.i2cTimeoutBits],
      ['Triplicate', triplicate(options, 'control')],
    ],
    [
      ...clocked,
      ['device_i', `${literal(7, I2C_BASE_ADDRESS)} + {4'd0, strap_i}`],
      ['scl_i', 'scl_i'],
      ['sda_i', 'sda_i'],
      ['sda_oe_o', 'sda_oe_o'],
      ['write_o', 'bus_write'],
      ['address_o', 'bus_address'],
      ['data_o', 'bus_wdata'],
      ['data_i', encoder ? 'register_rdata | weight_rdata' : 'register_rdata'],
      ['ready_i', encoder ? 'weight_ready' : "1'b1"],
      ['recover_o', 'i2c_recover'],
      ['err_o', 'i2c_err'],
    ],
  );
}

export function weightMemory(options: ChipOptions): string[] {
  return instance(
    'econ_weight_memory',
    'u_weight_memory',
    [],
    [
      ...clocked,
      ['write_i', 'bus_write'],
      ['address_i', 'bus_address'],
      ['data_i', 'bus_wdata'],
      ['data_o', 'weight_rdata'],
      ['ready_o', 'weight_ready'],
      ['commit_i', 'commit'],
      ['read_active_i', 'read_active'],
      ['expected_crc_i', 'expected_crc'],
      ['busy_o', 'weight_busy'],
      ['done_o', 'weight_done'],
      ['failed_o', 'weight_failed'],
      ['count_o', 'commit_count'],
      ['crc_o', 'computed_crc'],
      ...banks(options).map((b): [string, string] => [`${b}_o`, b]),
      ['err_o', 'weight_err'],
    ],
  );
}

export function linkInput(): string[] {
  return instance(
    'econ_link_input',
    'u_link_input',
    [],
    [
      ...clocked,
      ['link_i', 'link_i'],
      ['codes_o', 'input_codes'],
      ['bx_o', 'input_bx'],
      ['err_o', 'link_input_err'],
    ],
  );
}

/** Mux, float-to-fixed, calibration. @param bx wire of the BX beside the charges */
export function codesToCharges(bx = 'charge_bx'): string[] {
  return [
    ...instance(
      'econ_mux',
      'u_mux',
      [],
      [
        clock,
        ['mux_i', 'mux'],
        ['codes_i', 'input_codes'],
        ['bx_i', 'input_bx'],
        ['codes_o', 'codes'],
        ['bx_o', 'codes_bx'],
        ['err_o', 'mux_err'],
      ],
    ),
    ...instance(
      'econ_float_to_fixed',
      'u_float_to_fixed',
      [],
      [
        clock,
        ['high_density_i', 'high_density'],
        ['codes_i', 'codes'],
        ['bx_i', 'codes_bx'],
        ['linear_o', 'linear'],
        ['bx_o', 'linear_bx'],
        ['err_o', 'float_to_fixed_err'],
      ],
    ),
    ...instance(
      'econ_calibration',
      'u_calibration',
      [],
      [
        clock,
        ['cal_i', 'cal'],
        ['linear_i', 'linear'],
        ['bx_i', 'linear_bx'],
        ['charge_o', 'charge'],
        ['bx_o', bx],
        ['err_o', 'calibration_err'],
      ],
    ),
  ];
}

const bx = (name: string): Signal => ({ name, width: 5 });

/** Wires of codesToCharges. */
export function chargeSignals(last = 'charge_bx'): Signal[] {
  return [
    { name: 'input_codes', width: CODES * CODE_BITS, note: '4E3M' },
    bx('input_bx'),
    { name: 'codes', width: CODES * CODE_BITS, note: '4E3M, image order' },
    bx('codes_bx'),
    { name: 'linear', width: CODES * LINEAR_BITS, note: 'unsigned' },
    bx('linear_bx'),
    { name: 'charge', width: CODES * CHARGE_BITS, note: 'CALQ, unsigned' },
    bx(last),
  ];
}
