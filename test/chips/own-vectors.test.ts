import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../src/base/index.js';
import { conform } from '../../src/chips/index.js';

it('gives the words that the second chip of oracle.ts wrote, for every algorithm', async () => {
  const rows = await conform(join(packageRoot, 'test/data/vectors'));
  expect(rows.map(({ name, status }) => [name, status])).toEqual(
    [
      'AE_2eTx',
      'AE_5eTx',
      'BC_7eTx',
      'BC_drop1_3eTx',
      'RPT_drop3_13eTx',
      'STC_type0_4eTx',
      'STC_type3_drop2_2eTx',
      'TS_thr300_3eTx',
    ].map((name) => [name, 'equal']),
  );
});
