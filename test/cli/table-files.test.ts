import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/base/index.js';
import { econ } from './run-cli.js';

// The threads that read these files are kept for the next one; a command must end all the same.
test.each(['plain.parquet', 'scalars.root', 'fixed.h5'])(
  'a command that read %s ends',
  async (name) => {
    const file = join(packageRoot, 'test/data/wafers', name);
    const { status, stdout } = await econ('compare', '--data', file, '--etx', '5', '--all', '-q');
    expect([status, stdout]).toEqual([0, expect.stringContaining('best choice')]);
  },
  60_000,
);
