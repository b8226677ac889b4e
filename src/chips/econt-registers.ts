import { type ChipOptions, hasEncoder, includedAlgorithms, streamAlgorithm } from '../blocks/index.js';
import { type Connections, clocked } from './instances.js';
import { registersBlock } from './register-block.js';

/** Err wires of the blocks of the algorithms that have none of their own counter. */
function algorithmErrors(options: ChipOptions): string {
  const names = includedAlgorithms(options)
    .filter((a) => !a.encoder)
    .flatMap(({ hardware }) => hardware?.blocks ?? [])
    .map(({ name }) => `${name.replaceAll('-', '_')}_err`);
  return names.length > 0 ? names.join(' | ') : "1'b0";
}

/** What u_registers is connected to: wires of the names of its ports, events and errors. */
export function registerConnections(options: ChipOptions): Connections {
  const whole = options.econt !== undefined;
  const named: Readonly<Record<string, string>> = {
    write_i: 'bus_write',
    address_i: 'bus_address',
    data_i: 'bus_wdata',
    data_o: 'register_rdata',
    overflow_i: streamAlgorithm(options) ? 'overflow' : "1'b0",
    link_reset_event_i: 'link_reset_i',
    left_ready_event_i: 'left_ready',
    state_upset_event_i: 'state_upset',
    i2c_recovery_event_i: 'i2c_recover',
    chan_err_event_i: 'header_err',
    clocks_and_resets_event_i: 'reset_err | power_up_err',
    erx_event_i: 'link_input_err',
    mux_fix_calib_event_i: 'mux_err | float_to_fixed_err | calibration_err',
    algorithm_event_i: algorithmErrors(options),
    formatter_buffer_event_i: whole ? 'bunch_tag_err | formatter_err | link_buffer_err' : 'formatter_err',
    auto_encoder_event_i: hasEncoder(options) ? 'normaliser_err | encoder_err | weight_err' : "1'b0",
    misc_event_i: whole ? 'i2c_err' : 'reset_err | i2c_err',
  };
  const { ports } = registersBlock.component(options);
  return [
    ...clocked,
    ...ports
      .filter(({ name }) => !clocked.some(([port]) => port === name))
      .map(({ name }) => [name, named[name] ?? name.slice(0, -2)] as const),
  ];
}
