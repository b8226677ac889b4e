import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Random, sha256 } from '../../src/base/index.js';
import { type ChipOptions, type ChipSettings, defaultSettings, packCodes } from '../../src/blocks/index.js';
import {
  defaultVectorOptions,
  describeChip,
  probes,
  rtlPackageFiles,
  runChip,
  settingsToRegisterWrites,
  TESTBENCH,
  writeRtlPackage,
} from '../../src/chips/index.js';
import { runTool, withTemporaryFolder } from '../../src/eda/index.js';
import { zeroWeights } from '../../src/encoder/index.js';
import { optionalTool, runIcarus } from './rtl-bench.js';

const iverilog = await optionalTool('iverilog');
const verilator = await optionalTool('verilator');
const ROWS = 40;

/** Settings and input words that are nothing special: every register random. */
function randomCase(
  seed: number,
  arithmetic: ChipOptions['arithmetic'],
): { settings: ChipSettings; words: Uint32Array } {
  const random = new Random(seed);
  const weights = zeroWeights();
  for (const array of weights.layers.flatMap(({ kernel, bias }) => [kernel, bias])) {
    // Small dense weights keep most latents between 0 and 511.
    const range = array === weights.layers[1].kernel ? 16 : 64;
    for (let q = 0; q < array.length; q++) array[q] = random.below(range) - range / 2 + (range < 64 ? 2 : 0);
  }
  let keepMask = 0n;
  for (let b = 0; b < 144; b++) keepMask |= BigInt(random.below(10) > 0 ? 1 : 0) << BigInt(b);
  const settings: ChipSettings = {
    ...defaultSettings('production'),
    algorithm: 'autoencoder',
    highDensity: seed % 2 === 1,
    etx: 1 + random.below(6),
    mux: Uint8Array.from({ length: 48 }, () => random.below(64)),
    calibration: Uint16Array.from({ length: 48 }, () => random.below(4096)),
    keepMask,
    weights,
    arithmetic,
  };
  const codes = Uint8Array.from({ length: ROWS * 48 }, () => (random.below(3) === 0 ? random.below(128) : 0));
  const bx = Uint32Array.from({ length: ROWS }, (_, i) => i % 25);
  return { settings, words: packCodes('production', codes, bx, ROWS) };
}

function packageOf(
  options: Partial<ChipOptions>,
  seed: number,
  vectorOptions: typeof defaultVectorOptions,
): Map<string, string> {
  const { settings, words } = randomCase(seed, options.arithmetic ?? 'econt');
  const expected = runChip(settings, words);
  const vectors = { writes: settingsToRegisterWrites(settings), words, expected };
  return new Map(rtlPackageFiles(describeChip(options), vectors, vectorOptions));
}

for (const [tmr, arithmetic, seed] of [
  ['weights', 'econt', 1],
  ['registers', 'exact', 2],
] as const) {
  test.skipIf(!iverilog)(
    `the whole chip in Icarus, loaded over I2C, random registers: TMR ${tmr}, ${arithmetic}`,
    async () => {
      const files = packageOf({ tmr, arithmetic }, seed, { halfBitClocks: 8, strap: 3, readBackBytes: 2 });
      const output = await runIcarus(iverilog!, files, 'tb_econ_chip');
      expect(output).toContain('latency: 10 BX measured, 10 BX promised');
      expect(output).toContain(`PASS ${ROWS}/${ROWS}`);
    },
    600_000,
  );
}

test.skipIf(!iverilog)(
  'the testbench finds one wrong bit and names it',
  async () => {
    const files = packageOf({ tmr: 'none' }, 3, { halfBitClocks: 8, strap: 0, readBackBytes: 0 });
    const rows = files.get('vectors/link_out.hex')!.split('\n');
    const word = Number.parseInt(rows[17].slice(-8), 16);
    rows[17] = rows[17].slice(0, -8) + ((word ^ 0x20) >>> 0).toString(16).padStart(8, '0');
    files.set('vectors/link_out.hex', rows.join('\n'));
    const output = await runIcarus(iverilog!, files, 'tb_econ_chip');
    expect(output).toMatch(/first mismatch: row 17, eTx 0: .* differing bits 00000020/);
    expect(output).toContain(`FAIL ${ROWS - 1}/${ROWS}`);
  },
  600_000,
);

