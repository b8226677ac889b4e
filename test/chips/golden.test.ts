import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot, Random } from '../../src/base/index.js';
import {
  type ChipOptions,
  defaultChipOptions,
  defaultEcontOptions,
  defaultSettings,
  inputFormat,
  packCodes,
} from '../../src/blocks/index.js';
import { chipBlocks } from '../../src/chips/blocks.js';
import { describeChip, runChip, settingsToRegisterWrites, topBlock } from '../../src/chips/index.js';
import { readDetector } from '../../src/detector/index.js';
import { encoderShape, unpackWeights, WEIGHT_BYTES } from '../../src/encoder/index.js';
import { LINE, leafComponent, readLeaf } from '../../src/hdl/index.js';
import { simulateChip } from '../../src/verify/index.js';

// The text of emitted modules as their reader sees it: every block of a chip for three cells, small enough to be reviewed,
// and those that only a whole ECON-T has. After a change that is meant:
// npx vitest run test/chips/golden.test.ts -u, and look at the diff.
const detector = readDetector(join(packageRoot, 'test/data/three-cells.yaml')).description;
// A convolution of four places, of which one sees three cells, two see one, and the last none.
const shape = encoderShape({
  image: { rows: 2, columns: 2, masked: [3] },
  conv: { filters: 1, kernel: 2, stride: 1 },
  latents: { bits: [4, 9] },
});
const threeCells: ChipOptions = { ...defaultChipOptions, detector, shape };
const econt: ChipOptions = { ...defaultChipOptions, econt: defaultEcontOptions };

const emitted = (chip: string, options: ChipOptions) =>
  [topBlock, ...chipBlocks(options)].flatMap(({ module, emit }) =>
    emit ? [{ chip, module, text: emit({ options, provenance: [] }) }] : [],
  );
const small = emitted('three-cells', threeCells);
const whole = emitted('econt', econt);
const alike = small.map(({ module }) => module).filter((m) => m !== 'econ_chip' && m !== 'econ_formatter');
const shown = [...small, ...whole.filter(({ module }) => !alike.includes(module))];

it.each(shown)('$module of $chip prints as it stands in test/data/golden', async ({ chip, module, text }) => {
  await expect(text).toMatchFileSnapshot(join(packageRoot, 'test/data/golden', chip, `${module}.v`));
});

it('counters of events, which the registers of a whole ECON-T alone have, print as they stand there', async () => {
  const { text } = whole.find(({ module }) => module === 'econ_registers')!;
  const [from, to] = ['commands', 'counters of disagreements'].map((name) =>
    text.indexOf(`  // ${name} ---`),
  );
  const path = join(packageRoot, 'test/data/golden/econt/econ_registers_events.v');
  await expect(text.slice(from, to)).toMatchFileSnapshot(path);
});

it('the chip for three cells sends what its reference does, in every bit', async () => {
  const random = new Random(3);
  const rows = 40;
  const bytes = Uint8Array.from({ length: WEIGHT_BYTES }, () => random.below(256));
  const settings = {
    ...defaultSettings('production', detector),
    algorithm: 'autoencoder',
    etx: 1,
    mux: Uint8Array.of(2, 0, 1),
    calibration: Uint16Array.of(2048, 4095, 1500),
    weights: unpackWeights(bytes, shape),
  };
  const codes = Uint8Array.from({ length: 3 * rows }, () => random.below(128));
  const bx = Uint32Array.from({ length: rows }, (_, i) => i);
  const words = packCodes('production', codes, bx, rows, inputFormat({ detector }));
  const expected = runChip(settings, words);
  expect(new Set(expected).size).toBeGreaterThan(rows / 2);
  const vectors = { writes: settingsToRegisterWrites(settings), words, expected };
  const run = await simulateChip({ description: describeChip(threeCells), settings, vectors });
  expect(run).toMatchObject({ rows, mismatches: 0, bits: 32 * rows, commitAccepted: true });
});

it('no emitted module and no cell of rtl/ has a line too long; the headers of cells are read with all ports', () => {
  const long = (text: string): string[] => text.split('\n').filter((line) => line.length > LINE);
  for (const { text } of [...small, ...whole]) expect(long(text)).toEqual([]);
  const folder = join(packageRoot, 'rtl');
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.v'))) {
    const text = readFileSync(join(folder, file), 'utf8');
    const { module, ports } = leafComponent(readLeaf(text), {});
    const written = text.slice(0, text.indexOf(');\n')).match(/^ +(input|output) +(wire|reg)/gm) ?? [];
    expect([file, ports.length]).toEqual([`${module}.v`, written.length]);
    expect(ports.every((p) => p.width > 0)).toBe(true);
    expect(long(text)).toEqual([]);
  }
});
