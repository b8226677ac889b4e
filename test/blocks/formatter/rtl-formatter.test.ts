import { expect, test } from 'vitest';
import { Random } from '../../../src/base/index.js';
import { packetLatency } from '../../../src/blocks/algorithm/algorithm.js';
import { type BitString, bitString, clearBits, packetWords } from '../../../src/blocks/bit-string.js';
import { bunchTagBlock } from '../../../src/blocks/bunch-tag/verilog.js';
import { formatterBlock } from '../../../src/blocks/formatter/verilog.js';
import {
  algorithmOf,
  bestChoiceSent,
  bufferBunch,
  bunchCode5,
  type ChipOptions,
  defaultChipOptions,
  defaultEcontOptions,
  emptyBuffer,
  type Generation,
  outputBuffer,
  packBestChoice,
  packLatents,
  packRepeater,
  packSuperTriggerCell,
  packThresholdSum,
  payloadPlan,
  thresholdPacketWords,
} from '../../../src/blocks/index.js';
import { linkBufferBlock } from '../../../src/blocks/link-buffer/verilog.js';
import { POSITIONS_BITS, positionLsb } from '../../../src/blocks/super-trigger-cell/verilog.js';
import { ALGORITHMS } from '../../../src/chips/index.js';
import type { Simulator } from '../../../src/netlist-sim/index.js';
import { loadBlock, output, packWords } from '../rtl-block.js';

const random = new Random(11);
const codes = (n: number, bits: number): Uint16Array =>
  Uint16Array.from({ length: n }, () => random.below(2 ** bits));

/** A map with so many ones. */
function mapOf(count: number): Uint8Array {
  const map = Uint8Array.from({ length: 48 }, (_, k) => (k < count ? 1 : 0));
  return random.shuffle(map);
}

/** The first 2 N words of the packet register, laid out as links are. */
function packetOnLinks(chip: Simulator, etx: number): number[] {
  const words = output(chip, 'packet_o', 400 / 16, 16).reverse();
  return Array.from({ length: 13 }, (_, j) =>
    j < etx ? ((words[2 * j] << 16) | (words[2 * j + 1] ?? 0)) >>> 0 : 0,
  );
}

function begin(chip: Simulator, algorithm: string, etx: number, bx: number): void {
  chip.set('algorithm_i', ALGORITHMS.indexOf(algorithm));
  chip.set('links_i', etx);
  chip.set('active_etxs_i', 2 ** etx - 1);
  chip.set('bx_i', bunchCode5(bx));
}

