import {
  type Bits,
  bits,
  cat,
  choose,
  constant,
  type Expression,
  equals,
  logic,
  type ModuleBuilder,
} from '../../hdl/index.js';
import { packetBits, streamAlgorithm } from '../algorithm/algorithm.js';
import { builtBlock, leaf } from '../build.js';
import { ETX } from '../links.js';
import {
  BUFFER_SAFE_WORDS,
  BUFFER_WORDS,
  TYPE_TRUNCATED_FULL,
  TYPE_TRUNCATED_SHORT,
} from '../packets/output-buffer.js';

const LINK_BITS = 32 * ETX;
/** Words of the longest threshold-sum packet. */
const PACKET_WORDS = 25;

/** What leaves on the links: a packet, first bit on top, and its tag. */
interface Leaving {
  readonly packet: Expression;
  readonly bx: Expression;
  readonly resetting: Expression;
}

/** Output buffer of the threshold sum, bypass of the other algorithms, and the link words. */
export const linkBufferBlock = builtBlock({
  name: 'link-buffer',
  latency: 1,
  facts(options) {
    const ring = streamAlgorithm(options) !== undefined;
    return {
      purpose: [
        'Link buffer: lays the packet of a BX out on the active links, eTx 0 first; reset words during a link reset;',
        'zeros on all links until the chip runs.',
        ...(ring
          ? [
              'Packets of the threshold sum have any length. They go through a ring of 512 words of 16 bits, from which 2 N',
              'words leave per BX; what is missing are idle words. A packet that would fill it beyond T1, or a short one while',
              'more than T2 words wait, is sent as one word with the sum of all cells. A link reset empties the ring.',
            ]
          : []),
      ],
      layer: 'output',
      formats: [
        'packet, first bit on top; link words 32 bits, eTx j in [32j+31:32j]',
        ...(ring
          ? ['truncated word bx (5) | 110 or 111 | sum 5E3M (8); idle word bx (5) | idle_pattern (11)']
          : []),
        'reset word bx (5) | link_reset_pattern (11)',
      ],
      latency: ring ? '1 BX, threshold sum 2 BX' : '1 BX',
    };
  },
  build(m, options) {
    const ring = streamAlgorithm(options);
    const { run_i, links_i, link_reset_pattern_i } = m.inputs('configuration', {
      run_i: [1, 'the chip runs'],
      links_i: [4, 'number of active links N'],
      link_reset_pattern_i: 11,
    });
    const ringSettings = ring && ringInputs(m);
    const { packet_i, bx_i, resetting_i } = m.inputs('from the formatter', {
      packet_i: packetBits(options),
      bx_i: 5,
      resetting_i: 1,
    });
    const padding = LINK_BITS - packetBits(options);
    const straight: Leaving = {
      packet: padding > 0 ? cat(packet_i, constant(padding, 0)) : packet_i,
      bx: bx_i,
      resetting: resetting_i,
    };
    const buffer =
      ring &&
      ringSettings &&
      buildRing(m, { ...ringSettings, run_i, links_i, packet_i, bx_i, resetting_i }, ring.code);

    m.section('link words');
    const leaving = (key: keyof Leaving): Expression =>
      buffer ? choose(buffer.buffered, buffer[key], straight[key]) : straight[key];
    const packet = m.wire('packet', leaving('packet'), 'first bit on top');
    const bx = m.wire('bx', leaving('bx'), 'of the words that leave');
    const resetting = m.wire('resetting', leaving('resetting'));
    const drive = m.instance('u_link_drive', leaf('econ_link_drive', { Links: ETX }), {
      run_i,
      links_i,
      resetting_i: resetting,
      reset_i: cat(bx, link_reset_pattern_i),
      packet_i: packet,
    });
    const link_o = m.pipeline('link', drive.out('words_o'), 'eTx j in [32j+31:32j]');
    m.outputs('output links and status', {
      link_o,
      ...(buffer
        ? { overflow_o: [buffer.overflow, `more than ${BUFFER_SAFE_WORDS} words waited`] as const }
        : {}),
    });
  },
});

