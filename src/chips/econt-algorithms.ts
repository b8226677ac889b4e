import type { AlgorithmName, ChipOptions } from '../blocks/index.js';
import { instance, section } from '../hdl/index.js';
import { chargesToLatents, clock } from './instances.js';

const charge = ['charge_i', 'charge'] as const;
const drop = ['drop_i', 'drop_lsb'] as const;

/** Instances from charges to what the formatter packs. */
export const algorithmInstances: Readonly<Record<AlgorithmName, (options: ChipOptions) => string[]>> = {
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
  autoencoder: (options) => [section('autoencoder'), ...chargesToLatents(options), ''],
};
