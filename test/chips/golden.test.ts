import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../src/base/index.js';
import {
  bestChoiceBlock,
  bunchTagBlock,
  calibrationBlock,
  defaultChipOptions,
  defaultEcontOptions,
  encoderBlock,
  floatToFixedBlock,
  formatterBlock,
  linkBufferBlock,
  linkInputBlock,
  muxBlock,
  normaliserBlock,
  repeaterBlock,
  superTriggerCellBlock,
  thresholdSumBlock,
  weightMemoryBlock,
} from '../../src/blocks/index.js';
import { registersBlock, topBlock } from '../../src/chips/index.js';
import { encoderShape } from '../../src/encoder/index.js';
import { LINE, leafComponent, readLeaf } from '../../src/hdl/index.js';

// The text of every block of a whole ECON-T, as its reader sees it. After a change that is meant:
// npx vitest run test/chips/golden.test.ts -u, and look at the diff.
const blocks = [
  linkInputBlock,
  muxBlock,
  floatToFixedBlock,
  calibrationBlock,
  thresholdSumBlock,
  superTriggerCellBlock,
  bestChoiceBlock,
  repeaterBlock,
  normaliserBlock,
  encoderBlock(encoderShape({ conv: { filters: 1, stride: 4 }, latents: { bits: [9, 9, 9] } })),
  formatterBlock,
  bunchTagBlock,
  linkBufferBlock,
  weightMemoryBlock,
  registersBlock,
  topBlock,
];

const options = { ...defaultChipOptions, econt: defaultEcontOptions };

it.each(blocks)('$name prints as it stands in test/data/golden, no line too long', async (block) => {
  const text = block.emit({ options, provenance: [] });
  await expect(text).toMatchFileSnapshot(join(packageRoot, 'test/data/golden', `${block.module}.v`));
  expect(text.split('\n').filter((line) => line.length > LINE)).toEqual([]);
});

it('the header of every cell in rtl/ is read, with all its ports, and no line is too long', () => {
  const folder = join(packageRoot, 'rtl');
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.v'))) {
    const text = readFileSync(join(folder, file), 'utf8');
    const { module, ports } = leafComponent(readLeaf(text), {});
    const written = text.slice(0, text.indexOf(');\n')).match(/^ +(input|output) +(wire|reg)/gm) ?? [];
    expect([file, ports.length]).toEqual([`${module}.v`, written.length]);
    expect(ports.every((p) => p.width > 0)).toBe(true);
    expect(text.split('\n').filter((line) => line.length > LINE)).toEqual([]);
  }
});
