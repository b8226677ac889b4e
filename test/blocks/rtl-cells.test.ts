import { expect, test } from 'vitest';
import { crc32, Random } from '../../src/base/index.js';
import {
  bunchCode5,
  calibrate,
  floatToFixed,
  normalise,
  packLatents,
  payloadPlan,
  WEIGHT_BASE,
} from '../../src/blocks/index.js';
import { describeChip, emitChip, leafCells } from '../../src/chips/index.js';
import { optionalTool, pack, throughCell, unpack } from '../chips/rtl-bench.js';

// Each leaf cell against the reference function of its block: all values where there are few, else corners and
// seeded random ones.
const iverilog = await optionalTool('iverilog');
const cells = leafCells();
const run = test.skipIf(iverilog === undefined);
const SEED = 5;

run('float decode: all codes, both densities', async () => {
  const codes = Array.from({ length: 128 }, (_, c) => c);
  const rows = [0n, 1n].flatMap((density) => codes.map((c) => [density, BigInt(c)]));
  const cell = {
    module: 'econ_float_decode',
    parameters: '.Cells(1)',
    inputs: [
      ['high_density_i', 1],
      ['codes_i', 7],
    ],
    outputs: [['linear_o', 21]],
  } as const;
  const got = await throughCell(iverilog!, cells, cell, rows);
  expect(got.map(([v]) => Number(v))).toEqual([
    ...codes.map((c) => floatToFixed(c, false)),
    ...codes.map((c) => floatToFixed(c, true)),
  ]);
});

run('calibration: corners and random', async () => {
  const random = new Random(SEED);
  const pairs = [
    [2031616, 4095],
    [2097151, 4095],
    [1, 2047],
    [0, 4095],
    [2031616, 0],
    ...Array.from({ length: 500 }, () => [random.below(1 << 21), random.below(4096)]),
  ];
  const cell = {
    module: 'econ_calibrate',
    parameters: '.Cells(1)',
    inputs: [
      ['linear_i', 21],
      ['factor_i', 12],
    ],
    outputs: [['charge_o', 22]],
  } as const;
  const got = await throughCell(
    iverilog!,
    cells,
    cell,
    pairs.map((p) => p.map(BigInt)),
  );
  expect(got.map(([v]) => Number(v))).toEqual(pairs.map(([a, b]) => calibrate(a, b)));
});

run('mux: every register value, also those that name no input', async () => {
  const random = new Random(SEED);
  const rows = Array.from({ length: 64 }, (_, i) => ({
    codes: Array.from({ length: 48 }, () => random.below(128)),
    select: Array.from({ length: 48 }, (_, k) => (i + k) & 63),
  }));
  const cell = {
    module: 'econ_cell_select',
    inputs: [
      ['codes_i', 336],
      ['select_i', 288],
    ],
    outputs: [['codes_o', 336]],
  } as const;
  const got = await throughCell(
    iverilog!,
    cells,
    cell,
    rows.map((r) => [pack(r.codes, 7), pack(r.select, 6)]),
  );
  expect(got.map(([v]) => unpack(v, 48, 7))).toEqual(
    rows.map((r) => r.select.map((s) => (s < 48 ? r.codes[s] : 0))),
  );
});

run('sum, normaliser and sum code: every bit length of the sum', async () => {
  const random = new Random(SEED);
  const wafers = [
    new Array<number>(48).fill(0),
    new Array<number>(48).fill(4062240),
    new Array<number>(48).fill(1),
    ...Array.from({ length: 23 }, (_, b) => [2 ** Math.min(b, 21), ...new Array<number>(47).fill(0)]),
    ...Array.from({ length: 22 }, (_, b) => Array.from({ length: 48 }, () => random.below(2 ** b + 1))),
    ...Array.from({ length: 200 }, () => {
      const top = 2 ** (1 + random.below(22));
      return Array.from({ length: 48 }, () =>
        random.below(3) === 0 ? Math.min(random.below(top), 4062240) : 0,
      );
    }),
  ];
  const want = normalise(Uint32Array.from(wafers.flat()), wafers.length);
  const summed = await throughCell(
    iverilog!,
    cells,
    { module: 'econ_wafer_sum', inputs: [['charge_i', 1056]], outputs: [['sum_o', 28]] },
    wafers.map((w) => [pack(w, 22)]),
  );
  expect(summed.map(([v]) => Number(v))).toEqual([...want.sum]);
  const shifted = await throughCell(
    iverilog!,
    cells,
    {
      module: 'econ_normalise',
      inputs: [
        ['charge_i', 1056],
        ['sum_i', 28],
      ],
      outputs: [['x_o', 384]],
    },
    wafers.map((w, i) => [pack(w, 22), BigInt(want.sum[i])]),
  );
  expect(shifted.flatMap(([v]) => unpack(v, 48, 8))).toEqual([...want.x]);
  const coded = await throughCell(
    iverilog!,
    cells,
    {
      module: 'econ_float_encode',
      parameters: '.InWidth(28), .Exponent(5), .Mantissa(4)',
      inputs: [['value_i', 28]],
      outputs: [['code_o', 9]],
    },
    [...want.sum].map((s) => [BigInt(s)]),
  );
  expect(coded.map(([v]) => Number(v))).toEqual([...want.sumCode]);
});