describe.skipIf(!iverilog)('the first look of the testbench, as it is emitted, in a minute of Icarus', () => {
  const smoke = async (change: (files: Map<string, string>) => void): Promise<string> => {
    const files = packageOf({}, 4, defaultVectorOptions);
    change(files);
    return runIcarus(iverilog!, files, 'tb_econ_chip', { smoke: true });
  };

  test('passes a chip that is as it should be', { timeout: 600_000 }, async () => {
    const output = await smoke(() => {});
    expect(output).toContain('smoke: the first 16 rows only');
    expect(output).toContain('PASS 16/16');
  });

  test('fails a chip with one wrong bit', { timeout: 600_000 }, async () => {
    const output = await smoke((files) => {
      const path = 'rtl/econ_cell_select.v';
      const good = files.get(path)!;
      const broken = good.replace(': table2[CodeBits-1:0]', ": table2[CodeBits-1:0] ^ 7'h10");
      expect(broken).not.toBe(good);
      files.set(path, broken);
    });
    expect(output).toMatch(/first mismatch: row \d+, eTx \d+/);
    expect(output).toMatch(/FAIL \d+\/16 rows equal/);
    expect(output).not.toContain('PASS');
  });
});

test.skipIf(!verilator)(
  'Verilator -Wall has nothing to say about any build',
  async () => {
    for (const options of [
      {},
      { tmr: 'none', arithmetic: 'exact' },
      { tmr: 'registers' },
    ] as Partial<ChipOptions>[]) {
      await withTemporaryFolder(async (folder) => {
        for (const [path, text] of rtlPackageFiles(describeChip(options))) {
          mkdirSync(join(folder, dirname(path)), { recursive: true });
          writeFileSync(join(folder, path), text);
        }
        const args = ['--lint-only', '-Wall', '--top-module', 'econ_chip', '-f', 'econ_chip.f'];
        // The assertions of the cells, too, where all of them are.
        const asserted = options.tmr === 'registers' ? [['--assert', '-DECON_ASSERT']] : [];
        for (const more of [[], ...asserted]) {
          const { status, stderr } = await runTool(verilator!, [...more, ...args], { cwd: folder });
          expect([status, stderr]).toEqual([0, '']);
        }
      });
    }
  },
  300_000,
);

test('the package lists every file with its hash, and each Verilog file holds the module it is named after', async () => {
  await withTemporaryFolder((folder) => {
    const manifest = JSON.parse(writeRtlPackage(folder, describeChip()));
    const files = rtlPackageFiles(describeChip());
    expect(manifest.files).toEqual(
      [...files]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([path, text]) => ({
          path,
          bytes: Buffer.byteLength(text),
          sha256: sha256(text),
        })),
    );
    for (const [path, text] of files) {
      if (!path.startsWith('rtl/')) continue;
      const modules = [...text.matchAll(/^module (\w+)/gm)].map((m) => m[1]);
      expect(modules, path).toEqual([path.slice(4, -2)]);
      expect(text, path).toContain('`default_nettype none');
      expect(text, path).not.toMatch(/lint_off|\binitial\b|\$readmemh/);
    }
    expect(files.has(TESTBENCH)).toBe(true);
  });
});

test('probes name registers that are in the emitted blocks, and cover them bit by bit', () => {
  const description = describeChip();
  const files = rtlPackageFiles(description);
  const module = new Map(description.blocks.map((b) => [b.instance, `rtl/${b.module}.v`]));
  const widths = new Map<string, number>();
  const covered = new Set<number>();
  for (const p of probes(description)) {
    const [block, signal] = p.path.split('.');
    if (signal === undefined) continue;
    const declared = new RegExp(`wire (?:\\[(\\d+):0\\])? *${signal};`).exec(files.get(module.get(block)!)!);
    expect(declared, p.path).not.toBeNull();
    expect(p.lsb + p.width).toBeLessThanOrEqual(Number(declared![1]) + 1);
    widths.set(p.path, (widths.get(p.path) ?? 0) + p.width);
    if (signal === 'act_conv_q') for (let b = 0; b < p.width; b++) covered.add(p.lsb + b);
  }
  // 6 positions of 8 or 9 taps, 6 of fewer, 4 of none: 12, 11 and 5 bits of 8 filters; those without taps share theirs.
  expect(widths.get('u_encoder.act_conv_q')).toBe(6 * 96 + 6 * 88 + 4 * 40);
  expect(covered).toEqual(new Set(Array.from({ length: 6 * 96 + 6 * 88 + 40 }, (_, bit) => bit)));
  expect(files.get('rtl/econ_encoder.v')).toContain('wire [1143:0] act_conv_q;');
  expect(probes(description).at(-1)!.latency).toBe(description.latency);
});
