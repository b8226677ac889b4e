import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/base/index.js';
import { bitString } from '../../../src/blocks/bit-string.js';
import {
  bestChoice,
  type ChipSettings,
  decodeCharges,
  defaultSettings,
  flagNames,
  normalise,
  type Packets,
  packBestChoice,
  packetCharges,
  packetFlags,
  packetSums,
  packLatents,
  packRepeater,
  packSuperTriggerCell,
  payloadPlan,
  repeater,
  repeaterCells,
  stcGroupsSent,
  stcTypes,
  superTriggerCell,
  thresholdSum,
} from '../../../src/blocks/index.js';
import {
  ALGORITHMS,
  createDecoder,
  createEmulator,
  decodePackets,
  runChip,
} from '../../../src/chips/index.js';
import { encode } from '../../../src/encoder/index.js';
import { randomSettings, randomWords } from '../random-chip.js';
import { hexText, hexWords } from '../vectors.js';

const kinds = ['uniform', 'exponential', 'tied', 'extreme'] as const;

/** Runs `check` over random registers of an algorithm, every N, both generations. */
function forAll(
  algorithm: ChipSettings['algorithm'],
  rows: number,
  check: (settings: ChipSettings, words: Uint32Array, out: Uint32Array) => void,
): void {
  const random = new Random(40 + ALGORITHMS.indexOf(algorithm));
  for (let etx = 1; etx <= 13; etx++) {
    for (const generation of ['P1', 'production'] as const) {
      for (const kind of kinds) {
        const settings = { ...randomSettings(random, generation), algorithm, etx };
        const words = randomWords(random, kind, rows, 17);
        check(settings, words, runChip(settings, words));
      }
    }
  }
}

/** BX of the row: orbits of 17. */
const bunches = (rows: number): number[] => Array.from({ length: rows }, (_, i) => i % 17);