function ringInputs(m: ModuleBuilder) {
  return {
    ...m.inputs('configuration', {
      algorithm_i: 3,
      idle_pattern_i: 11,
      t1_i: 9,
      t2_i: 9,
      t3_i: 5,
      clear_i: [1, 'clears overflow_o'],
    }),
    ...m.inputs('packets of the threshold sum', {
      length_i: [5, 'words of a packet'],
      all_sum_code_i: [8, '5E3M'],
    }),
  };
}

type RingInputs = ReturnType<typeof ringInputs> &
  Readonly<Record<'run_i' | 'links_i' | 'packet_i' | 'bx_i' | 'resetting_i', Bits>>;

/** The ring: how far it is filled, what is written, and the words that leave with the tag of their BX. */
function buildRing(
  m: ModuleBuilder,
  inputs: RingInputs,
  code: number,
): Leaving & { buffered: Bits; overflow: Expression } {
  const { bx_i, resetting_i, links_i, length_i, t1_i, t2_i, t3_i, clear_i } = inputs;
  m.section('filling');
  const buffered = m.wire(
    'buffered',
    logic(1)`${inputs.run_i} & ${equals(inputs.algorithm_i, code)}`,
    'the algorithm uses the ring',
  );
  const held = m.openRegister('held', 10, {
    kind: 'control',
    reset: constant(10, 0),
    note: 'words in the ring',
  });
  const fill = m.instance('u_buffer_fill', leaf('econ_buffer_fill'), {
    held_i: held.q,
    links_i,
    packet_i: logic(1)`${buffered} & ~${resetting_i}`,
    length_i,
    t1_i,
    t2_i,
    t3_i,
  });
  const read = fill.out('read_o', { name: 'read', note: 'words that leave' });
  const write = fill.out('write_o', { name: 'write', note: 'words that are written' });
  const truncate = fill.out('truncate_o', { name: 'truncate' });
  const short = fill.out('short_o', { name: 'short_packet' });
  m.connect(fill.out('held_o'), held.d);
  const writeAt = m.openRegister('write_at', 9, {
    kind: 'control',
    reset: constant(9, 0),
    note: `number of the next word to be written, modulo ${BUFFER_WORDS}`,
  });
  m.connect(logic(9)`${writeAt.q} + ${cat(constant(4, 0), write)}`, writeAt.d);
  const overflow = m.register('overflow', logic(1)`~${clear_i}`, {
    kind: 'counter',
    reset: constant(1, 0),
    enable: logic(1)`${clear_i} | (${fill.out('held_o')} > ${constant(10, BUFFER_SAFE_WORDS)})`,
  });

  m.section('ring');
  const type = choose(short, constant(3, TYPE_TRUNCATED_SHORT), constant(3, TYPE_TRUNCATED_FULL));
  const truncated = m.wire('truncated', cat(bx_i, type, inputs.all_sum_code_i));
  const words = m.wire(
    'words',
    choose(truncate, cat(truncated, constant(16 * PACKET_WORDS - 16, 0)), inputs.packet_i),
    'to be written, first on top',
  );
  const ring = m.instance(
    'u_ring',
    leaf('econ_word_ring'),
    {
      write_at_i: writeAt.q,
      write_count_i: write,
      words_i: words,
      read_at_i: logic(9)`${writeAt.q} - ${bits(held.q, 0, 9)}`,
      read_count_i: read,
    },
    [{ bits: 16 * BUFFER_WORDS, kind: 'pipeline' }],
  );
  const bx = m.register('bx_read', bx_i, {
    kind: 'control',
    note: 'of the BX that is read, one after its write',
  });
  const resetting = m.register('resetting_read', resetting_i, { kind: 'control' });
  const idle = m.instance('u_idle_fill', leaf('econ_idle_fill', { Words: 2 * ETX }), {
    count_i: read,
    words_i: ring.out('words_o', { name: 'held_words' }),
    idle_i: cat(bx, inputs.idle_pattern_i),
  });
  return { buffered, packet: idle.out('words_o', { name: 'ring_words' }), bx, resetting, overflow };
}
