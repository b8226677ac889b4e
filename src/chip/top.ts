import { declare, instance, literal, type Signal, section } from '../verilog/index.js';
import { type BuildContext, emitModule, triplicate } from './build.js';
import { CALIBRATION_BITS } from './calibration/parameters.js';
import { IMAGE_CELLS, INPUT_BITS, LATENT_BITS, LATENTS } from './encoder/parameters.js';
import { bankName } from './encoder/verilog.js';
import { WEIGHT_BLOCK_BYTES, WEIGHT_BLOCKS } from './encoder/weights.js';
import { LINEAR_BITS } from './float-to-fixed/parameters.js';
import { ETX, RAW_BITS } from './formatter/parameters.js';
import { I2C_BASE_ADDRESS } from './i2c/parameters.js';
import { CODE_BITS, CODES, LINKS } from './link-input/parameters.js';
import { MUX_BITS } from './mux/parameters.js';
import { CHARGE_BITS, SUM_CODE_BITS } from './normaliser/parameters.js';

type Connections = (readonly [string, string])[];

const clocked: Connections = [
  ['clk_i', 'clk_i'],
  ['rst_ni', 'rst_n'],
];

/**
 * Emits the top level econ_chip: wires and instances only.
 * @param latency BX from link_i to link_o
 */
export function emitTop(context: BuildContext, latency: number): string {
  const { options } = context;
  const banks = Array.from({ length: WEIGHT_BLOCKS }, (_, n) => bankName(n));
  const build =
    (options.arithmetic === 'exact' ? 1 : 0) | (['none', 'weights', 'registers'].indexOf(options.tmr) << 1);
  return emitModule(
    context,
    {
      purpose: [
        'Chip: 12 input links -> trigger-cell codes -> autoencoder -> 13 output links, one wafer per clock;',
        'configuration and weights over I2C.',
      ],
      layer: `all; TMR mode '${options.tmr}', arithmetic '${options.arithmetic}'`,
      formats: ['links 32 bits per BX; see the blocks for the formats between them'],
      latency: `${latency} BX from link_i to link_o, a new wafer every BX`,
    },
    {
      name: 'econ_chip',
      groups: [
        {
          title: 'clock and reset',
          ports: [
            { direction: 'input', width: 1, name: 'clk_i', note: '40 MHz bunch-crossing clock' },
            {
              direction: 'input',
              width: 1,
              name: 'rst_ni',
              note: 'asserts at once, released with the clock',
            },
          ],
        },
        {
          title: 'I2C',
          ports: [
            { direction: 'input', width: 3, name: 'strap_i', note: 'device address = 0x20 + strap' },
            { direction: 'input', width: 1, name: 'scl_i' },
            { direction: 'input', width: 1, name: 'sda_i' },
            { direction: 'output', width: 1, name: 'sda_oe_o', note: 'open drain: 1 pulls SDA low' },
          ],
        },
        {
          title: 'links',
          ports: [
            { direction: 'input', width: 32 * LINKS, name: 'link_i', note: 'eRx r in [32r+31:32r]' },
            { direction: 'output', width: 32 * ETX, name: 'link_o', note: 'eTx j in [32j+31:32j]' },
          ],
        },
      ],
      body: [
        ...declare('wire', signals(banks)),
        '',
        section('reset and I2C'),
        ...instance(
          'econ_reset_sync',
          'u_reset_sync',
          [['Triplicate', triplicate(options, 'control')]],
          [
            ['clk_i', 'clk_i'],
            ['rst_ni', 'rst_ni'],
            ['rst_no', 'rst_n'],
            ['err_o', 'reset_err'],
          ],
        ),
        ...instance(
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
            ['data_i', 'register_rdata | weight_rdata'],
            ['ready_i', 'weight_ready'],
            ['recover_o', 'i2c_recover'],
            ['err_o', 'i2c_err'],
          ],
        ),
        '',
        section('configuration and weights'),
        ...instance(
          'econ_registers',
          'u_registers',
          [],
          [
            ...clocked,
            ['write_i', 'bus_write'],
            ['address_i', 'bus_address'],
            ['data_i', 'bus_wdata'],
            ['data_o', 'register_rdata'],
            ['mux_o', 'mux'],
            ['cal_o', 'cal'],
            ['config_algo_o', '{unused_config_algo, high_density, algorithm}'],
            ['links_o', '{active_etxs, unused_stc_type}'],
            ['keep_o', 'keep'],
            ['read_active_o', 'read_active'],
            ['expected_crc_o', 'expected_crc'],
            ['rw_err_clr_o', 'unused_rw_err_clr'],
            ['commit_o', 'commit'],
            ['weight_status_i', '{weight_failed, weight_done, weight_busy}'],
            ['commit_count_i', 'commit_count'],
            ['computed_crc_i', 'computed_crc'],
            ['build_i', literal(3, build)],
            ['erx_event_i', 'link_input_err'],
            ['mux_fix_calib_event_i', 'mux_err | float_to_fixed_err | calibration_err'],
            ['formatter_buffer_event_i', 'formatter_err'],
            ['auto_encoder_event_i', 'normaliser_err | encoder_err | weight_err'],
            ['misc_event_i', 'reset_err | i2c_err'],
            ['i2c_recovery_event_i', 'i2c_recover'],
          ],
        ),
        ...instance(
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
            ...banks.map((b): [string, string] => [`${b}_o`, b]),
            ['err_o', 'weight_err'],
          ],
        ),
        '',
        section('data path'),
        ...instance(
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
        ),
        ...instance(
          'econ_mux',
          'u_mux',
          [],
          [
            clocked[0],
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
            clocked[0],
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
            clocked[0],
            ['cal_i', 'cal'],
            ['linear_i', 'linear'],
            ['bx_i', 'linear_bx'],
            ['charge_o', 'charge'],
            ['bx_o', 'charge_bx'],
            ['err_o', 'calibration_err'],
          ],
        ),
        ...instance(
          'econ_normaliser',
          'u_normaliser',
          [],
          [
            clocked[0],
            ['charge_i', 'charge'],
            ['bx_i', 'charge_bx'],
            ['x_o', 'x'],
            ['sum_code_o', 'x_sum_code'],
            ['bx_o', 'x_bx'],
            ['err_o', 'normaliser_err'],
          ],
        ),
        ...instance(
          'econ_encoder',
          'u_encoder',
          [],
          [
            clocked[0],
            ...banks.map((b): [string, string] => [`${b}_i`, b]),
            ['x_i', 'x'],
            ['sum_code_i', 'x_sum_code'],
            ['bx_i', 'x_bx'],
            ['latents_o', 'latents'],
            ['sum_code_o', 'latents_sum_code'],
            ['bx_o', 'latents_bx'],
            ['err_o', 'encoder_err'],
          ],
        ),
        ...instance(
          'econ_formatter',
          'u_formatter',
          [],
          [
            clocked[0],
            ['algorithm_i', 'algorithm'],
            ['active_etxs_i', 'active_etxs'],
            ['keep_i', 'keep'],
            ['latents_i', 'latents'],
            ['sum_code_i', 'latents_sum_code'],
            ['bx_i', 'latents_bx'],
            ['link_o', 'link_o'],
            ['err_o', 'formatter_err'],
          ],
        ),
      ],
    },
  );
}