describe('packets give back what the algorithm chose, and packing that gives the same words', () => {
  it('best choice', () => {
    forAll('best-choice', 20, (settings, words, out) => {
      const p = decodePackets(settings, out);
      const want = bestChoice(settings, decodeCharges(settings, words), 20);
      expect(p.flags.join()).toBe(new Uint16Array(20).join());
      expect([...p.bx]).toEqual(bunches(20));
      expect(p.sent.join()).toBe(want.sent.join());
      expect(p.codes.join()).toBe(want.codes.map((code, k) => code * want.sent[k]).join());
      const again = new Uint32Array(20 * 13);
      const choice = { sent: p.sent, codes: p.codes, sumCode: Uint8Array.from(p.sumCode) };
      packBestChoice(settings.generation, settings.etx, choice, p.bx, 20, bitString(), again);
      expect(hexText(again)).toBe(hexText(out));
    });
  });

  it('repeater', () => {
    forAll('repeater', 20, (settings, words, out) => {
      const p = decodePackets(settings, out);
      const want = repeater(decodeCharges(settings, words), 20, settings.dropLsb);
      expect(p.flags.join()).toBe(new Uint16Array(20).join());
      expect([...p.bx]).toEqual(bunches(20));
      const cells = repeaterCells(settings.etx);
      expect(p.codes.join()).toBe(want.map((code, i) => (i % 48 < cells ? code : 0)).join());
      if (cells < 48) return;
      const again = new Uint32Array(20 * 13);
      packRepeater(p.codes, p.bx, 20, settings.etx, bitString(), again);
      expect(hexText(again)).toBe(hexText(out));
    });
  });

  it('super trigger cells, all types', () => {
    forAll('super-trigger-cell', 20, (base, words) => {
      for (let stcType = 0; stcType < 5; stcType++) {
        const settings = { ...base, stcType };
        const out = runChip(settings, words);
        const p = decodePackets(settings, out);
        const groups = stcGroupsSent(stcType, settings.etx);
        expect(p.flags).toEqual(new Uint16Array(20).fill(groups > 0 ? 0 : packetFlags.noRoom));
        expect([...p.bx]).toEqual(groups > 0 ? bunches(20) : Array.from({ length: 20 }, (_, i) => i));
        const came = (values: Uint8Array | Uint16Array, keep = true): string =>
          Array.from(values, (v, i) => (keep && i % 12 < groups ? v : 0)).join();
        const want = superTriggerCell(settings, decodeCharges(settings, words), 20);
        expect(p.groupSent.join()).toBe(came(new Uint8Array(240).fill(1)));
        expect(p.groupSums.join()).toBe(came(want.sums));
        expect(p.groupAddresses.join()).toBe(came(want.addresses, stcTypes[stcType].addressBits > 0));
        if (groups === 0) continue;
        const again = new Uint32Array(20 * 13);
        const stc = { sums: p.groupSums, addresses: p.groupAddresses };
        packSuperTriggerCell(stcType, settings.etx, stc, p.bx, 20, bitString(), again);
        expect(hexText(again)).toBe(hexText(out));
      }
    });
  });

  it('autoencoder', () => {
    forAll('autoencoder', 5, (settings, words, out) => {
      const p = decodePackets(settings, out);
      const plan = payloadPlan(settings.etx, settings.keepMask);
      const { x, sumCode } = normalise(decodeCharges(settings, words), 5);
      const latents = new Uint16Array(80);
      encode(settings.weights, settings.arithmetic, x, 5, { latents });
      expect(p.flags).toEqual(new Uint16Array(5));
      expect(p.sumCode).toEqual(sumCode);
      expect([...p.latents]).toEqual(Array.from(latents, (v, i) => v & plan.survive[i & 15]));
      expect(hexText(packLatents(plan, p.latents, p.sumCode, p.bx, 5))).toBe(hexText(out));
    });
  });

  it('threshold sum, through the buffer: the packets of an emulator that decodes to the same words', () => {
    let truncated = 0;
    forAll('threshold-sum', 60, (settings, words, out) => {
      const p = decodePackets(settings, out);
      const want = thresholdSum(settings, decodeCharges(settings, words), 60);
      expect(p.count).toBe(60);
      let pending = 0;
      for (let i = 0; i < 60; i++) {
        const names = flagNames(p.flags[i]);
        if (!names.includes('lost')) expect(p.bx[i]).toBe(i % 17);
        if (names.length === 1 && names[0] === 'lost') pending++;
        else if (names.includes('truncated') || names.includes('truncatedShort')) {
          truncated++;
          expect(p.sumCode[i]).toBe(want.allSumCode[i]);
        } else {
          expect(names).toEqual([]);
          expect(p.sumCode[i]).toBe(want.sumCode[i]);
          const sent = want.passed.subarray(48 * i, 48 * i + 48);
          expect(p.sent.subarray(48 * i, 48 * i + 48).join()).toBe(sent.join());
          const codes = want.codes.subarray(48 * i, 48 * i + 48).map((code, k) => code * sent[k]);
          expect(p.codes.subarray(48 * i, 48 * i + 48).join()).toBe(codes.join());
        }
        // What is lost is what the chip still holds: nothing whole comes after it.
        if (pending > 0) expect(names).toEqual(['lost']);
      }
      const emulator = createEmulator(settings);
      emulator.run(words);
      if (emulator.buffer.held === 0) expect(pending).toBe(0);
      else expect(pending).toBeGreaterThan(0);
    });
    expect(truncated).toBeGreaterThan(500);
  });

  it('the same in one call as row by row', () => {
    forAll('threshold-sum', 30, (settings, _, out) => {
      const whole = decodePackets(settings, out);
      const decoder = createDecoder(settings);
      const parts: Packets[] = [];
      for (let row = 0; row < 30; row++) parts.push(decoder.run(out.subarray(13 * row, 13 * row + 13)));
      parts.push(decoder.finish());
      for (const name of ['bx', 'flags', 'sent', 'codes', 'sumCode'] as const)
        expect(parts.flatMap((part) => [...part[name]]).join()).toBe(whole[name].join());
    });
  });
});

