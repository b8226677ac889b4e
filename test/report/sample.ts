import { Random } from '../../src/base/index.js';
import { triggerCells } from '../../src/detector/index.js';
import type { RunSummary } from '../../src/report/index.js';

// Invented numbers of a plausible size, for tests only.

const OURS = 'autoencoder (this chip)';
const OTHERS = [
  'best choice, remainder spread',
  'best choice, remainder dropped',
  'super trigger cell 4x4',
  'threshold sum',
  'CMSSW float autoencoder',
];
const CENTRES = [0.93, 0.21, 0.38, 1.94, 1.55, 1.68];

function counts(
  random: Random,
  centre: number,
  bins: number,
  width: number,
): { counts: number[]; above: number } {
  const n = new Array<number>(bins).fill(0);
  let above = 0;
  for (let i = 0; i < 713; i++) {
    const value = centre * Math.exp(0.28 * random.normal() - 0.04);
    const bin = Math.floor(value / width);
    if (bin < bins) n[bin]++;
    else above++;
  }
  return { counts: n, above };
}

function edges(bins: number, width: number): number[] {
  return Array.from({ length: bins + 1 }, (_, i) => Math.round(i * width * 1000) / 1000);
}

function blob(x0: number, y0: number, width: number, sum: number, noise: number, random: Random): number[] {
  const weights = triggerCells.map((c) => {
    const r = Math.hypot(c.x - x0, c.y - y0);
    return Math.exp(-r / width) + noise * random.uniform() ** 6;
  });
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => Math.floor((w / total) * sum));
}

function fractions(charges: readonly number[], random: Random): number[] {
  const rough = triggerCells.map((c) => {
    const near = c.neighbours.map((n) => charges[n]);
    const mean = near.reduce((a, b) => a + b, 0) / near.length;
    return (0.72 * charges[c.number] + 0.28 * mean) * (0.9 + 0.2 * random.uniform());
  });
  const sum = rough.reduce((a, b) => a + b, 0);
  return rough.map((r) => r / sum);
}

function wafers(random: Random): NonNullable<RunSummary['wafers']> {
  const shapes: [string, number, number, number, number, number][] = [
    ['electron, layer 9', -1, -6, 1.1, 4210, 0],
    ['pile-up, layer 5', 3, -9, 5, 911, 0.8],
    ['jet, layer 11', -3, -4, 2.2, 12873, 0.1],
    ['pion, layer 33', -6, -12, 1.6, 388, 0.05],
  ];
  return shapes.map(([name, x, y, width, sum, noise], i) => {
    const charges = blob(x, y, width, sum, noise, random);
    return { name, charges, reconstruction: fractions(charges, random), emd: [0.61, 1.12, 0.74, 0.88][i] };
  });
}

function distribution(
  random: Random,
  name: string,
  unit: string,
  scale: 'linear' | 'log',
  mean: number,
): NonNullable<NonNullable<RunSummary['dataset']>['distributions']>[number] {
  const bins = 24;
  const bounds =
    scale === 'log'
      ? Array.from({ length: bins + 1 }, (_, i) => Math.round(10 ** ((4 * i) / bins) * 100) / 100)
      : Array.from({ length: bins + 1 }, (_, i) => i * 2);
  const series = ['generated', 'real (pile-up)'].map((label, k) => {
    const n = new Array<number>(bins).fill(0);
    let above = 0;
    for (let i = 0; i < 2000; i++) {
      const value =
        scale === 'log'
          ? mean * Math.exp((1 + 0.1 * k) * random.normal())
          : mean * (1 + 0.05 * k) + 8 * random.normal();
      const bin = bounds.findIndex((edge, b) => b > 0 && value < edge) - 1;
      if (bin >= 0) n[bin]++;
      else above++;
    }
    return { name: label, counts: n, above };
  });
  return {
    name,
    unit,
    scale,
    histogram: { edges: bounds, series },
    series: series.map((s) => s.name),
    quantiles: [0.05, 0.25, 0.5, 0.75, 0.95].map((p) => ({
      p,
      values: [Math.round(mean * (0.3 + p * 1.4) * 10) / 10, Math.round(mean * (0.32 + p * 1.45) * 10) / 10],
    })),
    ks: 0.031,
  };
}