test.each(['production', 'P1'] as Generation[])(
  'formatter, packets of %s: every count, link number and type',
  async (generation) => {
    const chip = await loadBlock(formatterBlock, { econt: { ...defaultEcontOptions, generation } });
    const packet: BitString = bitString();
    const out = new Uint32Array(13);
    for (let count = 0; count <= 48; count++) {
      const bx = count === 9 ? 0 : random.below(40);
      begin(chip, 'threshold-sum', 13, bx);
      const sum = {
        passed: mapOf(count),
        count: Uint8Array.of(count),
        codes: Uint8Array.from(codes(48, 7)),
        sumCode: Uint8Array.from(codes(1, 8)),
        allSumCode: Uint8Array.from(codes(1, 8)),
      };
      chip.set('threshold_map_i', packWords(sum.passed, 1));
      chip.set('threshold_codes_i', packWords(sum.codes, 7));
      chip.set('threshold_sum_code_i', sum.sumCode[0]);
      chip.set('threshold_all_sum_code_i', sum.allSumCode[0]);
      chip.step(2);
      packThresholdSum(generation, sum, 0, bx, packet);
      const words = output(chip, 'packet_o', 25, 16).reverse();
      expect(words, `${count} cells`).toEqual([...packet.words.subarray(0, 25)]);
      expect([chip.get('length_o'), chip.get('all_sum_code_o'), chip.get('bx_o')]).toEqual([
        thresholdPacketWords(count),
        sum.allSumCode[0],
        bunchCode5(bx),
      ]);
    }
    for (let etx = 1; etx <= 13; etx++) {
      const bx = Uint32Array.of(etx === 4 ? 0 : random.below(40));
      const map = mapOf(bestChoiceSent(etx));
      const choice = {
        sent: map,
        codes: Uint8Array.from(codes(48, 7)),
        sumCode: Uint8Array.from(codes(1, 8)),
      };
      begin(chip, 'best-choice', etx, bx[0]);
      chip.set('choice_map_i', packWords(map, 1));
      chip.set('choice_codes_i', packWords(choice.codes, 7));
      chip.set('choice_sum_code_i', choice.sumCode[0]);
      chip.step(2);
      packBestChoice(generation, etx, choice, bx, 1, packet, out);
      expect(packetOnLinks(chip, etx), `best choice, ${etx} links`).toEqual([...out]);

      begin(chip, 'repeater', etx, bx[0]);
      packRepeater(choice.codes, bx, 1, etx, packet, out);
      for (const selection of [3, 5, 6, 7]) {
        chip.set('algorithm_i', selection);
        chip.set('repeater_codes_i', packWords(choice.codes, 7));
        chip.step();
        expect(packetOnLinks(chip, etx), `repeater as ${selection}, ${etx} links`).toEqual([...out]);
        chip.set('repeater_codes_i', 0n);
        chip.step();
      }

      for (let type = 0; type < 5; type++) {
        const addressBits = [2, 4, 0, 2, 0][type];
        const stc = {
          sums: codes(12, [9, 9, 7, 7, 8][type]),
          addresses: Uint8Array.from(codes(12, addressBits)),
        };
        begin(chip, 'super-trigger-cell', etx, bx[0]);
        chip.set('stc_type_i', type);
        chip.set('super_codes_i', packWords(stc.sums, 9));
        let positions = 0n;
        for (let g = 0; g < (type === 1 ? 3 : 12); g++)
          positions |= BigInt(stc.addresses[g]) << BigInt(positionLsb(g));
        chip.set('super_positions_i', positions & ((1n << BigInt(POSITIONS_BITS)) - 1n));
        chip.step();
        packSuperTriggerCell(type, etx, stc, bx, 1, packet, out);
        expect(packetOnLinks(chip, etx), `type ${type}, ${etx} links`).toEqual([...out]);
      }

      const latents = codes(16, 9);
      const keep = etx % 3 === 0 ? (1n << 144n) - 1n - (0x1234567n << 40n) : (1n << 144n) - 1n;
      const sumCode = codes(1, 9);
      begin(chip, 'autoencoder', etx, bx[0]);
      chip.set('keep_i', keep);
      chip.set('latents_i', packWords(latents, 9));
      chip.set('sum_code_i', sumCode[0]);
      chip.set('latents_bx_i', bunchCode5(bx[0]));
      chip.step(2);
      packLatents(payloadPlan(etx, keep), latents, sumCode, bx, 1, out);
      expect(packetOnLinks(chip, etx), `autoencoder, ${etx} links`).toEqual([...out]);
    }
  },
);

