import { concat, declare, instance, section, slice } from '../../hdl/index.js';
import { defaultEcontOptions } from '../algorithm/algorithm.js';
import { type BuildContext, type ChipBlock, emitModule } from '../build.js';
import { CODES } from '../link-input/parameters.js';
import { CHARGE_BITS } from '../normaliser/parameters.js';
import { STC_GROUPS } from '../packets/packets.js';
import {
  anyError,
  clockOnly,
  errorPort,
  pipelineRegisters,
  pipelineSignals,
  pipelineState,
} from '../stage.js';
import { stcTypes } from './parameters.js';

/** Groups of 16 cells in a wafer; their sums take the places of the first groups of 4. */
const SIXTEENS = CODES / 16;
/** A code of any format, right-aligned. */
export const SLOT_BITS = 9;
/** Bits of a sum of 4 and of 16 charges. */
const SUM4_BITS = 24;
const SUM16_BITS = 26;

/** Bits of the position that group g can send: 4 where it can be a group of 16. */
function positionBits(g: number): number {
  return g < SIXTEENS ? 4 : 2;
}

/** Bits of all positions, group 0 lowest. */
export const POSITIONS_BITS = Array.from({ length: STC_GROUPS }, (_, g) => positionBits(g)).reduce(
  (a, b) => a + b,
  0,
);

/** Lowest bit of the position of group g. */
export function positionLsb(g: number): number {
  return Array.from({ length: g }, (_, i) => positionBits(i)).reduce((a, b) => a + b, 0);
}

const registers = [
  { name: 'codes', width: STC_GROUPS * SLOT_BITS, note: 'group g in [9g+8:9g], in the format of the type' },
  { name: 'positions', width: POSITIONS_BITS, note: '4 bits of groups 0..2, 2 bits of the others' },
];

/** Super trigger cells: sums of neighbours, and where the largest charge of each is. */
export const superTriggerCellBlock: ChipBlock = {
  name: 'super-trigger-cell',
  instance: 'u_super_trigger_cell',
  module: 'econ_super_trigger_cell',
  latency: 1,
  state: () => pipelineState(registers),
  emit,
};

function emit(context: BuildContext): string {
  const { options } = context;
  const econt = options.econt ?? defaultEcontOptions;
  return emitModule(
    context,
    {
      purpose: [
        'Super trigger cells: charges of 4 or 16 consecutive cells are added; the position of the largest of them',
        `goes with the sum. Of equal charges the ${econt.stcTie} position wins.`,
        '',
        'type  cells  sum    drop  position',
        ...stcTypes.map(
          (t, i) =>
            `${i}     ${String(t.cells).padEnd(5)}  ${t.format.name.padEnd(5)}  ${(t.drops ? 'yes' : 'no').padEnd(4)}  ${t.addressBits === 0 ? 'not sent' : `${t.addressBits} bits`}`,
        ),
      ],
      layer: 'super trigger cells (alg_type 1)',
      formats: ['in  CALQ, unsigned integers, 22 bits', 'out codes 5E4M, 5E3M or 4E3M in slots of 9 bits'],
      latency: '1 BX',
    },
    {
      name: 'econ_super_trigger_cell',
      groups: [
        clockOnly,
        {
          title: 'configuration',
          ports: [
            { direction: 'input', width: 3, name: 'type_i', note: 'stc_type' },
            { direction: 'input', width: 3, name: 'drop_i' },
          ],
        },
        {
          title: 'from the calibration',
          ports: [{ direction: 'input', width: CODES * CHARGE_BITS, name: 'charge_i' }],
        },
        {
          title: 'to the formatter',
          ports: [
            { direction: 'output', width: STC_GROUPS * SLOT_BITS, name: 'codes_o' },
            { direction: 'output', width: POSITIONS_BITS, name: 'positions_o' },
            errorPort,
          ],
        },
      ],
      body: [
        ...declare('wire', [
          { name: 'sum4', width: STC_GROUPS * SUM4_BITS, note: 'unsigned integers' },
          { name: 'position4', width: STC_GROUPS * 2 },
          { name: 'sum16', width: SIXTEENS * SUM16_BITS, note: 'unsigned integers' },
          { name: 'position16', width: SIXTEENS * 4 },
          { name: 'sixteen', width: 1, note: 'groups of 16' },
          { name: 'sum', width: STC_GROUPS * SUM16_BITS, note: 'of group g in [26g+25:26g]' },
          { name: 'code_5e4m', width: STC_GROUPS * SLOT_BITS },
          { name: 'code_5e3m', width: STC_GROUPS * SLOT_BITS },
          { name: 'code_4e3m', width: STC_GROUPS * SLOT_BITS },
          ...pipelineSignals(registers).filter((s) => s.name !== 'codes_d'),
        ]),
        `reg  [${STC_GROUPS * SLOT_BITS - 1}:0] codes_d;`,
        '',
        section('sums and positions'),
        ...instance(
          'econ_super_cells',
          'u_super_cells',
          [
            ['Sixteens', SIXTEENS],
            ['HighestWins', econt.stcTie === 'highest' ? 1 : 0],
          ],
          [
            ['charge_i', 'charge_i'],
            ['sum4_o', 'sum4'],
            ['position4_o', 'position4'],
            ['sum16_o', 'sum16'],
            ['position16_o', 'position16'],
          ],
        ),
        `assign sixteen = ${stcTypes.flatMap((t, i) => (t.cells === 16 ? [`(type_i == 3'd${i})`] : [])).join(' | ')};`,
        ...Array.from({ length: STC_GROUPS }, (_, g) => groupSum(g)),
        `assign positions_d = ${concat(Array.from({ length: STC_GROUPS }, (_, g) => groupPosition(g)).reverse())};`,
        '',
        section('codes'),
        ...instance(
          'econ_super_cell_codes',
          'u_codes_of_sums',
          [['Groups', STC_GROUPS]],
          [
            ['drop_i', 'drop_i'],
            ['sum_i', 'sum'],
            ['code_5e4m_o', 'code_5e4m'],
            ['code_5e3m_o', 'code_5e3m'],
            ['code_4e3m_o', 'code_4e3m'],
          ],
        ),
        'always @* begin',
        '  case (type_i)',
        ...stcTypes.map((t, i) => `    3'd${i}:    codes_d = code_${t.format.name.toLowerCase()};`),
        `    default: codes_d = ${STC_GROUPS * SLOT_BITS}'d0;`,
        '  endcase',
        'end',
        '',
        ...pipelineRegisters(options, registers),
        '',
        'assign codes_o     = codes_q;',
        'assign positions_o = positions_q;',
        `assign err_o       = ${anyError(registers)};`,
      ],
    },
  );
}

function groupSum(g: number): string {
  const four = `2'b00, ${slice('sum4', SUM4_BITS * g, SUM4_BITS)}`;
  const target = slice('sum', SUM16_BITS * g, SUM16_BITS);
  if (g >= SIXTEENS) return `assign ${target} = {${four}};`;
  return `assign ${target} = sixteen ? ${slice('sum16', SUM16_BITS * g, SUM16_BITS)} : {${four}};`;
}

function groupPosition(g: number): string {
  const four = slice('position4', 2 * g, 2);
  if (g >= SIXTEENS) return four;
  return `sixteen ? ${slice('position16', 4 * g, 4)} : {2'b00, ${four}}`;
}
