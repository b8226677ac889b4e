import { WEIGHT_BLOCK_BYTES, WEIGHT_BLOCKS, weightSections } from '../../encoder/index.js';
import { bits, choose, constant, equals, joined, logic, repeated } from '../../hdl/index.js';
import { builtBlock, type ChipOptions, leaf, weightBlocks } from '../build.js';
import { BANK_BITS, bankName } from '../encoder/bank-ports.js';

/** Register address of byte 0 of block 0; block n follows at 0x86 n (spec econt-behaviour 12). */
export const WEIGHT_BASE = 0x600;
/** Clocks from the start of a commit to its decision: one per byte, one to compare. */
export const CHECK_CLOCKS = WEIGHT_BLOCKS * WEIGHT_BLOCK_BYTES + 1;

/** Weight memory: shadow and active banks, CRC check, commit. */
export const weightMemoryBlock = builtBlock({
  name: 'weight-memory',
  latency: 0,
  facts(options) {
    const blocks = weightBlocks(options);
    return {
      purpose: [
        `Weight memory: ${blocks} banks of ${BANK_BITS} bits, each a shadow written over I2C and an active half that the ` +
          'encoder uses. A commit checks the CRC-32 of all shadow bytes, and in the clock of the swap that none of them ' +
          'changed since, then swaps every bit: the convolution part in one clock and the dense part in the next, ' +
          'following a wafer through the encoder, so that every wafer meets one whole set of weights.',
      ],
      layer: 'weights of all layers',
      formats: ['the weight string of the encoder, bank after bank; econ_encoder says what lies where'],
      latency: `${blocks * WEIGHT_BLOCK_BYTES + 1} clocks from commit to decision; last layer effective ${commitLayers(options)} clocks later`,
    };
  },
  build(m, options) {
    const blocks = weightBlocks(options);
    const { write_i, address_i, data_i } = m.inputs('register bus', { write_i: 1, address_i: 16, data_i: 8 });
    const { commit_i, read_active_i, expected_crc_i } = m.inputs('control and status registers', {
      commit_i: 1,
      read_active_i: 1,
      expected_crc_i: 32,
    });

    m.section('address');
    const address = m.instance('u_address', leaf('econ_weight_address', { Banks: blocks }), { address_i });
    const hit = address.out('hit_o', { name: 'hit' });
    const hostBank = address.out('bank_o', { name: 'host_bank' });
    const hostByte = address.out('byte_o', { name: 'host_byte' });

    m.section('check and commit');
    const commit = m.instance(
      'u_commit',
      leaf('econ_weight_commit', { Banks: blocks, Bytes: WEIGHT_BLOCK_BYTES, Layers: commitLayers(options) }),
      { start_i: commit_i, expected_i: expected_crc_i },
      [{ bits: 65, kind: 'control', what: 'commit state machine, CRC, status' }],
    );
    const busy = commit.out('busy_o', { name: 'busy_o' });
    const fold = commit.out('fold_o', { name: 'fold', note: 'all bytes at once' });
    const layer = commit.out('commit_o', { name: 'commit', note: 'one per layer' });
    const checkBank = commit.out('bank_o', { name: 'check_bank' });
    const checkByte = commit.out('byte_o', { name: 'check_byte' });
    const bank = m.wire('bank', choose(busy, checkBank, hostBank), 'byte that is read now');
    const byte_i = m.wire('byte_select', choose(busy, checkByte, hostByte));

    m.section('banks');
    const placed = bankCommits(options).map(({ earlyBits, early, late }, n) => {
      const two = String(n).padStart(2, '0');
      const cell = m.instance(
        `u_weight_bank_${two}`,
        leaf('econ_weight_bank', { Bytes: WEIGHT_BLOCK_BYTES, EarlyBits: earlyBits }),
        {
          write_i: logic(1)`${write_i} & ${hit} & ~${busy} & ${equals(hostBank, n)}`,
          byte_i,
          data_i,
          // The check always reads the shadow.
          read_active_i: logic(1)`${read_active_i} & ~${busy}`,
          fold_i: fold,
          commit_early_i: bits(layer, early, 1),
          commit_i: bits(layer, late, 1),
        },
        [
          { bits: BANK_BITS, kind: 'shadow', parameter: 'TriplicateShadow', what: 'shadow weights' },
          { bits: BANK_BITS, kind: 'weights', parameter: 'TriplicateActive', what: 'active weights' },
        ],
      );
      const chosen = logic(1)`${fold} | ${equals(bank, n)}`;
      const read = logic(8)`${repeated(8, chosen)} & ${cell.out('read_o', { name: `read_${two}` })}`;
      return { read, active: cell.out('active_o', { name: `${bankName(n)}_o` }) };
    });

    m.section('read-back');
    const readByte = m.wire(
      'read_byte',
      joined(
        '^',
        placed.map((p) => p.read),
      ),
    );
    m.connect(readByte, commit.in('data_i'));

    m.outputs('register bus', {
      data_o: [choose(hit, readByte, constant(8, 0)), '0 if the address is not a weight'],
      ready_o: [logic(1)`~(${hit} & ${busy})`, '0: a check runs, weights cannot be written'],
    });
    m.outputs('control and status registers', {
      busy_o: busy,
      done_o: commit.out('done_o'),
      failed_o: commit.out('failed_o'),
      count_o: commit.out('count_o'),
      crc_o: commit.out('crc_o'),
    });
    m.outputs(
      'to the encoder',
      Object.fromEntries(
        placed.map(({ active }, n) => [
          `${bankName(n)}_o`,
          n === 0 ? ([active, 'active weights, block n'] as const) : active,
        ]),
      ),
    );
  },
});

/** Layers whose weights change one clock after another. */
function commitLayers({ shape }: ChipOptions): number {
  return Math.max(2, weightSections(shape).length);
}

/** Per bank the layers that it serves: `earlyBits` lowest bits belong to `early`, the others to `late`. */
function bankCommits(
  options: ChipOptions,
): readonly { readonly earlyBits: number; readonly early: number; readonly late: number }[] {
  // A single layer counts as the second of two, so that the commit is complete when it says so.
  const starts = weightSections(options.shape).map(({ kernel }) => kernel.at);
  const first = starts.length === 1 ? 1 : 0;
  return Array.from({ length: weightBlocks(options) }, (_, bank) => {
    const from = bank * BANK_BITS;
    const before = starts.filter((at) => at <= from).length - 1 + first;
    const inside = starts.find((at) => at > from && at < from + BANK_BITS);
    if (inside === undefined) return { earlyBits: 0, early: 0, late: before };
    return { earlyBits: inside - from, early: before, late: before + 1 };
  });
}
