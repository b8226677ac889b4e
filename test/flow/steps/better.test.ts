import { expect, test } from 'vitest';
import { betterChoice } from '../../../src/flow/steps/better.js';
import type { Comparison } from '../../../src/quality/index.js';

/** A comparison with nothing but names and mean EMDs. */
function comparison(etx: number, rows: Record<string, number>): Comparison {
  return {
    wafers: 9,
    rows: Object.entries(rows).map(([name, mean]) => ({
      etx,
      name,
      note: '',
      evaluation: { emdWithGuess: { mean } },
    })),
  } as unknown as Comparison;
}
const bestChoice = 'best choice, remainder spread';

test.each([
  [
    'an algorithm and another encoder',
    5,
    { ours: 0.6, [bestChoice]: 0.2, CMSSW: 0.1 },
    true,
    /^Better at 5 eTx is best choice, remainder spread: mean EMD 0.200 instead of 0.600 .*; and the encoder of --shape best: 0.159 instead of 0.605/,
  ],
  [
    'an algorithm',
    5,
    { ours: 0.6, [bestChoice]: 0.2 },
    false,
    /^Better at 5 eTx is best choice.*0.600 on these wafers\.$/,
  ],
  [
    'another encoder',
    2,
    { ours: 0.5, [bestChoice]: 0.8 },
    true,
    /^Better at 2 eTx is the encoder of --shape best: 0.568/,
  ],
  ['nothing', 2, { ours: 0.5, [bestChoice]: 0.8 }, false, undefined],
  ['nothing known', 3, { ours: 0.5 }, true, undefined],
])('%s', (_, etx, rows, econtEncoder, told) => {
  const sentence = betterChoice({ comparison: comparison(etx, rows), ours: 'ours', etx, econtEncoder });
  if (told === undefined) expect(sentence).toBeUndefined();
  else expect(sentence).toMatch(told);
});
