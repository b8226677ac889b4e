import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/index.js';
import {
  bestChoice,
  bestChoiceSent,
  type ChipSettings,
  defaultSettings,
  sortStages,
  stcGroupsSent,
  stcTypes,
  superTriggerCell,
  thresholdPacketWords,
  thresholdSum,
} from '../../src/blocks/index.js';
import { runChip } from '../../src/chips/index.js';
import { bx0, mcRow1, numbers, randomRow1, straightMux } from '../chips/examples.js';
import { hexText } from '../chips/vectors.js';

function settings(generation: 'P1' | 'production', changes: Partial<ChipSettings>): ChipSettings {
  const useSum = { useSum: false, idlePattern: 290, mux: straightMux(generation) };
  return { ...defaultSettings(generation), highDensity: true, dropLsb: 3, ...useSum, ...changes };
}

/** Output words of one row at BX 1 on an empty buffer, trailing inactive links left out. */
function atBx1(row: Uint32Array, s: ChipSettings): string {
  const out = runChip(s, Uint32Array.from([...bx0, ...row]));
  return hexText(out.subarray(13, 13 + s.etx));
}

describe('worked examples of section 16.1', () => {
  it('repeater', () => {
    const want =
      '09720bd1 1e3a44ca 51c61429 4c6d59e3 470d9e60 1cd0a441 05953a61 0a20e6c7 203ec0da 53060a23 26a0d000 00000000 00000000';
    expect(atBx1(mcRow1, settings('production', { algorithm: 'repeater', etx: 13 }))).toBe(want);
    expect(atBx1(mcRow1, settings('P1', { algorithm: 'repeater', etx: 13 }))).toBe(want);
    // On fewer links the string is cut.
    expect(atBx1(mcRow1, settings('P1', { algorithm: 'repeater', etx: 2 }))).toBe('09720bd1 1e3a44ca');
  });

  it('threshold sum, a map of 47 cells', () => {
    const s = settings('P1', { thresholds: new Uint32Array(48).fill(47), etx: 13, bufferT1: 400 });
    // BX 0 in front is all zero: nothing of it is left in the buffer.
    expect(atBx1(mcRow1, s)).toBe(
      '0c19ffff ffdfffff 2e417a23 c748994a 38c28529 8dab3c68 e1b3cc03 9a148859 53a610a2 0e6c7203 ec0da530 60a2326a 0d000922',
    );
    const production = atBx1(mcRow1, { ...s, generation: 'production', mux: straightMux('production') });
    // Cell 26 is bit 26 from the right now.
    expect(production.startsWith('0c19ffff fbffffff 2e417a23')).toBe(true);
  });

  it('best choice on 5 links and on 1', () => {
    const s = settings('P1', { algorithm: 'best-choice', etx: 5 });
    expect(atBx1(mcRow1, s)).toBe('141309d0 440828a5 e892a852 995b0448 982546a0');
    expect(atBx1(mcRow1, { ...s, etx: 1 })).toBe('14b99800');
  });

  it('super trigger cell types 0 and 1', () => {
    const s = settings('production', { algorithm: 'super-trigger-cell', stcType: 0, etx: 3 });
    expect(atBx1(mcRow1, s)).toBe('18f17439 d5048f3c 21cd6770');
    expect(atBx1(mcRow1, { ...s, highDensity: false, stcType: 1, etx: 2 })).toBe('1256421e d0200000');
  });
});

describe('examples of section 16.3', () => {
  const bc = (generation: 'P1' | 'production', etx: number): string =>
    atBx1(randomRow1, settings(generation, { algorithm: 'best-choice', etx }));
  const stc = (highDensity: boolean, stcType: number, etx: number, dropLsb: number): string =>
    atBx1(
      randomRow1,
      settings('production', { algorithm: 'super-trigger-cell', highDensity, stcType, etx, dropLsb }),
    );

  it('best choice: lists alike in both generations, maps turned round', () => {
    for (const generation of ['P1', 'production'] as const) {
      expect(bc(generation, 2)).toBe('13e18c59 8630fac4');
      expect(bc(generation, 3)).toBe('13a18c3d 6627630d 47588900');
    }
    expect(bc('P1', 4)).toBe('13603890 28001086 2751c351 d62243e0');
    expect(bc('production', 4)).toBe('13610800 14091c06 2751c351 d62243e0');
  });

  it('threshold sum: three cells, none, and the truncated word', () => {
    const s = settings('P1', { thresholds: new Uint32Array(48).fill(3000), etx: 3, bufferT1: 400 });
    expect(atBx1(randomRow1, s)).toBe('0a59662c c43eb100 09220922');
    expect(atBx1(randomRow1, { ...s, etx: 1, thresholds: new Uint32Array(48).fill(1000000) })).toBe(
      '088e0922',
    );
    // T1 = 3 is too small for four words.
    expect(atBx1(randomRow1, { ...s, etx: 1, bufferT1: 3 })).toBe('0e8e0922');
    // T2 and T3: packets of at most T3 words are cut down to one when more than T2 words wait.
    expect(atBx1(randomRow1, { ...s, etx: 1, bufferT2: 0, bufferT3: 31 })).toBe('0a59662c');
  });

  it('super trigger cell types 0 to 3', () => {
    expect(stc(true, 0, 5, 3)).toBe('160a1303 021cdea9 3042d523 e301cc84 6a000000');
    expect(stc(false, 1, 2, 3)).toBe('1c6748ba cca00000');
    expect(stc(false, 2, 3, 1)).toBe('140cd3c4 41d620f4 0a48a500');
    expect(stc(false, 3, 4, 1)).toBe('160a1304 0cd3c441 d620f40a 48a50000');
    expect(stc(false, 3, 2, 1)).toBe('160a40cd 3c441d40');
  });

  it('super trigger cell: more links than the type knows carry zeros', () => {
    expect(stc(true, 1, 3, 0)).toBe('00000000 00000000 00000000');
    for (let type = 0; type < 5; type++) expect(stcGroupsSent(type, 13)).toBe(0);
  });
});

