import { declare, instance, type Port, section } from '../../verilog/index.js';
import { type BuildContext, type ChipBlock, emitModule, triplicate } from '../build.js';
import { bankName, CONV_WEIGHT_BITS } from '../encoder/verilog.js';
import { WEIGHT_BLOCK_BYTES, WEIGHT_BLOCKS, WEIGHT_BYTES } from '../encoder/weights.js';
import { clockAndReset, errorPort } from '../stage.js';

const BANK_BITS = 8 * WEIGHT_BLOCK_BYTES;

/** Weight memory: shadow and active banks, CRC check, commit. */
export const weightMemoryBlock: ChipBlock = {
  name: 'weight-memory',
  instance: 'u_weight_memory',
  module: 'econ_weight_memory',
  latency: 0,
  state: () => [
    { what: 'shadow weights', bits: 8 * WEIGHT_BYTES, kind: 'shadow' },
    { what: 'active weights', bits: 8 * WEIGHT_BYTES, kind: 'weights' },
    { what: 'commit state machine, CRC, status', bits: 57, kind: 'control' },
  ],
  emit,
};

function emit(context: BuildContext): string {
  const { options } = context;
  const banks = Array.from({ length: WEIGHT_BLOCKS }, (_, n) => n);
  const two = (n: number): string => String(n).padStart(2, '0');
  const weightPorts: Port[] = banks.map((n) => ({
    direction: 'output',
    width: BANK_BITS,
    name: `${bankName(n)}_o`,
    note: n === 0 ? 'active weights, block n' : undefined,
  }));
  return emitModule(
    context,
    {
      purpose: [
        `Weight memory: ${WEIGHT_BLOCKS} banks of ${BANK_BITS} bits, each a shadow written over I2C and an active half that the`,
        'encoder uses. A commit checks the CRC-32 of all shadow bytes, then swaps every bit: the convolution part',
        'in one clock and the dense part in the next, following a wafer through the encoder, so that every wafer',
        'meets one whole set of weights.',
      ],
      layer: 'weights of conv and dense',
      formats: ['weight q in bits [6q+5:6q] of the banks side by side, s1.5'],
      latency: `${WEIGHT_BYTES + 1} clocks from commit to decision; dense part effective 2 clocks later`,
    },
    {
      name: 'econ_weight_memory',
      groups: [
        clockAndReset,
        {
          title: 'register bus',
          ports: [
            { direction: 'input', width: 1, name: 'write_i' },
            { direction: 'input', width: 16, name: 'address_i' },
            { direction: 'input', width: 8, name: 'data_i' },
            { direction: 'output', width: 8, name: 'data_o', note: '0 if the address is not a weight' },
            {
              direction: 'output',
              width: 1,
              name: 'ready_o',
              note: '0: a check runs, weights cannot be written',
            },
          ],
        },
        {
          title: 'control and status registers',
          ports: [
            { direction: 'input', width: 1, name: 'commit_i' },
            { direction: 'input', width: 1, name: 'read_active_i' },
            { direction: 'input', width: 32, name: 'expected_crc_i' },
            { direction: 'output', width: 1, name: 'busy_o' },
            { direction: 'output', width: 1, name: 'done_o' },
            { direction: 'output', width: 1, name: 'failed_o' },
            { direction: 'output', width: 8, name: 'count_o' },
            { direction: 'output', width: 32, name: 'crc_o' },
          ],
        },
        { title: 'to the encoder', ports: [...weightPorts, errorPort] },
      ],
      body: [
        ...declare('wire', [
          { name: 'hit', width: 1 },
          { name: 'host_bank', width: 4 },
          { name: 'host_byte', width: 8 },
          { name: 'check_bank', width: 4 },
          { name: 'check_byte', width: 8 },
          { name: 'bank', width: 4, note: 'byte that is read now' },
          { name: 'byte_select', width: 8 },
          { name: 'commit_early', width: 1 },
          { name: 'commit_late', width: 1 },
          { name: 'commit_err', width: 1 },
          { name: 'bank_err', width: WEIGHT_BLOCKS },
          { name: 'write', width: WEIGHT_BLOCKS, note: 'one per bank' },
          ...banks.map((n) => ({ name: `read_${two(n)}`, width: 8 })),
        ]),
        'reg  [7:0] read_byte;',
        '',
        section('address'),
        ...instance(
          'econ_weight_address',
          'u_address',
          [['Banks', WEIGHT_BLOCKS]],
          [
            ['address_i', 'address_i'],
            ['hit_o', 'hit'],
            ['bank_o', 'host_bank'],
            ['byte_o', 'host_byte'],
          ],
        ),
        'assign bank        = busy_o ? check_bank : host_bank;',
        'assign byte_select = busy_o ? check_byte : host_byte;',
        'assign ready_o     = ~(hit & busy_o);',
        ...banks.map(
          (n) => `assign write[${n}]${n < 10 ? ' ' : ''} = write_i & hit & ~busy_o & (host_bank == 4'd${n});`,
        ),
        '',
        section('check and commit'),
        ...instance(
          'econ_weight_commit',
          'u_commit',
          [
            ['Banks', WEIGHT_BLOCKS],
            ['Bytes', WEIGHT_BLOCK_BYTES],
            ['Triplicate', triplicate(options, 'control')],
          ],
          [
            ['clk_i', 'clk_i'],
            ['rst_ni', 'rst_ni'],
            ['start_i', 'commit_i'],
            ['expected_i', 'expected_crc_i'],
            ['bank_o', 'check_bank'],
            ['byte_o', 'check_byte'],
            ['data_i', 'read_byte'],
            ['commit_early_o', 'commit_early'],
            ['commit_o', 'commit_late'],
            ['busy_o', 'busy_o'],
            ['done_o', 'done_o'],
            ['failed_o', 'failed_o'],
            ['count_o', 'count_o'],
            ['crc_o', 'crc_o'],
            ['err_o', 'commit_err'],
          ],
        ),
        '',
        section('banks'),
        ...banks.flatMap((n) =>
          instance(
            'econ_weight_bank',
            `u_weight_bank_${two(n)}`,
            [
              ['Bytes', WEIGHT_BLOCK_BYTES],
              ['EarlyBits', n === 0 ? CONV_WEIGHT_BITS : 0],
              ['TriplicateShadow', triplicate(options, 'shadow')],
              ['TriplicateActive', triplicate(options, 'weights')],
            ],
            [
              ['clk_i', 'clk_i'],
              ['rst_ni', 'rst_ni'],
              ['write_i', `write[${n}]`],
              ['byte_i', 'byte_select'],
              ['data_i', 'data_i'],
              // The check always reads the shadow.
              ['read_active_i', 'read_active_i & ~busy_o'],
              ['read_o', `read_${two(n)}`],
              ['commit_early_i', 'commit_early'],
              ['commit_i', 'commit_late'],
              ['active_o', `${bankName(n)}_o`],
              ['err_o', `bank_err[${n}]`],
            ],
          ),
        ),
        '',
        section('read-back'),
        'always @* begin',
        '  case (bank)',
        ...banks.map((n) => `    4'd${n}:${n < 10 ? ' ' : ''}    read_byte = read_${two(n)};`),
        "    default:  read_byte = 8'd0;",
        '  endcase',
        'end',
        '',
        "assign data_o = hit ? read_byte : 8'd0;",
        'assign err_o  = commit_err | (|bank_err);',
      ],
    },
  );
}