function signals(banks: readonly string[]): Signal[] {
  const one = (name: string): Signal => ({ name, width: 1 });
  const bx = (name: string): Signal => ({ name, width: 5 });
  return [
    { ...one('rst_n'), note: 'synchronised' },
    ...['reset_err', 'i2c_err', 'i2c_recover', 'bus_write'].map(one),
    { name: 'bus_address', width: 16 },
    { name: 'bus_wdata', width: 8 },
    { name: 'register_rdata', width: 8 },
    { name: 'weight_rdata', width: 8 },
    one('weight_ready'),
    { name: 'mux', width: CODES * MUX_BITS },
    { name: 'cal', width: CODES * CALIBRATION_BITS },
    { name: 'algorithm', width: 3 },
    one('high_density'),
    { name: 'unused_config_algo', width: 11 },
    { name: 'active_etxs', width: ETX },
    { name: 'unused_stc_type', width: 3 },
    { name: 'keep', width: RAW_BITS },
    ...['read_active', 'unused_rw_err_clr', 'commit', 'weight_busy', 'weight_done', 'weight_failed'].map(one),
    { name: 'expected_crc', width: 32 },
    { name: 'computed_crc', width: 32 },
    { name: 'commit_count', width: 8 },
    ...banks.map((name) => ({ name, width: 8 * WEIGHT_BLOCK_BYTES })),
    { name: 'input_codes', width: CODES * CODE_BITS, note: '4E3M' },
    bx('input_bx'),
    { name: 'codes', width: CODES * CODE_BITS, note: '4E3M, image order' },
    bx('codes_bx'),
    { name: 'linear', width: CODES * LINEAR_BITS, note: 'unsigned' },
    bx('linear_bx'),
    { name: 'charge', width: CODES * CHARGE_BITS, note: 'CALQ, unsigned' },
    bx('charge_bx'),
    { name: 'x', width: IMAGE_CELLS * INPUT_BITS, note: 'u1.7' },
    { name: 'x_sum_code', width: SUM_CODE_BITS, note: '5E4M' },
    bx('x_bx'),
    { name: 'latents', width: LATENTS * LATENT_BITS, note: 'u1.8' },
    { name: 'latents_sum_code', width: SUM_CODE_BITS, note: '5E4M' },
    bx('latents_bx'),
    ...[
      'link_input_err',
      'mux_err',
      'float_to_fixed_err',
      'calibration_err',
      'normaliser_err',
      'encoder_err',
      'formatter_err',
      'weight_err',
    ].map(one),
  ];
}