describe('damaged words', () => {
  const same = (a: Packets, b: Packets): boolean => JSON.stringify(a) === JSON.stringify(b);

  it('a single wrong bit in a packet of fixed length is never silent, and harms no other BX', () => {
    const random = new Random(77);
    for (const algorithm of ['best-choice', 'super-trigger-cell', 'repeater', 'autoencoder'] as const) {
      for (const etx of [1, 2, 3, 4, 11, 13]) {
        const base = { ...randomSettings(random, 'production'), algorithm, etx };
        const settings = { ...base, dropLsb: 0, keepMask: (1n << 144n) - 1n };
        // The repeater cuts a charge in two below 11 links: the half that comes is not looked at.
        if (algorithm === 'repeater' && etx < 11) continue;
        if (algorithm === 'super-trigger-cell' && stcGroupsSent(settings.stcType, etx) === 0) continue;
        const out = runChip(settings, randomWords(random, 'uniform', 3, 9));
        const whole = decodePackets(settings, out);
        for (let bit = 0; bit < 416; bit++) {
          const bad = out.slice();
          bad[13 + (bit >> 5)] ^= 1 << (bit & 31);
          const p = decodePackets(settings, bad);
          expect(same(p, whole), `${algorithm}, ${etx} eTx, bit ${bit}`).toBe(false);
          expect(p.flags[0]).toBe(0);
          if (!p.flags.some((flags) => flags & packetFlags.bunchMismatch)) expect(p.flags[2]).toBe(0);
        }
      }
    }
  });

  it('tells what is wrong with a best choice packet', () => {
    const base: ChipSettings = {
      ...defaultSettings('production'),
      algorithm: 'best-choice',
      highDensity: true,
    };
    const flags = (etx: number, text: string): string =>
      flagNames(decodePackets({ ...base, etx }, rowOf(text), 1).flags[0]).join();
    // Worked example of the specification: BX 1, 4 cells.
    expect(flags(2, '13e18c59 8630fac4')).toBe('');
    expect(flags(2, '23e18c59 8630fac4')).toBe('bunchMismatch');
    expect(flags(2, '93e18c59 8630fac4')).toBe('badHeader');
    expect(flags(2, '13efff59 8630fac4')).toBe('badAddress');
    expect(flags(2, '13e30c59 8630fac4')).toBe('badAddress');
    expect(flags(2, '13e18c59 8630fac4 00000001')).toBe('notZero');
    expect(flags(1, '14b99800')).toBe('');
    expect(flags(1, '14b99801')).toBe('notZero');
    const p1 = decodePackets(
      { ...base, generation: 'P1', etx: 5 },
      rowOf('141309d0 440828a5 e892a852 995b0448 982546a0'),
      1,
    );
    expect([...p1.sent.keys()].filter((k) => p1.sent[k])).toEqual([
      2, 3, 8, 11, 12, 13, 15, 21, 25, 32, 38, 40, 44, 46,
    ]);
    expect(flags(5, '141309f0 440828a5 e892a852 995b0448 982546a0')).toBe('badCount');
    expect(flags(5, '141301d0 440828a5 e892a852 995b0448 982546a0')).toBe('badCount');
  });

  it('tells what is wrong with a threshold sum packet, and goes on after an idle word', () => {
    const settings: ChipSettings = { ...defaultSettings('production'), etx: 2, idlePattern: 290 };
    const good = '0a59662c c43eb100';
    const run = (...rows: string[]): string[] => {
      const words = Uint32Array.from(rows.flatMap((row) => [...rowOf(row)]));
      return Array.from(decodePackets(settings, words, 1).flags, (f) => flagNames(f).join(' '));
    };
    expect(run(good)).toEqual(['']);
    // Row 2 begins with the packet of BX 2: no cell, sum 8e; then idle words of BX 2.
    expect(run(good, '108e1122 11221122')).toEqual(['', '']);
    expect(run('0a590000 09220922', '108e1122 11221122')).toEqual(['badCount lost', '']);
    expect(run('0b59662c c43eb100', '108e1122 11221122')).toEqual(['badHeader lost', 'lost']);
    expect(run('0b59662c c43e0922', '108e1122 11221122')).toEqual(['badHeader lost', '']);
    expect(run('0c590000 7f000000', '00000000 00001122', '188e1922 19221922')).toEqual([
      'badCount lost',
      'lost',
      '',
    ]);
    expect(run('0a5967ff c43eb100')).toEqual(['badAddress']);
    expect(run('0a59662c c43eb101')).toEqual(['notZero']);
    expect(run('1259662c c43eb100', '108e1122 11221122')).toEqual(['bunchMismatch', '']);
    expect(run('0a59662c c43eb100 00000100')).toEqual(['notZero']);
    // An idle word where the packet of BX 1 must come; one that is none where only idle words may come.
    expect(run('09220922 09220922')).toEqual(['badHeader lost']);
    expect(run('088e0923 09220922', '108e1122 11221122')).toEqual(['', '']);
    expect(run('0a59662c', '108e1122 11221122')).toEqual(['badAddress', '']);
  });

  it('random damage to a threshold sum stream: one packet per BX, no exception, and it recovers', () => {
    const random = new Random(9);
    for (let turn = 0; turn < 60; turn++) {
      const settings: ChipSettings = {
        ...randomSettings(random, 'production'),
        algorithm: 'threshold-sum',
        etx: 3,
        thresholds: new Uint32Array(48).fill(60),
        highDensity: true,
        calibration: new Uint16Array(48).fill(2048),
        bufferT1: 100,
        bufferT2: 511,
        idlePattern: turn % 2 === 0 ? 290 : 0x70f,
      };
      const words = randomWords(random, 'exponential', 300, 300);
      // 25 BX with nothing in every fifty: there the buffer runs dry.
      for (let i = 0; i < 300; i++) if (i % 50 >= 25) words.fill(0xa0000000, 12 * i, 12 * i + 12);
      const out = runChip(settings, words);
      const whole = decodePackets(settings, out);
      const bad = out.slice();
      const row = 40 + random.below(40);
      for (let n = 0; n < 3; n++) bad[13 * row + random.below(3)] = random.uint32();
      const p = decodePackets(settings, bad);
      expect(p.count).toBe(300);
      // From the second dry stretch after the damage on, everything is as it was.
      const from = 150;
      for (let i = from; i < 300; i++) {
        expect(p.bx[i]).toBe(i);
        expect(p.flags[i]).toBe(whole.flags[i]);
        expect(p.sumCode[i]).toBe(whole.sumCode[i]);
      }
      expect(hexText(p.sent.subarray(48 * from))).toBe(hexText(whole.sent.subarray(48 * from)));
    }
  });

  it('a stream cut off in the middle loses the packets that were under way', () => {
    const random = new Random(10);
    const settings: ChipSettings = {
      ...defaultSettings('production'),
      thresholds: new Uint32Array(48),
      etx: 6,
      bufferT1: 300,
    };
    const out = runChip(settings, randomWords(random, 'uniform', 40, 40));
    const p = decodePackets(settings, out);
    // 25 words per BX come in, 12 go out: about half of the packets are still in the chip.
    const lost = p.flags.indexOf(packetFlags.lost);
    expect(lost).toBe(Math.floor((40 * 12) / 25));
    expect(p.flags.slice(lost).every((flags) => flags === packetFlags.lost)).toBe(true);
  });

  it('link reset words are no packets, and packets held before them are lost', () => {
    const random = new Random(11);
    for (const algorithm of ALGORITHMS) {
      const settings = { ...randomSettings(random, 'production'), algorithm, etx: 2, stcType: 1 };
      const words = randomWords(random, 'uniform', 400, 4000);
      const emulator = createEmulator(settings);
      const decoder = createDecoder(settings);
      const before = decoder.run(emulator.run(words.subarray(0, 12 * 50)));
      emulator.linkReset();
      const dropped = decoder.linkReset();
      expect(before.count + dropped.count).toBe(50);
      expect(dropped.flags.every((flags) => flags === packetFlags.lost)).toBe(true);
      const out = emulator.run(words.subarray(12 * 50));
      out[13 * 3] ^= 1;
      const after = decoder.run(out);
      const expected = Array.from({ length: 256 }, (_, i) => (i === 3 ? 'linkReset badHeader' : 'linkReset'));
      expect(Array.from(after.flags.subarray(0, 256), (f) => flagNames(f).join(' '))).toEqual(expected);
      expect([...after.bx.subarray(0, 300 - 50)]).toEqual(Array.from({ length: 250 }, (_, i) => 50 + i));
    }
  });

  it('refuses words that are no rows', () => {
    expect(() => decodePackets(defaultSettings('P1'), new Uint32Array(14))).toThrow(
      /14 words are not rows of 13/,
    );
  });
});

