import { WEIGHT_BLOCK_BYTES, weightSections } from '../../encoder/index.js';
import { declare, instance, type Port, section } from '../../hdl/index.js';
import { type BuildContext, type ChipBlock, emitModule, triplicate, weightBlocks } from '../build.js';
import { BANK_BITS, bankName } from '../encoder/bank-ports.js';
import { CONV_WEIGHT_BITS } from '../encoder/verilog.js';
import { clockAndReset, errorPort } from '../stage.js';

/** Weight memory: shadow and active banks, CRC check, commit. */
export const weightMemoryBlock: ChipBlock = {
  name: 'weight-memory',
  instance: 'u_weight_memory',
  module: 'econ_weight_memory',
  latency: 0,
  state: (options) => {
    const bits = weightBlocks(options) * BANK_BITS;
    return [
      { what: 'shadow weights', bits, kind: 'shadow' },
      { what: 'active weights', bits, kind: 'weights' },
      { what: 'commit state machine, CRC, status', bits: 65, kind: 'control' },
    ];
  },
  emit,
};

function emit(context: BuildContext): string {
  const { options } = context;
  const blocks = weightBlocks(options);
  const commits = bankCommits(options);
  const layers = commitLayers(options);
  const bytes = blocks * WEIGHT_BLOCK_BYTES;
  const banks = Array.from({ length: blocks }, (_, n) => n);
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
        `Weight memory: ${blocks} banks of ${BANK_BITS} bits, each a shadow written over I2C and an active half that the`,
        'encoder uses. A commit checks the CRC-32 of all shadow bytes, and in the clock of the swap that none of them',
        'changed since, then swaps every bit: the convolution part in one clock and the dense part in the next,',
        'following a wafer through the encoder, so that every wafer meets one whole set of weights.',
      ],
      layer: options.shape ? 'weights of all layers' : 'weights of conv and dense',
      formats: [
        options.shape
          ? 'the weight string of the encoder, bank after bank; econ_encoder says what lies where'
          : 'weight q in bits [6q+5:6q] of the banks side by side, s1.5',
      ],
      latency: `${bytes + 1} clocks from commit to decision; ${options.shape ? 'last layer' : 'dense part'} effective ${layers} clocks later`,
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
          { name: 'fold', width: 1, note: 'all bytes at once' },
          { name: 'commit', width: layers, note: 'one per layer' },
          { name: 'commit_err', width: 1 },
          { name: 'bank_err', width: blocks },
          { name: 'write', width: blocks, note: 'one per bank' },
          ...banks.map((n) => ({ name: `read_${two(n)}`, width: 8 })),
        ]),
        'reg  [7:0] read_byte;',
        '',
        section('address'),
        ...instance(
          'econ_weight_address',
          'u_address',
          [['Banks', blocks]],
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
          (n) =>
            `assign write${blocks > 1 ? `[${n}]` : ''}${n < 10 ? ' ' : ''} = write_i & hit & ~busy_o & (host_bank == 4'd${n});`,
        ),
        '',
        section('check and commit'),
        ...instance(
          'econ_weight_commit',
          'u_commit',
          [
            ['Banks', blocks],
            ['Bytes', WEIGHT_BLOCK_BYTES],
            ['Layers', layers],
            ['Triplicate', triplicate(options, 'control')],
          ],
          [
            ['clk_i', 'clk_i'],
            ['rst_ni', 'rst_ni'],
            ['start_i', 'commit_i'],
            ['expected_i', 'expected_crc_i'],
            ['bank_o', 'check_bank'],
            ['byte_o', 'check_byte'],
            ['fold_o', 'fold'],
            ['data_i', 'read_byte'],
            ['commit_o', 'commit'],
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
              ['EarlyBits', commits[n].earlyBits],
              ['TriplicateShadow', triplicate(options, 'shadow')],
              ['TriplicateActive', triplicate(options, 'weights')],
            ],
            [
              ['clk_i', 'clk_i'],
              ['rst_ni', 'rst_ni'],
              ['write_i', blocks > 1 ? `write[${n}]` : 'write'],
              ['byte_i', 'byte_select'],
              ['data_i', 'data_i'],
              // The check always reads the shadow.
              ['read_active_i', 'read_active_i & ~busy_o'],
              ['fold_i', 'fold'],
              ['read_o', `read_${two(n)}`],
              ['commit_early_i', `commit[${commits[n].early}]`],
              ['commit_i', `commit[${commits[n].late}]`],
              ['active_o', `${bankName(n)}_o`],
              ['err_o', blocks > 1 ? `bank_err[${n}]` : 'bank_err'],
            ],
          ),
        ),
        '',
        section('read-back'),
        'always @* begin',
        "  read_byte = 8'd0;",
        ...banks.map(
          (n) => `  if (fold || bank == 4'd${n})${n < 10 ? ' ' : ''} read_byte = read_byte ^ read_${two(n)};`,
        ),
        'end',
        '',
        "assign data_o = hit ? read_byte : 8'd0;",
        'assign err_o  = commit_err | (|bank_err);',
      ],
    },
  );
}

/** Layers whose weights change one clock after another. */
function commitLayers({ shape }: BuildContext['options']): number {
  return shape ? Math.max(2, weightSections(shape).length) : 2;
}

/** Per bank the layers that it serves: `earlyBits` lowest bits belong to `early`, the others to `late`. */
function bankCommits(
  options: BuildContext['options'],
): readonly { readonly earlyBits: number; readonly early: number; readonly late: number }[] {
  // A single layer counts as the second of two, so that the commit is complete when it says so.
  const starts = options.shape
    ? weightSections(options.shape).map(({ kernel }) => kernel.at)
    : [0, CONV_WEIGHT_BITS];
  const first = starts.length === 1 ? 1 : 0;
  return Array.from({ length: weightBlocks(options) }, (_, bank) => {
    const from = bank * BANK_BITS;
    const before = starts.filter((at) => at <= from).length - 1 + first;
    const inside = starts.find((at) => at > from && at < from + BANK_BITS);
    if (inside === undefined) return { earlyBits: 0, early: 0, late: before };
    return { earlyBits: inside - from, early: before, late: before + 1 };
  });
}
