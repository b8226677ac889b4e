import {
  buildNumber,
  type ChipOptions,
  hasEncoder,
  includedAlgorithms,
  streamAlgorithm,
} from '../blocks/index.js';
import { literal } from '../hdl/index.js';
import { type Connections, clocked } from './instances.js';

/** Err wires of the blocks of the algorithms that have none of their own counter. */
function algorithmErrors(options: ChipOptions): string {
  const names = includedAlgorithms(options)
    .filter((a) => !a.encoder)
    .flatMap(({ hardware }) => hardware?.blocks ?? [])
    .map(({ name }) => `${name.replaceAll('-', '_')}_err`);
  return names.length > 0 ? names.join(' | ') : "1'b0";
}

/** Registers and fields that any included algorithm reads. */
export function readByAlgorithms(options: ChipOptions): (register: string) => boolean {
  const all = new Set(includedAlgorithms(options).flatMap(({ registers }) => registers));
  return (register) => all.has(register);
}

/** Registers of algorithms that are one wire of their own name. */
const plain = ['drop_lsb', 'buff_t1', 'buff_t2', 'idle_pattern', 'threshold'];

/** What u_registers of a whole ECON-T is connected to. */
export function registerConnections(options: ChipOptions): Connections {
  const reads = readByAlgorithms(options);
  return [
    ...clocked,
    ['write_i', 'bus_write'],
    ['address_i', 'bus_address'],
    ['data_i', 'bus_wdata'],
    ['data_o', 'register_rdata'],
    ['mux_o', 'mux'],
    ['cal_o', 'cal'],
    ['config_algo_o', '{unused_config_algo, high_density, algorithm}'],
    ['links_o', `{active_etxs, ${reads('stc_type') ? 'stc_type' : 'unused_stc_type'}}`],
    ...plain.filter(reads).map((name) => [`${name}_o`, name] as const),
    // buff_t3 itself belongs to the thresholds of the buffer, use_sum beside it to sums of cells.
    ...(reads('buff_t3')
      ? ([['buff_t3_o', `{use_sum, ${reads('buff_t1') ? 'buff_t3' : 'unused_buff_t3'}}`]] as const)
      : []),
    ['link_reset_pattern_o', '{unused_etx_pattern, link_reset_pattern}'],
    ['pusm_config_o', '{run, unused_pusm_config}'],
    ['orbsyn_hdr_o', '{orbit_mask, orbit_value}'],
    ['idle_hdr_o', '{idle_mask, idle_value}'],
    ['status_clear_o', 'status_clear'],
    ...(hasEncoder(options)
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
    ['overflow_i', streamAlgorithm(options) ? 'overflow' : "1'b0"],
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
    ['auto_encoder_event_i', hasEncoder(options) ? 'normaliser_err | encoder_err | weight_err' : "1'b0"],
    ['misc_event_i', 'i2c_err'],
  ];
}
