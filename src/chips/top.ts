import {
  autoencoderHardware,
  type BuildContext,
  buildNumber,
  CALIBRATION_BITS,
  type ChipOptions,
  CODES,
  ETX,
  emitModule,
  MUX_BITS,
  RAW_BITS,
} from '../blocks/index.js';
import { declare, instance, literal, type Signal, section } from '../hdl/index.js';
import {
  chargeSignals,
  clock,
  clocked,
  clockPorts,
  codesToCharges,
  i2cPorts,
  i2cTarget,
  linkInput,
  linkPorts,
  resetSync,
  weightMemory,
} from './instances.js';

/**
 * Emits the top level econ_chip: wires and instances only.
 * @param latency BX from link_i to link_o
 */
export function emitTop(context: BuildContext, latency: number): string {
  const { options } = context;
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
        { title: 'clock and reset', ports: clockPorts },
        { title: 'I2C', ports: i2cPorts },
        { title: 'links', ports: linkPorts },
      ],
      body: [
        ...declare('wire', signals(options)),
        '',
        section('reset and I2C'),
        ...resetSync(options),
        ...i2cTarget(options, true),
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
            ['build_i', literal(3, buildNumber(options))],
            ['erx_event_i', 'link_input_err'],
            ['mux_fix_calib_event_i', 'mux_err | float_to_fixed_err | calibration_err'],
            ['formatter_buffer_event_i', 'formatter_err'],
            ['auto_encoder_event_i', 'normaliser_err | encoder_err | weight_err'],
            ['misc_event_i', 'reset_err | i2c_err'],
            ['i2c_recovery_event_i', 'i2c_recover'],
          ],
        ),
        ...weightMemory(options),
        '',
        section('data path'),
        ...linkInput(),
        ...codesToCharges(),
        ...autoencoderHardware.instances(options),
        ...instance(
          'econ_formatter',
          'u_formatter',
          [],
          [
            clock,
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

function signals(options: ChipOptions): Signal[] {
  const one = (name: string): Signal => ({ name, width: 1 });
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
    ...chargeSignals(),
    ...(autoencoderHardware.wires?.(options) ?? []),
    ...autoencoderHardware.data.map(({ name, width, wire, note }) => ({ name: wire ?? name, width, note })),
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
