import { declare, instance, type Port, type Signal, section, slice } from '../verilog/index.js';
import { type BuildContext, type ChipOptions, emitModule, includes, triplicate } from './build.js';
import { CALIBRATION_BITS } from './calibration/parameters.js';
import { econtBlocks, econtOf } from './econt-blocks.js';
import { packetBits } from './formatter/packets.js';
import { ETX, RAW_BITS } from './formatter/parameters.js';
import {
  bankSignals,
  buildNumber,
  type Connections,
  chargeSignals,
  chargesToLatents,
  clock,
  clocked,
  clockPorts,
  codesToCharges,
  i2cPorts,
  i2cTarget,
  latentSignals,
  linkInput,
  linkPorts,
  resetSync,
  weightMemory,
} from './instances.js';
import { CODE_BITS, CODES, LINKS } from './link-input/parameters.js';
import { MUX_BITS } from './mux/parameters.js';
import { algorithmLatency } from './paths.js';
import { ALGORITHMS, type Algorithm } from './settings/settings.js';
import { STC_GROUPS } from './super-trigger-cell/reference.js';
import { POSITIONS_BITS, SLOT_BITS } from './super-trigger-cell/verilog.js';
import { THRESHOLD_BITS } from './threshold-sum/parameters.js';

/** 5E3M. */
const SUM_BITS_5E3M = 8;