run('BX counter: an orbit with its header, and without', async () => {
  const cell = {
    module: 'econ_bx_next',
    inputs: [
      ['header_i', 4],
      ['bx_i', 5],
    ],
    outputs: [['bx_o', 5]],
  } as const;
  const bx = Array.from({ length: 40 }, (_, i) => i);
  const got = await throughCell(iverilog!, cells, cell, [
    ...bx.map((b) => [10n, BigInt(bunchCode5(b))]),
    ...bx.map((b) => [9n, BigInt(bunchCode5(b))]),
  ]);
  expect(got.map(([v]) => Number(v))).toEqual([...bx.map((b) => bunchCode5(b + 1)), ...bx.map(() => 31)]);
});

run('CRC-32: the check value of the standard and random bytes', async () => {
  const random = new Random(SEED);
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  const message = Uint8Array.from({ length: 200 }, () => random.below(256));
  // Running value before each byte, and after it.
  const running = Array.from({ length: 201 }, (_, i) => BigInt(~crc32(message.subarray(0, i)) >>> 0));
  const cell = {
    module: 'econ_crc32_byte',
    inputs: [
      ['crc_i', 32],
      ['data_i', 8],
    ],
    outputs: [['crc_o', 32]],
  } as const;
  const got = await throughCell(
    iverilog!,
    cells,
    cell,
    Array.from(message, (b, i) => [running[i], BigInt(b)]),
  );
  expect(got.map(([v]) => v)).toEqual(running.slice(1));
});

run('weight address: every address from below the first to beyond the last', async () => {
  const cell = {
    module: 'econ_weight_address',
    inputs: [['address_i', 16]],
    outputs: [
      ['hit_o', 1],
      ['bank_o', 4],
      ['byte_o', 8],
    ],
  } as const;
  const got = await throughCell(
    iverilog!,
    cells,
    cell,
    Array.from({ length: 0xd00 }, (_, a) => [BigInt(a)]),
  );
  const hits = got.flatMap(([hit, bank, byte], a) => (hit ? [[a, Number(bank) * 134 + Number(byte)]] : []));
  expect(hits).toEqual(Array.from({ length: 1608 }, (_, at) => [WEIGHT_BASE + at, at]));
});

run('keep mask and link cut: any mask, every number of links', async () => {
  const random = new Random(SEED);
  const all = (1n << 144n) - 1n;
  const bits = (): bigint =>
    pack(
      Array.from({ length: 9 }, () => random.below(65536)),
      16,
    );
  const masks = [all, 0n, 1n, 1n << 143n, all >> 1n, all ^ 1n, ...Array.from({ length: 40 }, bits)];
  masks.push(...Array.from({ length: 20 }, () => bits() & bits() & bits()));
  const rows = masks.map((keep, i) => ({
    keep,
    latents: Uint16Array.from({ length: 16 }, () => random.below(512)),
    etx: 1 + (i % 13),
    sum: random.below(512),
    bx: random.below(40),
  }));
  const controls = await throughCell(
    iverilog!,
    cells,
    {
      module: 'econ_squeeze_control',
      inputs: [['keep_i', 144]],
      outputs: [
        ['move_o', 1152],
        ['stay_o', 1152],
      ],
    },
    rows.map((r) => [r.keep]),
  );
  const squeezed = await throughCell(
    iverilog!,
    cells,
    {
      module: 'econ_squeeze',
      inputs: [
        ['data_i', 144],
        ['move_i', 1152],
        ['stay_i', 1152],
      ],
      outputs: [['data_o', 144]],
    },
    rows.map((r, i) => [pack(r.latents, 9), ...controls[i]]),
  );
  const words = await throughCell(
    iverilog!,
    cells,
    {
      module: 'econ_link_cut',
      inputs: [
        ['enable_i', 1],
        ['active_i', 13],
        ['bx_i', 5],
        ['sum_i', 9],
        ['payload_i', 144],
      ],
      outputs: [['words_o', 160]],
    },
    rows.map((r, i) => [
      1n,
      (1n << BigInt(r.etx)) - 1n,
      BigInt(bunchCode5(r.bx)),
      BigInt(r.sum),
      squeezed[i][0],
    ]),
  );
  rows.forEach((r, i) => {
    const want = packLatents(
      payloadPlan(r.etx, r.keep),
      r.latents,
      Uint16Array.of(r.sum),
      Uint32Array.of(r.bx),
      1,
    );
    expect(unpack(words[i][0], 5, 32), `mask ${r.keep.toString(16)}, ${r.etx} links`).toEqual([
      ...want.subarray(0, 5),
    ]);
    expect([...want.subarray(5)]).toEqual(new Array<number>(8).fill(0));
  });
});

test('emitting twice gives the same bytes, and another option another hash', () => {
  const a = emitChip(describeChip()).files;
  expect([...emitChip(describeChip()).files]).toEqual([...a]);
  expect(describeChip({ tmr: 'none' }).hash).not.toBe(describeChip().hash);
});