test('link buffer: random packets against the buffer of the reference, in all four conditions, with link resets', async () => {
  const chip = await loadBlock(linkBufferBlock, { tmr: 'registers', econt: defaultEcontOptions });
  const packet = bitString();
  const seen = new Float64Array(5);
  chip.set('rst_ni', 1);
  chip.set('run_i', 1);
  chip.set('clear_i', 0);
  chip.set('algorithm_i', 0);
  for (let run = 0; run < 60; run++) {
    const etx = 1 + (run % 13);
    const settings = {
      etx,
      bufferT1: [24, 48, 120, 300, 400, 511][random.below(6)],
      bufferT2: [0, 10, 30, 100, 511][random.below(5)],
      bufferT3: random.below(32),
      idlePattern: random.below(2048),
    };
    const pattern = random.below(2048);
    const buffer = outputBuffer();
    chip.set('links_i', etx);
    chip.set('t1_i', settings.bufferT1);
    chip.set('t2_i', settings.bufferT2);
    chip.set('t3_i', settings.bufferT3);
    chip.set('idle_pattern_i', settings.idlePattern);
    chip.set('link_reset_pattern_i', pattern);
    // Two BX of reset: the ring is empty, and the row before the first is out.
    chip.set('resetting_i', 1);
    chip.step(2);
    // Packets so long that the ring fills, and so short that it empties, in turns.
    const wave = 5 + random.below(30);
    const rows = 150;
    const out = new Uint32Array(13);
    const want: number[][] = [];
    for (let row = 0; row <= rows; row++) {
      const bx = row % 37;
      const resetting = run % 5 === 0 && row > 70 && row < 75;
      clearBits(packet);
      const long = Math.floor(row / wave) % 2 === 0;
      packet.bits = 16 * (1 + (long ? 12 + random.below(13) : random.below(4)));
      for (let w = 0; w < packetWords(packet); w++) packet.words[w] = random.below(65536);
      const allSumCode = random.below(256);
      if (row < rows) {
        out.fill(0);
        if (resetting) {
          emptyBuffer(buffer);
          const half = (bunchCode5(bx) << 11) | pattern;
          for (let j = 0; j < etx; j++) out[j] = ((half << 16) | half) >>> 0;
        } else seen[bufferBunch(settings, buffer, packet, allSumCode, bx, out, 0)]++;
        want.push([...out]);
      }
      chip.set('packet_i', packWords([...packet.words.subarray(0, 25)].reverse(), 16));
      chip.set('length_i', packetWords(packet));
      chip.set('all_sum_code_i', allSumCode);
      chip.set('bx_i', bunchCode5(bx));
      chip.set('resetting_i', resetting ? 1 : 0);
      chip.step();
      if (row > 0)
        expect(output(chip, 'link_o', 13, 32), `run ${run}, row ${row - 1}`).toEqual(want[row - 1]);
      expect(chip.get('err_o')).toBe(0);
    }
    expect(chip.get('overflow_o'), `run ${run}`).toBe(buffer.overfull ? 1 : 0);
    chip.set('clear_i', 1);
    chip.set('resetting_i', 1);
    chip.step();
    chip.set('clear_i', 0);
  }
  expect(Math.min(...seen.subarray(1))).toBeGreaterThan(30);
});

test('link buffer: other algorithms pass by the ring, nothing leaves before the chip runs', async () => {
  const chip = await loadBlock(linkBufferBlock, { econt: defaultEcontOptions });
  chip.set('links_i', 3);
  chip.set('algorithm_i', 2);
  chip.set('packet_i', packWords(new Array(25).fill(0xbeef), 16));
  chip.step(3);
  expect(output(chip, 'link_o', 13, 32)).toEqual(new Array(13).fill(0));
  chip.set('run_i', 1);
  chip.step();
  expect(output(chip, 'link_o', 13, 32)).toEqual([
    0xbeefbeef,
    0xbeefbeef,
    0xbeefbeef,
    ...new Array(10).fill(0),
  ]);
});

test('bunch tag: every algorithm meets its own BX, a link reset lasts 256 of them and starts anew', async () => {
  const options: ChipOptions = { ...defaultChipOptions, tmr: 'registers', econt: defaultEcontOptions };
  const chip = await loadBlock(bunchTagBlock, options);
  chip.set('rst_ni', 1);
  const resetAt = [40, 140];
  const rows = 460;
  for (const algorithm of ALGORITHMS) {
    chip.set('algorithm_i', ALGORITHMS.indexOf(algorithm));
    // bx_i is a register of the link input: the tag of row t leaves packetLatency - 2 BX later.
    const delay = packetLatency(algorithmOf({ algorithm }), options) - 2;
    const seen: [number, number][] = [];
    for (let row = 0; row < rows; row++) {
      chip.set('link_reset_i', resetAt.includes(row) ? 1 : 0);
      chip.step();
      chip.set('bx_i', (row * 7) & 31);
      seen.push([chip.get('bx_o'), chip.get('resetting_o')]);
    }
    for (let row = 0; row + delay < rows; row++) {
      const resetting = row >= resetAt[0] && row < resetAt[1] + 256 ? 1 : 0;
      expect(seen[row + delay], `${algorithm}, row ${row}`).toEqual([(row * 7) & 31, resetting]);
    }
  }
});
