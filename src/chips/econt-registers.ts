import type { AlgorithmName } from '../blocks/index.js';
import { buildNumber, type ChipOptions, includes } from '../blocks/index.js';
import { literal } from '../hdl/index.js';
import { type Connections, clocked } from './instances.js';

/** Algorithms that read drop_lsb. */
export const algorithmsOfDrop: readonly AlgorithmName[] = [
  'threshold-sum',
  'super-trigger-cell',
  'best-choice',
  'repeater',
];

function algorithmErrors(options: ChipOptions): string {
  const names = algorithmsOfDrop
    .filter((a) => includes(options, a))
    .map((a) => `${a.replaceAll('-', '_')}_err`);
  return names.length > 0 ? names.join(' | ') : "1'b0";
}

/** What u_registers of a whole ECON-T is connected to. */
export function registerConnections(options: ChipOptions): Connections {
  const has = (a: AlgorithmName): boolean => includes(options, a);
  const drop = algorithmsOfDrop.some(has);
  const selection: Connections = has('threshold-sum')
    ? [
        ['buff_t1_o', 'buff_t1'],
        ['buff_t2_o', 'buff_t2'],
        ['buff_t3_o', '{use_sum, buff_t3}'],
        ['idle_pattern_o', 'idle_pattern'],
        ['threshold_o', 'threshold'],
      ]
    : has('best-choice')
      ? [['buff_t3_o', '{use_sum, unused_buff_t3}']]
      : [];
  return [
    ...clocked,
    ['write_i', 'bus_write'],
    ['address_i', 'bus_address'],
    ['data_i', 'bus_wdata'],
    ['data_o', 'register_rdata'],
    ['mux_o', 'mux'],
    ['cal_o', 'cal'],
    ['config_algo_o', '{unused_config_algo, high_density, algorithm}'],
    ['links_o', `{active_etxs, ${has('super-trigger-cell') ? 'stc_type' : 'unused_stc_type'}}`],
    ...(drop ? ([['drop_lsb_o', 'drop_lsb']] as const) : []),
    ...selection,
    ['link_reset_pattern_o', '{unused_etx_pattern, link_reset_pattern}'],
    ['pusm_config_o', '{run, unused_pusm_config}'],
    ['orbsyn_hdr_o', '{orbit_mask, orbit_value}'],
    ['idle_hdr_o', '{idle_mask, idle_value}'],
    ['status_clear_o', 'status_clear'],
    ...(has('autoencoder')
      ? ([
          ['keep_o', 'keep'],
          ['read_active_o', 'read_active'],
          ['expected_crc_o', 'expected_crc'],
          ['commit_o', 'commit'],
          ['weight_status_i', '{weight_failed, weight_done, weight_busy}'],
          ['commit_count_i', 'commit_count'],
          ['computed_crc_i', 'computed_crc'],
        ] as const)
      : []),
    ['build_i', literal(3, buildNumber(options))],
    ['header_wrong_i', 'header_wrong'],
    ['header_count_i', 'header_count'],
    ['pusm_state_i', 'pusm_state'],
    ['overflow_i', has('threshold-sum') ? 'overflow' : "1'b0"],
    ['link_reset_event_i', 'link_reset_i'],
    ['left_ready_event_i', 'left_ready'],
    ['state_upset_event_i', 'state_upset'],
    ['i2c_recovery_event_i', 'i2c_recover'],
    ['chan_err_event_i', 'header_err'],
    ['clocks_and_resets_event_i', 'reset_err | power_up_err'],
    ['erx_event_i', 'link_input_err'],
    ['mux_fix_calib_event_i', 'mux_err | float_to_fixed_err | calibration_err'],
    ['algorithm_event_i', algorithmErrors(options)],
    ['formatter_buffer_event_i', 'bunch_tag_err | formatter_err | link_buffer_err'],
    ['auto_encoder_event_i', has('autoencoder') ? 'normaliser_err | encoder_err | weight_err' : "1'b0"],
    ['misc_event_i', 'i2c_err'],
  ];
}