describe('sorting network', () => {
  it('has the 21 stages of section 7.4', () => {
    const table = `32:0-32,15-47:16 16:0-16,15-31:16 16:16-32,31-47:16 8:0-8,39-47:24 24:8-32,15-39:8 8:8-16,31-39:16
      4:0-4,43-47:24 28:4-32,15-43:8 12:4-16,31-43:16 4:4-8,39-43:20 2:0-2,45-47:24 30:2-32,15-45:8 14:2-16,31-45:16
      6:2-8,39-45:20 2:2-4,43-45:22 1:0-1,46-47:24 31:1-32,15-46:8 15:1-16,31-46:16 7:1-8,39-46:20 3:1-4,43-46:22
      1:1-2,45-46:23`;
    const stages = sortStages.map(({ distance: d, lower }) => {
      const last = lower[lower.length - 1];
      return `${d}:${lower[0]}-${lower[0] + d},${last}-${last + d}:${lower.length}`;
    });
    expect(stages).toEqual(table.split(/\s+/));
    expect(sortStages.reduce((n, s) => n + s.lower.length, 0)).toBe(367);
    for (const { distance, lower } of sortStages) {
      expect(new Set(lower.flatMap((i) => [i, i + distance])).size).toBe(2 * lower.length);
    }
  });

  /** The cell at each sorted position, largest first. */
  const sortedCells = (values: readonly number[]): number[] => {
    const cells = [...values.keys()];
    for (const { distance, lower } of sortStages)
      for (const i of lower) {
        const [a, b] = [cells[i], cells[i + distance]];
        if (values[a] < values[b]) [cells[i], cells[i + distance]] = [b, a];
      }
    return cells;
  };

  it('sorts, and breaks the ties of the worked example as the chip does', () => {
    const v =
      numbers(`31 17 248 84 58 54 19 38 108 14 34 136 152 116 46 184 58 42 50 46 58 272 7 42 10 84 4 11 27 54 34
      76 84 7 46 14 68 62 272 46 108 34 34 25 92 23 136 42`);
    const cells = sortedCells(v);
    expect(cells.slice(0, 18)).toEqual(numbers('38 21 2 15 12 11 46 13 8 40 44 3 25 32 31 36 37 20'));
    const random = new Random(2);
    for (let round = 0; round < 200; round++) {
      const keys = Array.from({ length: 48 }, () => random.below(round < 100 ? 5 : 1000));
      const sorted = sortedCells(keys).map((k) => keys[k]);
      expect(sorted).toEqual([...keys].sort((a, b) => b - a));
    }
  });
});

describe('best choice', () => {
  it('sends the number of cells of section 7.3, and all sums add up', () => {
    expect(Array.from({ length: 13 }, (_, i) => bestChoiceSent(i + 1))).toEqual([
      1, 4, 6, 9, 14, 18, 23, 28, 32, 37, 41, 46, 48,
    ]);
    const random = new Random(4);
    const charges = Uint32Array.from({ length: 48 }, () => random.below(2 ** 20));
    for (let etx = 1; etx <= 13; etx++) {
      const { sent } = bestChoice({ etx, dropLsb: 0, useSum: false }, charges, 1);
      const chosen = Array.from(charges).filter((_, k) => sent[k] === 1);
      const rest = Array.from(charges, (v) => v).filter((_, k) => sent[k] === 0);
      expect(chosen).toHaveLength(bestChoiceSent(etx));
      if (rest.length > 0) {
        // Clamped keys (2^18 and above) are equal to the network.
        const key = (v: number): number => Math.min(v, 2 ** 18 - 1);
        expect(Math.min(...chosen.map(key))).toBeGreaterThanOrEqual(Math.max(...rest.map(key)));
      }
    }
  });

  it('sums what it does not send, or everything with useSum', () => {
    const charges = new Uint32Array(48).fill(8);
    charges[7] = 800;
    const part = bestChoice({ etx: 1, dropLsb: 3, useSum: false }, charges, 1);
    const all = bestChoice({ etx: 1, dropLsb: 3, useSum: true }, charges, 1);
    expect(part.sent[7]).toBe(1);
    // 47 = 101111b: exponent 3, mantissa 011; 147 = 10010011b: exponent 5, mantissa 001.
    expect(part.sumCode[0]).toBe(3 * 8 + 3);
    expect(all.sumCode[0]).toBe(5 * 8 + 1);
  });

  it('clamps keys to 18 bits: the sum and the ties see the clamped charges', () => {
    const charges = new Uint32Array(48).fill(2 ** 19);
    charges[47] = 2 ** 20;
    const { sent, sumCode } = bestChoice({ etx: 1, dropLsb: 0, useSum: true }, charges, 1);
    // All keys tie at 2^18 - 1, so nothing moves and cell 0 stays first; 48 * 262143 has 24 bits, 1011 in front.
    expect(sent[0]).toBe(1);
    expect(sent[47]).toBe(0);
    expect(sumCode[0]).toBe((24 - 3) * 8 + 0b011);
    const dropped = bestChoice({ etx: 1, dropLsb: 3, useSum: true }, charges, 1);
    expect(dropped.sent[47]).toBe(1);
  });

  it('ignores a drop above 4', () => {
    const charges = Uint32Array.from({ length: 48 }, (_, k) => 1000 + k);
    const at = (dropLsb: number) => bestChoice({ etx: 5, dropLsb, useSum: true }, charges, 1);
    for (const drop of [5, 6, 7]) expect(at(drop)).toEqual(at(0));
    expect(at(4)).not.toEqual(at(0));
  });
});

