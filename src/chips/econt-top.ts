import {
  algorithmLatency,
  type BuildContext,
  type ChipOptions,
  ETX,
  emitModule,
  hasEncoder,
  includedAlgorithms,
  includedHardware,
  LINKS,
  packetConfiguration,
  streamAlgorithm,
  triplicate,
} from '../blocks/index.js';
import { declare, instance, type Port, section, slice } from '../hdl/index.js';
import { registerConnections } from './econt-registers.js';
import { chargeBx, econtSignals } from './econt-signals.js';
import {
  type Connections,
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

/** Emits the top level econ_chip of a whole ECON-T: wires and instances only. */
export function emitEcontTop(context: BuildContext): string {
  const { options } = context;
  return emitModule(
    context,
    {
      purpose: [
        'Chip: 12 input links -> trigger-cell codes -> calibrated charges -> the algorithm that alg_type selects ->',
        '13 output links, one BX per clock; configuration and weights over I2C. Link words are 0 until pusm_run is set.',
      ],
      layer: `all; TMR mode '${options.tmr}'${hasEncoder(options) ? `, arithmetic '${options.arithmetic}'` : ''}`,
      formats: ['links 32 bits per BX; see the blocks for the formats between them'],
      latency: `${includedAlgorithms(options)
        .map((a) => `${a.name} ${algorithmLatency(a)}`)
        .join(', ')} BX from link_i to link_o`,
    },
    {
      name: 'econ_chip',
      groups: [
        { title: 'clock and reset', ports: clockPorts },
        { title: 'fast command', ports: [fastCommand] },
        { title: 'I2C', ports: i2cPorts },
        { title: 'links', ports: linkPorts },
      ],
      body: [
        ...declare('wire', econtSignals(options)),
        '',
        ...configuration(context),
        ...front(options),
        ...includedHardware(options).flatMap((h) => [section(h.title), ...h.instances(options), '']),
        ...output(options),
      ],
    },
  );
}

const fastCommand: Port = {
  direction: 'input',
  width: 1,
  name: 'link_reset_i',
  note: 'link reset: 256 BX of reset words, from the words beside it on',
};

function configuration({ options }: BuildContext): string[] {
  const encoder = hasEncoder(options);
  const control = triplicate(options, 'control');
  return [
    section('reset and I2C'),
    ...resetSync(options),
    ...i2cTarget(options, encoder),
    '',
    section('configuration'),
    ...instance('econ_registers', 'u_registers', [], registerConnections(options)),
    ...(encoder ? weightMemory(options) : []),
    ...instance(
      'econ_link_count',
      'u_link_count',
      [['Links', ETX]],
      [
        ['active_i', 'active_etxs'],
        ['count_o', 'links'],
      ],
    ),
    ...instance(
      'econ_power_up',
      'u_power_up',
      [['Triplicate', control]],
      [
        ...clocked,
        ['run_i', 'run'],
        ['state_o', 'pusm_state'],
        ['running_o', 'running'],
        ['left_ready_o', 'left_ready'],
        ['upset_o', 'state_upset'],
        ['err_o', 'power_up_err'],
      ],
    ),
    '',
  ];
}

function front(options: ChipOptions): string[] {
  const headers = Array.from({ length: LINKS }, (_, r) => slice('link_i', 32 * (LINKS - 1 - r) + 28, 4));
  return [
    section('links to charges'),
    `assign headers = {${headers.join(', ').replace(/((?:[^,]+, ){6})/, '$1\n                  ')}};`,
    ...instance(
      'econ_header_check',
      'u_header_check',
      [
        ['Links', LINKS],
        ['Triplicate', triplicate(options, 'counter')],
      ],
      [
        ...clocked,
        ['run_i', 'running'],
        ['clear_i', 'status_clear'],
        ['headers_i', 'headers'],
        ['orbit_value_i', 'orbit_value'],
        ['orbit_mask_i', 'orbit_mask'],
        ['idle_value_i', 'idle_value'],
        ['idle_mask_i', 'idle_mask'],
        ['wrong_o', 'header_wrong'],
        ['count_o', 'header_count'],
        ['err_o', 'header_err'],
      ],
    ),
    ...linkInput(),
    ...instance(
      'econ_bunch_tag',
      'u_bunch_tag',
      [],
      [
        ...clocked,
        ['algorithm_i', 'algorithm'],
        ['link_reset_i', 'link_reset_i'],
        ['bx_i', 'input_bx'],
        ['bx_o', 'packing_bx'],
        ['resetting_o', 'packing_resetting'],
        ['err_o', 'bunch_tag_err'],
      ],
    ),
    ...codesToCharges(chargeBx(options)),
    '',
  ];
}

function output(options: ChipOptions): string[] {
  const ring = streamAlgorithm(options) !== undefined;
  const same = (...names: string[]): Connections => names.map((n) => [`${n}_i`, n]);
  return [
    section('packets and links'),
    ...instance(
      'econ_formatter',
      'u_formatter',
      [],
      [
        clock,
        ...same('algorithm'),
        ...same(...packetConfiguration(options)),
        ...includedHardware(options).flatMap(({ data }) =>
          data.map(({ name, wire }) => [`${name}_i`, wire ?? name] as const),
        ),
        ['bx_i', 'packing_bx'],
        ['resetting_i', 'packing_resetting'],
        ['packet_o', 'packet'],
        ['bx_o', 'packet_bx'],
        ['resetting_o', 'packet_resetting'],
        ...(ring
          ? ([
              ['length_o', 'packet_length'],
              ['all_sum_code_o', 'packet_all_sum_code'],
            ] as const)
          : []),
        ['err_o', 'formatter_err'],
      ],
    ),
    ...instance(
      'econ_link_buffer',
      'u_link_buffer',
      [],
      [
        ...(ring ? clocked : [clock]),
        ['run_i', 'running'],
        ...same('links', 'link_reset_pattern'),
        ...(ring
          ? ([
              ...same('algorithm', 'idle_pattern'),
              ['t1_i', 'buff_t1'],
              ['t2_i', 'buff_t2'],
              ['t3_i', 'buff_t3'],
              ['clear_i', 'status_clear'],
            ] as const)
          : []),
        ['packet_i', 'packet'],
        ['bx_i', 'packet_bx'],
        ['resetting_i', 'packet_resetting'],
        ...(ring
          ? ([
              ['length_i', 'packet_length'],
              ['all_sum_code_i', 'packet_all_sum_code'],
            ] as const)
          : []),
        ['link_o', 'link_o'],
        ...(ring ? ([['overflow_o', 'overflow']] as const) : []),
        ['err_o', 'link_buffer_err'],
      ],
    ),
  ];
}