/** Emits the top level econ_chip of a whole ECON-T: wires and instances only. */
export function emitEcontTop(context: BuildContext): string {
  const { options } = context;
  const { algorithms } = econtOf(options);
  return emitModule(
    context,
    {
      purpose: [
        'Chip: 12 input links -> trigger-cell codes -> calibrated charges -> the algorithm that alg_type selects ->',
        '13 output links, one BX per clock; configuration and weights over I2C. Link words are 0 until pusm_run is set.',
      ],
      layer: `all; TMR mode '${options.tmr}'${includes(options, 'autoencoder') ? `, arithmetic '${options.arithmetic}'` : ''}`,
      formats: ['links 32 bits per BX; see the blocks for the formats between them'],
      latency: `${algorithms.map((a) => `${a} ${algorithmLatency(a)}`).join(', ')} BX from link_i to link_o`,
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
        ...declare('wire', signals(options)),
        '',
        ...configuration(context),
        ...front(options),
        ...algorithms.flatMap((a) => algorithmInstances[a](options)),
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
  const encoder = includes(options, 'autoencoder');
  const control = triplicate(options, 'control');
  return [
    section('reset and I2C'),
    ...resetSync(options),
    ...i2cTarget(options, encoder),
    '',
    section('configuration'),
    ...instance('econ_registers', 'u_registers', [], registerConnections(options)),
    ...(encoder ? weightMemory() : []),
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

function registerConnections(options: ChipOptions): Connections {
  const has = (a: Algorithm): boolean => includes(options, a);
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
    ['build_i', buildNumber(options)],
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

/** Algorithms that read drop_lsb. */
const algorithmsOfDrop: readonly Algorithm[] = [
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
        ['Triplicate', triplicate(options, 'control')],
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

/** The BX beside the charges; only the encoder carries it on. */
function chargeBx(options: ChipOptions): string {
  return includes(options, 'autoencoder') ? 'charge_bx' : 'unused_charge_bx';
}

const charge = ['charge_i', 'charge'] as const;
const drop = ['drop_i', 'drop_lsb'] as const;

const algorithmInstances: Readonly<Record<Algorithm, (options: ChipOptions) => string[]>> = {
  'threshold-sum': () => [
    section('threshold sum'),
    ...instance(
      'econ_threshold_sum',
      'u_threshold_sum',
      [],
      [
        clock,
        ['threshold_i', 'threshold'],
        drop,
        ['use_sum_i', 'use_sum'],
        charge,
        ['map_o', 'threshold_map'],
        ['codes_o', 'threshold_codes'],
        ['sum_code_o', 'threshold_sum_code'],
        ['all_sum_code_o', 'threshold_all_sum_code'],
        ['err_o', 'threshold_sum_err'],
      ],
    ),
    '',
  ],
  'super-trigger-cell': () => [
    section('super trigger cells'),
    ...instance(
      'econ_super_trigger_cell',
      'u_super_trigger_cell',
      [],
      [
        clock,
        ['type_i', 'stc_type'],
        drop,
        charge,
        ['codes_o', 'super_codes'],
        ['positions_o', 'super_positions'],
        ['err_o', 'super_trigger_cell_err'],
      ],
    ),
    '',
  ],
  'best-choice': () => [
    section('best choice'),
    ...instance(
      'econ_best_choice',
      'u_best_choice',
      [],
      [
        clock,
        drop,
        ['use_sum_i', 'use_sum'],
        ['links_i', 'links'],
        charge,
        ['map_o', 'choice_map'],
        ['codes_o', 'choice_codes'],
        ['sum_code_o', 'choice_sum_code'],
        ['err_o', 'best_choice_err'],
      ],
    ),
    '',
  ],
  repeater: () => [
    section('repeater'),
    ...instance(
      'econ_repeater',
      'u_repeater',
      [],
      [clock, drop, charge, ['codes_o', 'repeater_codes'], ['err_o', 'repeater_err']],
    ),
    '',
  ],
  autoencoder: () => [section('autoencoder'), ...chargesToLatents(), ''],
};

function output(options: ChipOptions): string[] {
  const has = (a: Algorithm): boolean => includes(options, a);
  const ring = has('threshold-sum');
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
        ...(has('best-choice') || has('super-trigger-cell') ? same('links') : []),
        ...(has('super-trigger-cell') ? same('stc_type') : []),
        ...(has('autoencoder') ? same('active_etxs', 'keep') : []),
        ...(ring
          ? same('threshold_map', 'threshold_codes', 'threshold_sum_code', 'threshold_all_sum_code')
          : []),
        ...(has('super-trigger-cell') ? same('super_codes', 'super_positions') : []),
        ...(has('best-choice') ? same('choice_map', 'choice_codes', 'choice_sum_code') : []),
        ...(has('repeater') ? same('repeater_codes') : []),
        ...(has('autoencoder')
          ? ([
              ['latents_i', 'latents'],
              ['sum_code_i', 'latents_sum_code'],
              ['latents_bx_i', 'latents_bx'],
            ] as const)
          : []),
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

function signals(options: ChipOptions): Signal[] {
  const has = (a: Algorithm): boolean => includes(options, a);
  const one = (name: string): Signal => ({ name, width: 1 });
  const when = (condition: boolean, ...list: Signal[]): Signal[] => (condition ? list : []);
  const wide = (name: string, width: number, note?: string): Signal => ({ name, width, note });
  const [ts, stc, bc, rpt, ae] = ALGORITHMS.map(has);
  return [
    { ...one('rst_n'), note: 'synchronised' },
    ...['bus_write', 'i2c_recover'].map(one),
    wide('bus_address', 16),
    wide('bus_wdata', 8),
    wide('register_rdata', 8),
    wide('mux', CODES * MUX_BITS),
    wide('cal', CODES * CALIBRATION_BITS),
    wide('algorithm', 3),
    one('high_density'),
    wide('unused_config_algo', 11),
    wide('active_etxs', ETX),
    wide('links', 4, 'number of active links'),
    wide(stc ? 'stc_type' : 'unused_stc_type', 3),
    ...when(algorithmsOfDrop.some(has), wide('drop_lsb', 3)),
    ...when(ts || bc, one('use_sum'), wide(ts ? 'buff_t3' : 'unused_buff_t3', 5)),
    ...when(
      ts,
      wide('threshold', CODES * THRESHOLD_BITS),
      wide('buff_t1', 9),
      wide('buff_t2', 9),
      wide('idle_pattern', 11),
      one('overflow'),
    ),
    wide('link_reset_pattern', 11),
    wide('unused_etx_pattern', 3),
    one('run'),
    wide('unused_pusm_config', 23),
    ...['orbit_mask', 'orbit_value', 'idle_mask', 'idle_value', 'pusm_state'].map((n) => wide(n, 4)),
    ...['running', 'left_ready', 'state_upset', 'status_clear'].map(one),
    wide('headers', 4 * LINKS, 'of eRx r in [4r+3:4r]'),
    wide('header_wrong', LINKS),
    wide('header_count', 16 * LINKS),
    wide('header_err', LINKS),
    ...chargeSignals(chargeBx(options)),
    ...when(
      ts,
      wide('threshold_map', CODES),
      wide('threshold_codes', CODES * CODE_BITS),
      wide('threshold_sum_code', SUM_BITS_5E3M),
      wide('threshold_all_sum_code', SUM_BITS_5E3M),
      wide('packet_length', 5, 'words of 16 bits'),
      wide('packet_all_sum_code', SUM_BITS_5E3M),
    ),
    ...when(stc, wide('super_codes', STC_GROUPS * SLOT_BITS), wide('super_positions', POSITIONS_BITS)),
    ...when(
      bc,
      wide('choice_map', CODES),
      wide('choice_codes', CODES * CODE_BITS),
      wide('choice_sum_code', SUM_BITS_5E3M),
    ),
    ...when(rpt, wide('repeater_codes', CODES * CODE_BITS)),
    ...when(ae, ...encoderSignals),
    wide('packing_bx', 5, 'of the BX whose packet is made'),
    one('packing_resetting'),
    wide('packet', packetBits(options), 'first bit on top'),
    wide('packet_bx', 5),
    one('packet_resetting'),
    ...['reset', 'i2c', 'power_up', ...econtBlocks(options).flatMap(errorName)].map((n) => one(`${n}_err`)),
  ];
}

/** Blocks whose err_o has a wire of the block's own name. */
function errorName({ name }: { readonly name: string }): string[] {
  const others = ['reset-sync', 'i2c', 'power-up', 'header-check', 'registers', 'weight-memory'];
  if (name === 'weight-memory') return ['weight'];
  return others.includes(name) ? [] : [name.replaceAll('-', '_')];
}

const encoderSignals: readonly Signal[] = [
  { name: 'weight_rdata', width: 8 },
  ...['weight_ready', 'read_active', 'commit', 'weight_busy', 'weight_done', 'weight_failed'].map((name) => ({
    name,
    width: 1,
  })),
  { name: 'expected_crc', width: 32 },
  { name: 'computed_crc', width: 32 },
  { name: 'commit_count', width: 8 },
  { name: 'keep', width: RAW_BITS },
  ...bankSignals,
  ...latentSignals,
];