describe('charges of packets', () => {
  const one = { ...defaultSettings('production'), highDensity: true, dropLsb: 3, etx: 2 };

  it('cells at the mean of their code, the rest of the sum spread or dropped', () => {
    const settings: ChipSettings = { ...one, algorithm: 'best-choice', useSum: false };
    const p = decodePackets(settings, rowOf('13e18c59 8630fac4'), 1);
    const cells = [...p.sent.keys()].filter((k) => p.sent[k]);
    expect(cells).toEqual([6, 12, 22, 24]);
    const bare = packetCharges(settings, p, 'dropped');
    // Code 67 of cell 12: exponent 8, mantissa 3: (8 + 3) << 7 = 1408 .. 1535, times 8 with the drop.
    expect(p.codes[12]).toBe(67);
    expect(bare[12]).toBe((1408 * 8 + 1536 * 8 - 1) / 2);
    expect(bare.filter((v) => v > 0)).toHaveLength(4);
    const sum = packetSums(settings, p)[0];
    const spread = packetCharges(settings, p, 'spread');
    for (let k = 0; k < 48; k++) expect(spread[k]).toBeCloseTo(p.sent[k] ? bare[k] : sum / 44, 2);
    // With use_sum the same code is that of all cells.
    const all = packetCharges({ ...settings, useSum: true }, p, 'spread');
    const sentSum = bare.reduce((a, b) => a + b, 0);
    expect(all[0]).toBeCloseTo(Math.max(sum - sentSum, 0) / 44, 2);
  });

  it('a truncated word spreads the sum over all cells, a lost packet gives nothing', () => {
    const settings: ChipSettings = { ...one, idlePattern: 290 };
    const p = decodePackets(settings, rowOf('0e8e0922 09220922'), 1);
    expect(flagNames(p.flags[0])).toEqual(['truncated']);
    const charges = packetCharges({ ...settings, useSum: false }, p, 'spread');
    expect(new Set(charges).size).toBe(1);
    expect(charges[0]).toBeCloseTo(packetSums(settings, p)[0] / 48, 1);
    expect(packetCharges(settings, p, 'dropped').every((v) => v === 0)).toBe(true);
    const lost = decodePackets(settings, rowOf('0b8e0922 09220922'), 1);
    expect(packetCharges(settings, lost, 'spread').every((v) => v === 0)).toBe(true);
  });

  it('a super trigger cell puts its sum at the largest charge, or evenly without an address', () => {
    const settings: ChipSettings = { ...one, algorithm: 'super-trigger-cell', stcType: 0, etx: 3 };
    const p = decodePackets(settings, rowOf('18f17439 d5048f3c 21cd6770'), 1);
    const charges = packetCharges(settings, p, 'spread');
    expect([...charges.keys()].filter((k) => charges[k] > 0)).toEqual([2, 4, 11, 15, 16, 21, 25, 31]);
    // Code 135 in 5E4M: exponent 8, mantissa 7: 23 << 7 = 2944 .. 3071.
    expect(charges[2]).toBe((2944 + 3072 - 1) / 2);
    const even: ChipSettings = { ...settings, stcType: 2, highDensity: false, dropLsb: 1 };
    const q = decodePackets(even, rowOf('140cd3c4 41d620f4 0a48a500'), 1);
    const spread = packetCharges(even, q, 'spread');
    for (let k = 0; k < 48; k++) expect(spread[k]).toBe(spread[k & ~3]);
  });

  it('latents need a model', () => {
    const settings: ChipSettings = { ...one, algorithm: 'autoencoder' };
    expect(() => packetCharges(settings, decodePackets(settings, rowOf('08000000')), 'spread')).toThrow(
      /decoder/,
    );
  });
});

/** One row of 13 words from hex; words left out are 0. */
function rowOf(text: string): Uint32Array {
  const row = new Uint32Array(13);
  row.set(hexWords(text));
  return row;
}