describe('super trigger cell', () => {
  it('sends the groups of section 7.2, which always fit the links', () => {
    const listed = [
      [2, 5, 8, 11, 12],
      [2, 3],
      [4, 8, 12],
      [3, 6, 10, 12],
      [3, 7, 11, 12],
    ];
    listed.forEach((groups, type) => {
      const { addressBits, format } = stcTypes[type];
      for (let etx = 1; etx <= 13; etx++) {
        const sent = stcGroupsSent(type, etx);
        expect(sent).toBe(groups[etx - 1] ?? 0);
        expect(4 + sent * (addressBits + format.bits)).toBeLessThanOrEqual(32 * etx);
      }
    });
  });

  it('takes the highest or the lowest of equal maxima', () => {
    const charges = new Uint32Array(48).fill(5);
    charges[2] = 9;
    charges[1] = 9;
    const base = { stcType: 0, dropLsb: 0 };
    const highest = superTriggerCell({ ...base, stcTie: 'highest' }, charges, 1).addresses;
    const lowest = superTriggerCell({ ...base, stcTie: 'lowest' }, charges, 1).addresses;
    expect(Array.from(highest)).toEqual([2, ...new Array(11).fill(3)]);
    expect(Array.from(lowest)).toEqual([1, ...new Array(11).fill(0)]);
  });

  it('type 4 sends 8-bit sums without addresses or drop', () => {
    const s = settings('production', { algorithm: 'super-trigger-cell', stcType: 4, etx: 1, dropLsb: 3 });
    // Sums of the first three groups: 3040, 1352, 2340, each as 5E3M.
    const code = (v: number): number => {
      const e = v.toString(2).length - 3;
      return 8 * e + (v >> (e - 1)) - 8;
    };
    const bits = [3040, 1352, 2340].map((v) => code(v).toString(2).padStart(8, '0')).join('');
    expect(atBx1(mcRow1, s)).toBe(Number.parseInt(`0001${bits}0000`, 2).toString(16).padStart(8, '0'));
  });
});

describe('threshold sum', () => {
  it('passes charges at the threshold, compares before the drop, and sums the rest or all', () => {
    const charges = Uint32Array.from({ length: 48 }, (_, k) => 40 + k);
    const thresholds = new Uint32Array(48).fill(47);
    const rest = thresholdSum({ thresholds, dropLsb: 3, useSum: false }, charges, 1);
    expect(Array.from(rest.passed.subarray(5, 9))).toEqual([0, 0, 1, 1]);
    expect(rest.count[0]).toBe(41);
    // 40 + .. + 46 = 301 = 100101101b; 40 + .. + 87 = 3048 = 101111101000b. No drop on the sums.
    expect(rest.sumCode[0]).toBe((9 - 3) * 8 + 0b001);
    expect(rest.allSumCode[0]).toBe((12 - 3) * 8 + 0b011);
    const all = thresholdSum({ thresholds, dropLsb: 3, useSum: true }, charges, 1);
    expect(all.sumCode).toEqual(rest.allSumCode);
    // 47 >> 3 = 5.
    expect(rest.codes[7]).toBe(5);
  });

  it('has the packet lengths of section 8', () => {
    const lengths =
      numbers(`1 2 3 4 5 6 7 7 8 8 9 9 10 10 11 11 11 12 12 13 13 14 14 15 15 15 16 16 17 17 18 18 18 19 19
      20 20 21 21 22 22 22 23 23 24 24 25 25 25`);
    expect(Array.from({ length: 49 }, (_, n) => thresholdPacketWords(n))).toEqual(lengths);
  });
});
