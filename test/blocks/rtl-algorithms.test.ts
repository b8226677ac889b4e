import { describe, expect, test } from 'vitest';
import { Random } from '../../src/base/index.js';
import { bestChoiceBlock } from '../../src/blocks/best-choice/verilog.js';
import {
  bestChoice,
  defaultEcontOptions,
  repeater,
  stcTypes,
  superTriggerCell,
  thresholdSum,
} from '../../src/blocks/index.js';
import { repeaterBlock } from '../../src/blocks/repeater/verilog.js';
import { positionLsb, superTriggerCellBlock } from '../../src/blocks/super-trigger-cell/verilog.js';
import { thresholdSumBlock } from '../../src/blocks/threshold-sum/verilog.js';
import { loadBlock, output, packWords } from './rtl-block.js';

// Each algorithm's emitted block against its reference, wafer by wafer, over all values of its registers.
const LARGEST = 4062240;

/** Charges of one wafer: small, exponential, tied, or at the ends of the range. */
function wafer(random: Random, kind: number): Uint32Array {
  const charge = [
    () => random.below(2 ** (1 + random.below(22))),
    () => Math.min(LARGEST, Math.floor(300 * random.exponential())),
    () => 500 + random.below(3),
    () => [0, 1, 2 ** 18 - 1, 2 ** 18, 2 ** 22 - 1, LARGEST][random.below(6)],
    () => (random.below(8) === 0 ? 77 : 0),
  ][kind % 5];
  return Uint32Array.from({ length: 48 }, () => Math.min(charge(), 2 ** 22 - 1));
}

const seeds = Array.from({ length: 300 }, (_, i) => i);

test('repeater: every drop, any charges', async () => {
  const chip = await loadBlock(repeaterBlock);
  for (const i of seeds) {
    const charges = wafer(new Random(i), i);
    chip.set('drop_i', i & 7);
    chip.set('charge_i', packWords(charges, 22));
    chip.step();
    expect(output(chip, 'codes_o', 48, 7), `wafer ${i}`).toEqual([...repeater(charges, 1, i & 7)]);
  }
});

describe.each(['highest', 'lowest'] as const)('super trigger cells, of equal charges the %s', (stcTie) => {
  test('every type and drop', async () => {
    const chip = await loadBlock(superTriggerCellBlock, { econt: { ...defaultEcontOptions, stcTie } });
    for (const i of seeds) {
      const stcType = i % 5;
      const dropLsb = (i >> 3) & 7;
      const charges = wafer(new Random(i), i >> 2);
      chip.set('type_i', stcType);
      chip.set('drop_i', dropLsb);
      chip.set('charge_i', packWords(charges, 22));
      chip.step();
      const want = superTriggerCell({ stcType, stcTie, dropLsb }, charges, 1);
      const groups = 48 / stcTypes[stcType].cells;
      expect(output(chip, 'codes_o', groups, 9), `wafer ${i}`).toEqual([...want.sums.subarray(0, groups)]);
      const positions = chip.getBig('positions_o');
      const got = Array.from({ length: groups }, (_, g) =>
        Number((positions >> BigInt(positionLsb(g))) & (g < 3 ? 15n : 3n)),
      );
      expect(got, `wafer ${i}`).toEqual([...want.addresses.subarray(0, groups)]);
    }
  });
});

test('best choice: every number of links and drop, ties as the network leaves them', async () => {
  const chip = await loadBlock(bestChoiceBlock);
  for (const i of seeds) {
    const settings = { etx: 1 + (i % 13), dropLsb: (i >> 2) & 7, useSum: i % 3 === 0 };
    const charges = wafer(new Random(i), i);
    chip.set('links_i', settings.etx);
    chip.set('drop_i', settings.dropLsb);
    chip.set('use_sum_i', settings.useSum ? 1 : 0);
    chip.set('charge_i', packWords(charges, 22));
    chip.step(2);
    const want = bestChoice(settings, charges, 1);
    expect(output(chip, 'map_o', 48, 1), `wafer ${i}`).toEqual([...want.sent]);
    expect(output(chip, 'codes_o', 48, 7)).toEqual([...want.codes]);
    expect(chip.get('sum_code_o')).toBe(want.sumCode[0]);
  }
});

test('threshold sum: thresholds at, above and below the charges', async () => {
  const chip = await loadBlock(thresholdSumBlock);
  for (const i of seeds) {
    const random = new Random(i);
    const charges = wafer(random, i);
    // Every second threshold is the charge itself, or one beside it.
    const thresholds = charges.map((c) =>
      random.below(2) === 0
        ? Math.min(Math.max(c + random.below(3) - 1, 0), 2 ** 22 - 1)
        : random.below(2 ** 22),
    );
    const settings = { thresholds, dropLsb: i & 7, useSum: i % 3 === 0 };
    chip.set('threshold_i', packWords(thresholds, 22));
    chip.set('drop_i', settings.dropLsb);
    chip.set('use_sum_i', settings.useSum ? 1 : 0);
    chip.set('charge_i', packWords(charges, 22));
    chip.step();
    const want = thresholdSum(settings, charges, 1);
    expect(output(chip, 'map_o', 48, 1), `wafer ${i}`).toEqual([...want.passed]);
    expect(output(chip, 'codes_o', 48, 7)).toEqual([...want.codes]);
    expect([chip.get('sum_code_o'), chip.get('all_sum_code_o')]).toEqual([
      want.sumCode[0],
      want.allSumCode[0],
    ]);
  }
});
