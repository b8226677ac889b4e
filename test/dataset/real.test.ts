import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/base/index.js';
import { dedupe, readLinkWords, readWafers, selectWafers } from '../../src/dataset/index.js';

const shared = join(packageRoot, '../shared/data');
const present = existsSync(shared);
if (!present) console.log('skipped: shared data not found');

describe.skipIf(!present)('published wafers', () => {
  // Rows and rows after the cut, from the README of the data.
  test.each([
    ['pileup', 4865, 4585],
    ['ttbar-0pu', 17612, 6683],
    ['jet-0pu', 10220, 2632],
    ['electron-0pu', 4040, 902],
  ])('%s: %i distinct rows, %i with 3 cells and 35 charge units', async (name, count, selected) => {
    const batch = await readWafers(join(shared, `wafers/${name}.csv`));
    expect(batch.count).toBe(count);
    expect(dedupe(batch).count).toBe(count);
    expect(selectWafers(batch).count).toBe(selected);
  });

  test('first row of the link words is the one of the worked example', async () => {
    const { words, rows, columns } = await readLinkWords(
      join(shared, 'econt-vectors/mcDataset/testInput.csv.gz'),
    );
    expect([rows, columns]).toEqual([3564, 12]);
    expect([...words.subarray(12, 16)]).toEqual([0xa2e417a2, 0xa3c74899, 0xa4a38c28, 0xa5298dab]);
    expect(words[0] >>> 28).toBe(9);
  });
});