export function sampleSummary(): RunSummary {
  const random = new Random(7);
  const names = [OURS, ...OTHERS];
  return {
    format: 'econ-report',
    version: 1,
    title: 'ECON run: 8x8 encoder, 5 eTx',
    provenance: {
      econVersion: '0.1.0',
      seed: 1,
      dataSource: 'built-in generator, pile-up and showers',
      dataHash: '9f2c6f0f5a4c39dc1f0d7a2d4ff1c9bb51d1a0a8a6c1e5c4c59e7e3f2b6c9d10',
      modelHash: '1b7d3b8e2c9a4f60716253443526170f8e9dacbb0c1d2e3f405162738495a6b7',
      settings: { arithmetic: 'econt', eTx: 5, latents: 16, epochs: 60, tmr: 'weights', 'batch size': 128 },
      steps: [
        { name: 'data', state: 'done', provides: ['dataset'] },
        { name: 'train', state: 'done', provides: ['training'] },
        { name: 'evaluate', state: 'done', provides: ['quality', 'wafers'] },
        { name: 'rtl', state: 'done', provides: ['chip', 'registers'] },
        { name: 'simulate', state: 'done', provides: ['simulation'] },
        { name: 'budget', state: 'done', provides: ['cost'] },
      ],
    },
    verdicts: [
      {
        name: 'Mean EMD, held-out wafers',
        value: 0.9312,
        relation: '<=',
        limit: 1,
        method: 'measured',
        holds: true,
        unit: 'TC/2',
      },
      {
        name: 'Verilog equals the reference',
        value: 0,
        relation: '=',
        limit: 0,
        unit: 'bit differing',
        method: 'measured',
        holds: true,
      },
      {
        name: 'Latency of the encoder',
        value: 2,
        relation: '<=',
        limit: 2,
        unit: 'BX',
        method: 'measured',
        holds: true,
      },
      {
        name: 'Latency link to link',
        value: 225,
        relation: '<=',
        limit: 250,
        unit: 'ns',
        method: 'measured',
        holds: true,
      },
      {
        name: 'Initiation interval',
        value: 1,
        relation: '=',
        limit: 1,
        unit: 'BX',
        method: 'measured',
        holds: true,
      },
      {
        name: 'Flip-flops after synthesis',
        value: 43418,
        relation: '=',
        limit: 43418,
        method: 'measured',
        holds: true,
      },
      {
        name: 'Area',
        value: 2.874,
        relation: '<=',
        limit: 4,
        unit: 'mm\u00b2',
        method: 'estimated',
        holds: true,
      },
      {
        name: 'Power',
        value: 104.2,
        relation: '<=',
        limit: 100,
        unit: 'mW',
        method: 'estimated',
        holds: false,
      },
      {
        name: 'Verilator agrees',
        value: null,
        method: 'measured',
        holds: null,
        note: 'skipped: verilator not found',
      },
    ],
    training: {
      engine: 'wasm',
      wafers: 24960,
      bestEpoch: 52,
      history: Array.from({ length: 60 }, (_, i) => ({
        epoch: i + 1,
        loss: 0.0013 + 0.006 * Math.exp(-i / 7) + 0.0001 * random.uniform(),
        validationEmd: 0.93 + 0.9 * Math.exp(-i / 11) + 0.03 * random.uniform(),
        learningRate: 0.002 * 0.5 ** Math.floor(i / 15),
      })),
    },
    quality: {
      data: 'the held-out test split (20 %)',
      wafers: 713,
      excluded: 2,
      eTx: 5,
      ours: OURS,
      algorithms: names.map((name, i) => ({
        name,
        mean: CENTRES[i],
        median: CENTRES[i] * 0.96,
        p16: CENTRES[i] * 0.72,
        p84: CENTRES[i] * 1.26,
        p95: CENTRES[i] * 1.6,
        pearson: 0.99 - 0.1 * CENTRES[i],
        positionError: 0.2 * CENTRES[i],
        sumError: i === 0 ? 0.011 : 0.004,
        lost: i === 4 ? 0.112 : 0,
        meanWithLost: CENTRES[i] + (i === 4 ? 0.21 : 0),
      })),
      histogram: {
        edges: edges(60, 0.05),
        series: names.map((name, i) => ({ name, ...counts(random, CENTRES[i], 60, 0.05) })),
      },
      occupancy: {
        classes: ['1-5', '6-10', '11-15', '16-20', '21-30', '31-48'].map((label, i) => ({
          label,
          wafers: [61, 142, 188, 166, 121, 35][i],
        })),
        series: names.map((name, i) => ({
          name,
          mean: [0, 1, 2, 3, 4, 5].map((c) =>
            i === 5 && c === 0 ? null : CENTRES[i] * (0.6 + 0.16 * c + 0.05 * random.uniform()),
          ),
        })),
      },
      perLinks: {
        algorithms: names,
        rows: [2, 3, 4, 5].map((eTx, i) => ({
          eTx,
          bitsPerLatent: [3, 5, 7, 9][i],
          mean: [
            [1.31, 1.57, 1.9, 1.94, 1.7, 1.89],
            [1.08, 0.92, 1.2, 1.94, 1.6, 1.74],
            [0.98, 0.51, 0.72, 0.56, 1.58, 1.61],
            [0.931, 0.21, 0.38, 0.56, 1.55, 1.68],
          ][i],
        })),
      },
    },
    wafers: wafers(random),
    dataset: {
      wafers: 31200,
      splits: [
        { name: 'train', wafers: 21840 },
        { name: 'validation', wafers: 3120 },
        { name: 'test', wafers: 6240 },
      ],
      note: 'Compared with 3,564 simulated pile-up wafers.',
      distributions: [
        distribution(random, 'hit trigger cells', '', 'linear', 18),
        distribution(random, 'wafer sum', 'CALQ', 'log', 300),
        distribution(random, 'cell charge', 'CALQ', 'log', 12),
      ],
    },
    chip: {
      name: 'econ_chip',
      clockNs: 25,
      tmr: 'weights',
      input: { label: '12 eRx', bits: 384 },
      output: { label: '13 eTx', bits: 416 },
      path: [
        { name: 'u_link_input', title: 'Link input', latencyBx: 1, bits: 336 },
        { name: 'u_mux', title: 'Mux', latencyBx: 0, bits: 336 },
        { name: 'u_float_to_fixed', title: 'Float to fixed', latencyBx: 1, bits: 1056 },
        { name: 'u_calibration', title: 'Calibration', latencyBx: 1, bits: 1056 },
        { name: 'u_normaliser', title: 'Module sum and normaliser', latencyBx: 2, bits: 384 },
        { name: 'u_encoder', title: 'Encoder', latencyBx: 2, bits: 144 },
        { name: 'u_formatter', title: 'Formatter', latencyBx: 2, bits: 416 },
      ],
      side: [
        { name: 'u_reset_sync', title: 'Reset synchroniser' },
        {
          name: 'u_registers',
          title: 'Registers',
          detail: 'TMR',
          feeds: ['u_calibration', 'u_mux', 'u_formatter'],
        },
        {
          name: 'u_weight_memory',
          title: 'Weight memory',
          detail: '2 x 12\u202f864 b, TMR',
          feeds: ['u_encoder'],
        },
        {
          name: 'u_i2c_target',
          title: 'I2C target',
          detail: '0x20 + straps',
          feeds: ['u_weight_memory', 'u_registers'],
        },
      ],
    },
    simulation: {
      runs: [
        {
          engine: 'econ (WebAssembly)',
          version: '0.1.0',
          bx: 3564,
          bits: 1482624,
          mismatches: 0,
          latencyBx: 9,
        },
        {
          engine: 'Icarus Verilog',
          version: '11.0',
          bx: 3564,
          bits: 1482624,
          mismatches: 3,
          latencyBx: 9,
          firstDivergence:
            'BX 1207, layer dense, latent 5, bit 3: reference 1, Verilog 0\n  reference 0x0ce, Verilog 0x0c6; inputs of u_dense_05 are equal, so the fault lies inside it.',
        },
        { engine: 'Verilator', skipped: 'verilator not found' },
      ],
    },
    cost: {
      technology: '65 nm LP model',
      note: 'Cells and flip-flops are counted by Yosys; area and energy are estimated from cell counts.',
      rows: [
        {
          block: 'u_link_input',
          cells: 420,
          flipFlopsPlanned: 384,
          flipFlopsFound: 384,
          area: 5120,
          energy: 4.2,
        },
        { block: 'u_mux', cells: 2016, flipFlopsPlanned: 0, flipFlopsFound: 0, area: 8064, energy: 6.4 },
        {
          block: 'u_calibration',
          cells: 21504,
          flipFlopsPlanned: 1056,
          flipFlopsFound: 1056,
          area: 91180,
          energy: 71.3,
        },
        {
          block: 'u_normaliser',
          cells: 38220,
          flipFlopsPlanned: 1980,
          flipFlopsFound: 1980,
          area: 163200,
          energy: 133.9,
        },
        {
          block: 'u_encoder',
          cells: 421337,
          flipFlopsPlanned: 1168,
          flipFlopsFound: 1168,
          area: 1754100,
          energy: 1633.4,
        },
        {
          block: 'u_formatter',
          cells: 6301,
          flipFlopsPlanned: 832,
          flipFlopsFound: 832,
          area: 27700,
          energy: 19.9,
        },
        {
          block: 'u_weight_memory',
          cells: 51456,
          flipFlopsPlanned: 51456,
          flipFlopsFound: 51455,
          area: 824600,
          energy: 312.8,
        },
      ],
    },
    registers: {
      commit: { weightBytes: 1608, crc32: 0x1c291ca3, accepted: true },
      rows: [
        { name: 'cfg_algo_select', address: 0x49f, value: '0x04', meaning: 'autoencoder' },
        { name: 'active_etxs', address: 0x545, value: '0x1f', meaning: '5 transmitters' },
        { name: 'tmr_err_cnt', address: 0xc48, value: '0x00000000', meaning: 'no disagreement among copies' },
      ],
    },
    artefacts: [
      {
        path: 'model/model.json',
        bytes: 8123,
        sha256: '7d865e959b2466918c9863afca942d0fb89d7c9ac0c99bafc3749504ded97730',
      },
      {
        path: 'rtl/econ_chip.v',
        bytes: 18244,
        sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      },
      {
        path: 'vectors/link_in.hex',
        bytes: 427680,
        sha256: '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
      },
    ],
  };
}
