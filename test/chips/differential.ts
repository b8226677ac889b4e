import { Random } from '../../src/base/index.js';
import {
  type AlgorithmName,
  type ChipSettings,
  type EcontOptions,
  LINK_RESET_ROWS,
} from '../../src/blocks/index.js';
import {
  ALGORITHMS,
  type ChipDescription,
  chipLatency,
  chipWrites,
  createEmulator,
  describeChip,
  registerNamed,
} from '../../src/chips/index.js';
import type { Simulator } from '../../src/netlist-sim/index.js';
import { I2cMaster, loadChip } from '../../src/verify/index.js';
import { randomSettings, randomWords } from './random-chip.js';

/** A chip under test: what it was built for decides part of the settings. */
export interface ChipUnderTest {
  readonly description: ChipDescription;
  readonly chip: Simulator;
}

/** Chips that differ in everything that is no register. */
export const builds = [
  { generation: 'production', stcTie: 'highest', arithmetic: 'econt' },
  { generation: 'P1', stcTie: 'lowest', arithmetic: 'exact' },
  { generation: 'production', stcTie: 'lowest', arithmetic: 'exact' },
  { generation: 'P1', stcTie: 'highest', arithmetic: 'econt' },
] as const;

export async function chipUnderTest(
  { generation, stcTie, arithmetic }: (typeof builds)[number],
  algorithms: EcontOptions['algorithms'] = ALGORITHMS,
): Promise<ChipUnderTest> {
  const description = describeChip({ arithmetic, econt: { algorithms, generation, stcTie } });
  return { description, chip: await loadChip(description) };
}

export interface Comparison {
  readonly bx: number;
  readonly different: number;
  /** The first row that differs, with what it takes to see it again. */
  readonly first?: string;
}

const kinds = ['uniform', 'exponential', 'tied', 'extreme'] as const;

/** One set of random registers, loaded over I2C into a chip that was reset, and random BX with link resets between. */
export function compareRandom(
  { description, chip }: ChipUnderTest,
  algorithm: AlgorithmName,
  seed: number,
  rows: number,
): Comparison {
  const random = new Random(seed);
  const { arithmetic, econt } = description.options;
  const { generation, stcTie } = econt!;
  const settings: ChipSettings = {
    ...randomSettings(random, generation),
    algorithm,
    // 5, 6 and 7 act as the repeater.
    ...(algorithm === 'repeater' && seed % 2 === 1 ? { selection: 5 + ((seed >> 1) % 3) } : {}),
    stcTie,
    arithmetic,
    bufferT1: [24, 48, 120, 300, 511, random.below(512)][random.below(6)],
    bufferT2: [0, 20, 100, 511, random.below(512)][random.below(5)],
  };
  const kind = kinds[random.below(kinds.length)];
  const words = randomWords(random, kind, rows, 20 + random.below(60));
  const resets = new Set(random.below(4) === 0 ? [random.below(rows)] : []);
  configure(chip, chipWrites(description.options, settings));

  const want = emulate(settings, words, resets);
  const got = new Uint32Array(want.length);
  const latency = chipLatency(description, algorithm);
  for (let edges = 1; edges <= rows + latency; edges++) {
    const row = Math.min(edges, rows) - 1;
    chip.set('link_i', words.subarray(12 * row, 12 * row + 12));
    chip.set('link_reset_i', edges <= rows && resets.has(row) ? 1 : 0);
    chip.step();
    const ready = edges - latency;
    if (ready >= 0 && ready < rows) chip.getWords('link_o', got.subarray(13 * ready, 13 * ready + 13));
  }
  let different = 0;
  let first: string | undefined;
  for (let row = 0; row < rows; row++) {
    const [a, b] = [got, want].map((w) => Array.from(w.subarray(13 * row, 13 * row + 13), hex).join(' '));
    if (a === b) continue;
    different++;
    first ??= `${generation} ${algorithm} seed ${seed} (${kind}, ${settings.etx} links), row ${row}:\n  Verilog  ${a}\n  emulator ${b}`;
  }
  return { bx: rows, different, first };
}

/** Reset, registers and weights over I2C, commit, 256 BX of link reset so that the output buffer is empty. */
function configure(chip: Simulator, writes: ReturnType<typeof chipWrites>): void {
  const idle = new Uint32Array(12).fill(0xa0000000);
  chip.set('link_i', idle);
  chip.set('link_reset_i', 0);
  chip.set('rst_ni', 1);
  const bus = new I2cMaster(chip);
  chip.reset('rst_ni', 0);
  chip.step(8);
  const command = registerNamed('weight_command').address;
  bus.play(writes, ({ address }) => {
    while (address === command && bus.read(registerNamed('weight_status').address, 1)[0] === 1);
  });
  chip.set('link_i', new Uint32Array(12).fill(0x90000000));
  chip.set('link_reset_i', 1);
  chip.step();
  chip.set('link_i', idle);
  chip.set('link_reset_i', 0);
  chip.step(LINK_RESET_ROWS - 1);
}

/** The emulator with link resets before some rows; rows before the first orbit header count on from the reset. */
function emulate(settings: ChipSettings, words: Uint32Array, resets: ReadonlySet<number>): Uint32Array {
  const emulator = createEmulator(settings);
  emulator.nextBunch = LINK_RESET_ROWS;
  const rows = words.length / 12;
  const out = new Uint32Array(rows * 13);
  for (let row = 0; row < rows; row++) {
    if (resets.has(row)) emulator.linkReset();
    emulator.run(words.subarray(12 * row, 12 * row + 12), out.subarray(13 * row, 13 * row + 13));
  }
  return out;
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0');
}
