import { declare, instance, type Signal, section } from '../../hdl/index.js';
import { type BuildContext, type ChipBlock, emitModule } from '../build.js';
import { CODE_BITS, CODES } from '../link-input/parameters.js';
import { ETX } from '../links.js';
import { CHARGE_BITS } from '../normaliser/parameters.js';
import { chargeCodes, dropCharges } from '../repeater/verilog.js';
import {
  anyError,
  clockOnly,
  errorPort,
  pipelineRegisters,
  pipelineSignals,
  pipelineState,
} from '../stage.js';
import { bestChoiceSent, KEY_BITS, type SortStage, sortStages } from './parameters.js';

const ADDRESS_BITS = 6;
const KEYS_BITS = CODES * (KEY_BITS + ADDRESS_BITS);
/** Rows of the network before the register in the middle. */
const FIRST_HALF = 10;
const SUM_CODE_BITS = 8;

const middle: readonly Signal[] = [
  { name: 'keys_middle', width: KEYS_BITS, note: '{value, cell}, position p in [24p+23:24p]' },
  { name: 'codes_middle', width: CODES * CODE_BITS, note: '4E3M, cell k in [7k+6:7k]' },
];
const last: readonly Signal[] = [
  { name: 'map', width: CODES, note: 'cells that are sent' },
  { name: 'codes', width: CODES * CODE_BITS, note: '4E3M, cell k in [7k+6:7k]' },
  { name: 'sum_code', width: SUM_CODE_BITS, note: '5E3M' },
];

/** Best choice: the n largest charges by the sorting network, and the sum of the others. */
export const bestChoiceBlock: ChipBlock = {
  name: 'best-choice',
  instance: 'u_best_choice',
  module: 'econ_best_choice',
  latency: 2,
  state: () => pipelineState([...middle, ...last]),
  emit,
};

function emit(context: BuildContext): string {
  const comparators = sortStages.reduce((n, s) => n + s.lower.length, 0);
  return emitModule(
    context,
    {
      purpose: [
        "Best choice: sorts the 48 charges by Batcher's merge exchange and sends the largest, as many as the links",
        `carry. ${comparators} comparators in ${sortStages.length} rows; BX 1 has the first ${FIRST_HALF} of them. A comparator swaps only when the`,
        'second key is larger, so the network decides which of equal charges is sent.',
        '',
        'BX   signals             content',
        '0    charge_i            charges',
        '1    keys_middle_q       keys after half of the network, codes beside them',
        '2    map_q, sum_code_q   cells that are sent, sum of the others (or of all, with use_sum)',
      ],
      layer: 'best choice (alg_type 2)',
      formats: [
        'in  CALQ, unsigned integers, 22 bits',
        'key charge >> drop_lsb, clamped to 18 bits; sum of keys 24 bits',
        'out codes 4E3M of the keys; sum 5E3M',
      ],
      latency: '2 BX',
    },
    {
      name: 'econ_best_choice',
      groups: [
        clockOnly,
        {
          title: 'configuration',
          ports: [
            { direction: 'input', width: 3, name: 'drop_i' },
            { direction: 'input', width: 1, name: 'use_sum_i', note: '1: module sum of all cells' },
            { direction: 'input', width: 4, name: 'links_i', note: 'number of active links' },
          ],
        },
        {
          title: 'from the calibration',
          ports: [{ direction: 'input', width: CODES * CHARGE_BITS, name: 'charge_i' }],
        },
        {
          title: 'to the formatter',
          ports: [
            { direction: 'output', width: CODES, name: 'map_o', note: 'one bit per cell' },
            { direction: 'output', width: CODES * CODE_BITS, name: 'codes_o' },
            { direction: 'output', width: SUM_CODE_BITS, name: 'sum_code_o' },
            errorPort,
          ],
        },
      ],
      body: [
        ...declare('wire', [
          { name: 'value', width: CODES * KEY_BITS, note: 'charge >> drop, at most 2^18 - 1' },
          ...sortStages.flatMap((_, s): Signal[] =>
            s === FIRST_HALF ? [] : [{ name: keysBefore(s), width: KEYS_BITS }],
          ),
          { name: 'keys_sorted', width: KEYS_BITS, note: 'largest at position 0' },
          { name: 'rest', width: CODES, note: 'positions that are added' },
          { name: 'sum', width: KEY_BITS + 6, note: 'unsigned, in units of 2^drop' },
          ...pipelineSignals([...middle, ...last]),
        ]),
        `reg  [${CODES - 1}:0] choose; // sorted positions that are sent`,
        '',
        section('BX 1: keys, codes, first half of the network'),
        ...dropCharges(),
        ...chargeCodes('codes_middle_d'),
        ...instance(
          'econ_sort_keys',
          'u_sort_keys',
          [['Cells', CODES]],
          [
            ['value_i', 'value'],
            ['keys_o', keysBefore(0)],
          ],
        ),
        ...sortStages.slice(0, FIRST_HALF).flatMap((stage, s) => sortStage(stage, s)),
        '',
        ...pipelineRegisters(context.options, middle),
        '',
        section('BX 2: second half, choice and sum'),
        ...sortStages.slice(FIRST_HALF).flatMap((stage, s) => sortStage(stage, FIRST_HALF + s)),
        'always @* begin',
        '  case (links_i)',
        ...Array.from({ length: ETX }, (_, i) => {
          const mask = (1n << BigInt(bestChoiceSent(i + 1))) - 1n;
          return `    4'd${i + 1}:${i < 9 ? ' ' : ''}   choose = ${CODES}'h${mask.toString(16)}; // ${bestChoiceSent(i + 1)} cells`;
        }),
        `    default: choose = ${CODES}'h0;`,
        '  endcase',
        'end',
        '',
        `assign rest = {${CODES}{use_sum_i}} | ~choose;`,
        ...instance(
          'econ_chosen_cells',
          'u_chosen_cells',
          [['Cells', CODES]],
          [
            ['keys_i', 'keys_sorted'],
            ['choose_i', 'choose'],
            ['add_i', 'rest'],
            ['map_o', 'map_d'],
            ['sum_o', 'sum'],
          ],
        ),
        ...instance(
          'econ_float_encode',
          'u_float_encode',
          [
            ['InWidth', KEY_BITS + 6],
            ['Exponent', 5],
            ['Mantissa', 3],
          ],
          [
            ['value_i', 'sum'],
            ['code_o', 'sum_code_d'],
          ],
        ),
        'assign codes_d = codes_middle_q;',
        '',
        ...pipelineRegisters(context.options, last),
        '',
        'assign map_o      = map_q;',
        'assign codes_o    = codes_q;',
        'assign sum_code_o = sum_code_q;',
        `assign err_o      = ${anyError([...middle, ...last])};`,
      ],
    },
  );
}

/** Keys before row s of the network. */
function keysBefore(s: number): string {
  if (s === FIRST_HALF) return 'keys_middle_q';
  return s === sortStages.length ? 'keys_sorted' : `keys_${String(s).padStart(2, '0')}`;
}

function sortStage(stage: SortStage, s: number): string[] {
  const lower = stage.lower.reduce((mask, i) => mask | (1n << BigInt(i)), 0n);
  return instance(
    'econ_sort_stage',
    `u_sort_${String(s + 1).padStart(2, '0')}`,
    [
      ['Distance', stage.distance],
      ['Lower', `${CODES}'h${lower.toString(16)}`],
    ],
    [
      ['keys_i', keysBefore(s)],
      ['keys_o', s + 1 === FIRST_HALF ? 'keys_middle_d' : keysBefore(s + 1)],
    ],
  );
}
